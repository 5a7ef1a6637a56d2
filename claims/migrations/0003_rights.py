"""Who looks after claims: editors see them and their log, senior editors take one back and settle disputes."""

from __future__ import annotations

from typing import Any

from django.db import migrations

EDITOR = [("claim", "view"), ("dispute", "view"), ("auditentry", "view")]
SENIOR = [*EDITOR, ("claim", "change"), ("dispute", "change")]
#: As Django's own names have them.
SPOKEN = {"auditentry": "audit entry"}


def let_editors(apps: Any, schema_editor: Any) -> None:
    for name, rights in (("Editor", EDITOR), ("Senior editor", SENIOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, model, action) for model, action in rights))


def _permission(apps: Any, model: str, action: str) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="claims", model=model)
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename=f"{action}_{model}",
        defaults={"name": f"Can {action} {SPOKEN.get(model, model)}"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0002_audit_is_only_added_to"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(let_editors, migrations.RunPython.noop)]
