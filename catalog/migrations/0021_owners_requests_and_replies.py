"""What owners ask of the editors waits among readers' reports; what they reply stands beneath its sentence."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0020_proposals_of_owners"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contrast",
            name="replied_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contrast",
            name="replied_to",
            field=models.TextField(blank=True, db_default="", default="", editable=False),
        ),
        migrations.AddField(
            model_name="contrast",
            name="reply",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=500),
        ),
        migrations.AddField(
            model_name="report",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="wish",
            field=models.CharField(
                blank=True,
                choices=[("correction", "A correction"), ("withdrawal", "Its withdrawal")],
                db_default="",
                default="",
                help_text="What its owner asks for, proven to be that when it was sent. Empty: a reader reports an error.",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("wish__in", ["", "correction", "withdrawal"])), name="report_wish_known"
            ),
        ),
    ]
