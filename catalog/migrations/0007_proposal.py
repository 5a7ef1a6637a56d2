"""What imports propose, and when an editor was last at the desk."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

#: Both groups answer proposals.
RIGHTS = [("proposal", "view"), ("proposal", "change")]


def let_editors(apps: Any, schema_editor: Any) -> None:
    for name in ("Editor", "Senior editor"):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, model, action) for model, action in RIGHTS))


def _permission(apps: Any, model: str, action: str) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="catalog", model=model)
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=f"{action}_{model}", defaults={"name": f"Can {action} {model}"}
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("catalog", "0006_broken_link"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_at", models.DateTimeField(help_text="The latest sign of this visit.")),
                ("before_at", models.DateTimeField(help_text="The end of the visit before it.", null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(help_text="The model of the row it would change.", max_length=60)),
                ("row", models.PositiveBigIntegerField(help_text="That row's key.")),
                (
                    "subject",
                    models.CharField(
                        help_text="What of the artifact: the listing, a fact, an offering.", max_length=300
                    ),
                ),
                ("before", models.JSONField(help_text="Its fields as they stood then.")),
                ("after", models.JSONField(help_text="The same fields as proposed.")),
                (
                    "digest",
                    models.CharField(help_text="Of `after`: what was refused is not proposed again.", max_length=64),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("outdated", "No longer proposed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "artifact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="catalog.artifact"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="catalog.importrun"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["proposed_at", "id"], name="proposal_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("label", "row", "digest"), name="proposal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "accepted", "refused", "outdated"])),
                        name="proposal_state_known",
                    ),
                ],
            },
        ),
        # The groups stay when it is taken back: people are in them.
        migrations.RunPython(let_editors, migrations.RunPython.noop),
    ]
