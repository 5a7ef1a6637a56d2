"""unfragile.yml of a proven repository, what was proposed from it, and owners' replies, which editors decide."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def let_editors(apps: Any, schema_editor: Any) -> None:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="claims", model="reply")
    for action in ("view", "change"):
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=kind, codename=f"{action}_reply", defaults={"name": f"Can {action} reply"}
        )
        for name in ("Editor", "Senior editor"):
            group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0021_owners_requests_and_replies"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("claims", "0006_listing_by_owners"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Manifest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(help_text="Repository and path of the file.", max_length=500)),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="What came of the last look, see claims.manifests.", max_length=20
                    ),
                ),
                ("data", models.JSONField(help_text="What the file says; empty where it cannot be taken.", null=True)),
                (
                    "findings",
                    models.JSONField(
                        default=list, help_text="[{line, column, is_error, text}] of the file as it was read."
                    ),
                ),
                ("digest", models.CharField(blank=True, help_text="Of the file.", max_length=64)),
                ("looked_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("next_look_at", models.DateTimeField(null=True)),
                (
                    "looked_at_until",
                    models.DateTimeField(help_text="Somebody is reading: nobody else does meanwhile.", null=True),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="manifest", to="claims.claim"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sentence", models.TextField(help_text="As it stood when this was written.")),
                ("text", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for an editor"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("written_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True, help_text="Of the editor; its writer reads it.")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="claims.claim"
                    ),
                ),
                (
                    "contrast",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="catalog.contrast"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "replies",
                "ordering": ["-written_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Stated",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(help_text="Of the field and what the file said there.", max_length=64)),
                ("label", models.CharField(help_text="The field, in words.", max_length=200)),
                ("note", models.TextField(blank=True, help_text="Why it could not be proposed.")),
                ("at", models.DateTimeField()),
                (
                    "manifest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stated", to="claims.manifest"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="catalog.proposal"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="manifest",
            index=models.Index(fields=["next_look_at"], name="manifest_due"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["written_at", "id"], name="reply_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "accepted", "refused", "withdrawn"])),
                name="reply_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "accepted"))), fields=("contrast",), name="reply_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="stated",
            constraint=models.UniqueConstraint(fields=("manifest", "digest"), name="stated_once"),
        ),
        migrations.RunPython(let_editors, migrations.RunPython.noop),
    ]
