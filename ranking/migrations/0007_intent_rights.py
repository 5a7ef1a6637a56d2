"""Who looks after the match graph: editors its intents, senior editors what of its feedback is left out."""

from __future__ import annotations

from typing import Any

from django.db import migrations

EDITOR = [("intent", "view"), ("intent", "change"), ("feedback", "view"), ("exclusion", "view")]
SENIOR = [*EDITOR, ("exclusion", "add"), ("exclusion", "change")]
#: As Django's own names have them.
SPOKEN = {"exclusion": "quarantine of feedback"}


def let_editors(apps: Any, schema_editor: Any) -> None:
    for name, rights in (("Editor", EDITOR), ("Senior editor", SENIOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, model, action) for model, action in rights))


def _permission(apps: Any, model: str, action: str) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="ranking", model=model)
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename=f"{action}_{model}",
        defaults={"name": f"Can {action} {SPOKEN.get(model, model)}"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [("ranking", "0006_match"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(let_editors, migrations.RunPython.noop)]
