"""The row of a table, and what stood there, that a reader's report is about."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_outside_link")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="row",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The row of the page's table that it is about.",
                max_length=150,
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="shown",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="What stood there when it was sent.", max_length=400
            ),
        ),
    ]
