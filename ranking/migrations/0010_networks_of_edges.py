"""How many networks stand behind an edge. The next fold begins anew, so that it is known of all of them."""

from django.db import migrations, models


def fold_anew(apps, schema_editor):
    apps.get_model("ranking", "Fold").objects.update(decisions="")


class Migration(migrations.Migration):
    dependencies = [("ranking", "0009_quarantined_keys_and_doors")]

    operations = [
        migrations.AddField(
            model_name="edge",
            name="networks",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="That chose the artifact for the intent, of the thirty days in which they were most.",
            ),
        ),
        migrations.RunPython(fold_anew, migrations.RunPython.noop),
    ]
