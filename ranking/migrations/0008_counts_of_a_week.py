from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ranking", "0007_intent_rights")]

    operations = [
        migrations.AlterField(  # words of help alone: nothing is written
            model_name="exclusion",
            name="waits_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Until a second person confirms it, it leaves out nothing.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="intent",
            name="is_sample",
            field=models.BooleanField(default=False, editable=False, help_text="Some of its searches are sample."),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="shown",
            field=models.PositiveBigIntegerField(
                help_text="Answers that it was in, as the generation counted.", null=True
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="chosen",
            field=models.FloatField(help_text="How often it was chosen of them.", null=True),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="is_sample",
            field=models.BooleanField(help_text="Whether these counts have made-up searches in them.", null=True),
        ),
    ]
