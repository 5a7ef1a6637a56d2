"""How many networks stand behind an edge. Folding counts otherwise from now on, so it begins anew by itself."""

from django.db import migrations, models


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
    ]
