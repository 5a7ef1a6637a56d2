"""Runs that are asked for at the desk or by the timetable, watched and steered; counts that fell; and who may.

Editors watch, and say whether a fallen count is believed. Senior editors steer: one run changes thousands of listings,
and a rule decides what readers see without anybody having looked.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

EDITOR = [("importrule", "view"), ("fall", "view"), ("fall", "change")]
SENIOR = [*EDITOR, ("importrun", "steer"), ("importrule", "change")]
#: As Django's own names have them.
SPOKEN = {"importrule": "import rule"}
SPECIAL = {"steer_importrun": "Can start, confirm, stop and undo imports"}


def let_editors(apps: Any, schema_editor: Any) -> None:
    for name, rights in (("Editor", EDITOR), ("Senior editor", SENIOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, model, action) for model, action in rights))


def _permission(apps: Any, model: str, action: str) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="catalog", model=model)
    codename = f"{action}_{model}"
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename=codename,
        defaults={"name": SPECIAL.get(codename, f"Can {action} {SPOKEN.get(model, model)}")},
    )
    return permission


def end_what_nobody_runs(apps: Any, schema_editor: Any) -> None:
    """Of each source one run may be under way from here on. None is, while the site is brought up to date."""
    said = "It was under way when the site was brought up to date."
    apps.get_model("catalog", "ImportRun").objects.filter(state="running").update(
        state="failed", error=said, finished_at=timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0015_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(end_what_nobody_runs, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Fall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "signal",
                    models.CharField(
                        choices=[
                            ("stars", "Stars"),
                            ("forks", "Forks"),
                            ("likes", "Likes"),
                            ("votes", "Votes"),
                            ("downloads_month", "Downloads a month"),
                            ("dependents", "Repositories and packages that depend on it"),
                            ("derivatives", "Models and datasets derived from it"),
                            ("providers", "Providers that carry it"),
                            ("contributors", "Contributors"),
                            ("issues_closed", "Issues closed"),
                            ("commits_90d", "Commits in 90 days"),
                            ("last_commit", "Last commit or change"),
                            ("last_release", "Last release"),
                            ("created", "Begun"),
                            ("description_length", "Characters of its own description"),
                            ("has_homepage", "Has a homepage"),
                            ("has_docs", "Has documentation"),
                            ("has_license", "States its licence"),
                            ("has_examples", "Shows examples"),
                            ("arena_score", "Arena score"),
                        ],
                        max_length=20,
                    ),
                ),
                ("value", models.FloatField(help_text="What the source says now.")),
                ("observed_on", models.DateField()),
                ("before", models.FloatField(help_text="What was read last.")),
                ("before_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for an editor’s word"),
                            ("accepted", "Accepted"),
                            ("kept", "Held on"),
                            ("over", "Over"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("why", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalImportRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("importer", models.CharField(db_index=True, max_length=40)),
                (
                    "publishes",
                    models.CharField(
                        choices=[
                            ("at_once", "Publish at once"),
                            ("sufficient", "Publish when it has what readers need"),
                            ("hold", "Hold for review"),
                        ],
                        default="hold",
                        max_length=10,
                        verbose_name="new artifacts",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        default="",
                        db_default="",
                        help_text="Where it is read from when nobody says otherwise. Empty: the source’s own address.",
                        max_length=500,
                        verbose_name="address",
                    ),
                ),
                (
                    "how_often",
                    models.CharField(
                        choices=[
                            ("never", "Only when an editor says so"),
                            ("hourly", "Every hour"),
                            ("daily", "Every day"),
                            ("weekly", "Every week"),
                        ],
                        db_default="never",
                        default="never",
                        max_length=10,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical import rule",
                "verbose_name_plural": "historical import rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name="importrun",
            name="import_run_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="runrow",
            name="run_row_outcome_known",
        ),
        migrations.AddField(
            model_name="importrule",
            name="how_often",
            field=models.CharField(
                choices=[
                    ("never", "Only when an editor says so"),
                    ("hourly", "Every hour"),
                    ("daily", "Every day"),
                    ("weekly", "Every week"),
                ],
                db_default="never",
                default="never",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="importrule",
            name="place",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="Where it is read from when nobody says otherwise. Empty: the source’s own address.",
                max_length=500,
                verbose_name="address",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="attempt",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Which start of it holds it; earlier ones give way."
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="by",
            field=models.ForeignKey(
                help_text="Who asked for it.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="fingerprint",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="Of what it reads: where that has changed, it begins anew.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="gone_count",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Entries that were there before and were not named this time."
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="is_dry_run",
            field=models.BooleanField(db_default=False, default=False, help_text="Whether it writes nothing."),
        ),
        migrations.AddField(
            model_name="importrun",
            name="slot",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="The time of the timetable that asked for it.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="undone",
            field=models.JSONField(help_text="How many rows the undoing removed, put back and left.", null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="why",
            field=models.TextField(blank=True, default="", db_default="", help_text="Goes into the change log."),
        ),
        migrations.AddField(
            model_name="runrow",
            name="edits",
            field=models.JSONField(
                help_text="Of a dry run: triples of what, what stands and what would. Others keep differences.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="importrule",
            name="publishes",
            field=models.CharField(
                choices=[
                    ("at_once", "Publish at once"),
                    ("sufficient", "Publish when it has what readers need"),
                    ("hold", "Hold for review"),
                ],
                default="hold",
                max_length=10,
                verbose_name="new artifacts",
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "Waits for its turn"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("refused", "Refused"),
                    ("failed", "Failed"),
                    ("waiting", "Waits for an editor’s word"),
                    ("stopped", "Stopped"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                ],
                default="running",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="runrow",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("new", "New"),
                    ("changed", "Changed"),
                    ("held", "Held for an editor"),
                    ("refused", "Refused"),
                    ("gone", "Not there any more"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="importrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("how_often__in", ["never", "hourly", "daily", "weekly"])),
                name="import_rule_often_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["asked", "running", "done", "refused", "failed", "waiting", "stopped", "undoing", "undone"],
                    )
                ),
                name="import_run_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_dry_run", False), ("state__in", ["asked", "running", "undoing"])),
                fields=("importer",),
                name="import_run_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("slot", ""), _negated=True),
                fields=("importer", "slot"),
                name="import_run_slot_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="runrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["new", "changed", "held", "refused", "gone"])),
                name="run_row_outcome_known",
            ),
        ),
        migrations.AddField(
            model_name="fall",
            name="artifact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="falls", to="catalog.artifact"
            ),
        ),
        migrations.AddField(
            model_name="fall",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="fall",
            name="run",
            field=models.ForeignKey(
                help_text="Which read it last.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="catalog.importrun",
            ),
        ),
        migrations.AddField(
            model_name="fall",
            name="source",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.source"),
        ),
        migrations.AddField(
            model_name="historicalimportrule",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="fall",
            index=models.Index(fields=["state", "found_at", "id"], name="fall_in_order"),
        ),
        migrations.AddConstraint(
            model_name="fall",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "accepted", "kept", "over"])), name="fall_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="fall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "signal__in",
                        [
                            "stars",
                            "forks",
                            "likes",
                            "votes",
                            "downloads_month",
                            "dependents",
                            "derivatives",
                            "providers",
                            "contributors",
                            "issues_closed",
                            "commits_90d",
                            "last_commit",
                            "last_release",
                            "created",
                            "description_length",
                            "has_homepage",
                            "has_docs",
                            "has_license",
                            "has_examples",
                            "arena_score",
                        ],
                    )
                ),
                name="fall_signal_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="fall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "kept"])),
                fields=("artifact", "signal", "source"),
                name="fall_once",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalimportrule",
            index=models.Index(fields=["history_user", "-history_date", "-history_id"], name="importrule_by_editor"),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="brakes",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Why it waits for an editor's word, a sentence a line.",
            ),
        ),
        # The groups keep it when it is taken back: people are in them.
        migrations.RunPython(let_editors, migrations.RunPython.noop),
    ]
