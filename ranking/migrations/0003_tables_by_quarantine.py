import hashlib
import json

from django.db import migrations, models


def tell_tables_apart(apps, schema_editor):
    """What each table was made of stands in the build of that time."""
    ReferenceTable = apps.get_model("ranking", "ReferenceTable")
    Build = apps.get_model("ranking", "Build")
    for table in ReferenceTable.objects.defer("body"):
        builds = Build.objects.filter(configuration=table.configuration_id, as_of=table.made_at)
        build = builds.order_by("number").first()
        if build is None:
            continue
        table.made_from = {"last_reading": build.last_reading, **build.left_out}
        quarantined = build.left_out.get("quarantined") or []
        if quarantined:
            # As ranking.reference.key_of tells them apart.
            table.left_out = hashlib.sha256(json.dumps(quarantined).encode()).hexdigest()[:16]
        table.save(update_fields=["made_from", "left_out"])


def keep_one_a_quarter(apps, schema_editor):
    """Before, there was one table for a kind and a quarter: that with every reading, as far as there is one."""
    ReferenceTable = apps.get_model("ranking", "ReferenceTable")
    seen = set()
    for table in ReferenceTable.objects.defer("body").order_by("left_out", "pk"):
        key = (table.configuration_id, table.kind, table.quarter)
        if key in seen:
            table.delete()
        seen.add(key)


class Migration(migrations.Migration):
    dependencies = [("ranking", "0002_desk")]

    operations = [
        migrations.RemoveConstraint(model_name="referencetable", name="reference_table_once"),
        migrations.AddField(
            model_name="referencetable",
            name="left_out",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="A digest of the quarantines it is made without.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="referencetable",
            name="made_from",
            field=models.JSONField(
                help_text="Its last reading, quarantined sources, accepted bursts; null in those of before.", null=True
            ),
        ),
        migrations.RunPython(tell_tables_apart, keep_one_a_quarter),
        migrations.AddConstraint(
            model_name="referencetable",
            constraint=models.UniqueConstraint(
                fields=("configuration", "kind", "quarter", "left_out"), name="reference_table_once"
            ),
        ),
    ]
