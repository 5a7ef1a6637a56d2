"""What editors do with formulas, generations, held readings and quarantines; and who of them may."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: Both groups look at everything and answer what is held.
EDITOR = [
    ("configuration", "view"), ("build", "view"), ("hold", "view"), ("hold", "change"), ("quarantine", "view"),
]  # fmt: skip
SENIOR = [
    *EDITOR, ("configuration", "add"), ("configuration", "change"), ("configuration", "publish"), ("build", "run"),
    ("quarantine", "add"), ("quarantine", "change"),
]  # fmt: skip
#: As Django's own names have them.
SPOKEN = {"configuration": "formula", "build": "generation", "hold": "held reading"}
SPECIAL = {
    "publish_configuration": "Can publish a formula",
    "run_build": "Can build generations and go back to an earlier one",
}


def let_editors(apps: Any, schema_editor: Any) -> None:
    for name, rights in (("Editor", EDITOR), ("Senior editor", SENIOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, model, action) for model, action in rights))


def _permission(apps: Any, model: str, action: str) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="ranking", model=model)
    codename = f"{action}_{model}"
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename=codename,
        defaults={"name": SPECIAL.get(codename, f"Can {action} {SPOKEN.get(model, model)}")},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("ranking", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="build",
            options={
                "ordering": ["-number"],
                "permissions": [("run_build", "Can build generations and go back to an earlier one")],
                "verbose_name": "generation",
            },
        ),
        migrations.AlterModelOptions(
            name="configuration",
            options={
                "ordering": ["-published_at", "-made_at"],
                "permissions": [("publish_configuration", "Can publish a formula")],
                "verbose_name": "formula",
            },
        ),
        migrations.AlterModelOptions(
            name="hold",
            options={"ordering": ["-held"], "verbose_name": "held reading"},
        ),
        migrations.AddField(
            model_name="quarantine",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="waits_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Until a second person confirms it, it leaves out nothing.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="lifted_why",
            field=models.TextField(blank=True, editable=False, null=True),
        ),
        # The groups stay when it is taken back: people are in them.
        migrations.RunPython(let_editors, migrations.RunPython.noop),
    ]
