"""What editors write of comparisons and how often they are looked at; and who of the desk may write and publish."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

EDITOR = ("view", "add", "change", "publish")
SENIOR = (*EDITOR, "delete")
PUBLISH = "Can publish, send back and withdraw comparison notes"


def let_editors(apps: Any, schema_editor: Any) -> None:
    for name, actions in (("Editor", EDITOR), ("Senior editor", SENIOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, action) for action in actions))


def _permission(apps: Any, action: str) -> Any:
    """Under the name that Django would give it after all migrations have run."""
    kinds = apps.get_model("contenttypes", "ContentType").objects
    kind, _ = kinds.get_or_create(app_label="ranking", model="comparisonnote")
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename=f"{action}_comparisonnote",
        defaults={"name": PUBLISH if action == "publish" else f"Can {action} comparison note"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0013_report_row"),
        ("ranking", "0003_tables_by_quarantine"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ComparisonTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("members", models.CharField(max_length=100)),
                ("day", models.DateField()),
                ("views", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["day", "members", "views"], name="comparison_tally_by_day")],
                "constraints": [models.UniqueConstraint(fields=("members", "day"), name="comparison_tally_once")],
            },
        ),
        migrations.CreateModel(
            name="ComparisonNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("members", models.CharField(editable=False, help_text="Their ids.", max_length=100, unique=True)),
                (
                    "title",
                    models.CharField(
                        blank=True, help_text="The question it answers, if it answers one.", max_length=120
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Markdown. What the figures do not say, and who says so.", max_length=4000
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_review", "In review"), ("published", "Published")],
                        default="draft",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "is_featured",
                    models.BooleanField(
                        default=False,
                        help_text="Shown on the front page and on those of its kinds once it is published.",
                        verbose_name="featured",
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("submitted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "artifacts",
                    models.ManyToManyField(help_text="Two to four.", related_name="+", to="catalog.artifact"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "comparison note",
                "ordering": ["-made_at"],
                "permissions": [("publish_comparisonnote", "Can publish, send back and withdraw comparison notes")],
                "indexes": [models.Index(fields=["state", "submitted_at"], name="comparison_note_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published"])),
                        name="comparison_note_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="comparison_note_published_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalComparisonNote",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("members", models.CharField(db_index=True, editable=False, help_text="Their ids.", max_length=100)),
                (
                    "title",
                    models.CharField(
                        blank=True, help_text="The question it answers, if it answers one.", max_length=120
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Markdown. What the figures do not say, and who says so.", max_length=4000
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_review", "In review"), ("published", "Published")],
                        default="draft",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "is_featured",
                    models.BooleanField(
                        default=False,
                        help_text="Shown on the front page and on those of its kinds once it is published.",
                        verbose_name="featured",
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, editable=False)),
                ("submitted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical comparison note",
                "verbose_name_plural": "historical comparison notes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_user", "-history_date", "-history_id"], name="comparisonnote_by_editor"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        # The groups stay when it is taken back: people are in them.
        migrations.RunPython(let_editors, migrations.RunPython.noop),
    ]
