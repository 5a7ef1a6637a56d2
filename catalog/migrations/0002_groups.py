"""The two groups of people at the desk. Whoever is in neither may do nothing there.

Django makes permissions after all migrations have run; those named here are made now, under the names it would give.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

#: What hangs on an artifact: edited with it, line by line.
ROWS = ("identifier", "alias", "fact", "price", "benchmarkresult", "lineage", "offering", "evidence", "contrast")
SPECIAL = {
    ("artifact", "publish_artifact"): "Can publish, schedule, send back and deprecate artifacts",
    ("artifact", "withdraw_artifact"): "Can withdraw and restore artifacts",
    ("artifact", "merge_artifact"): "Can merge artifacts and undo merges",
    ("fact", "settle_fact"): "Can settle disputes",
}
EDITOR = [
    *((model, action) for model in ("artifact", "source", "publisher") for action in ("view", "add", "change")),
    *((model, action) for model in ROWS for action in ("view", "add", "change", "delete")),
    *((model, "view") for model in ("capability", "synonym", "category", "importrun", "difference", "merge")),
    *((model, action) for model in ("pair", "report") for action in ("view", "change")),
    ("artifact", "publish_artifact"),
    ("fact", "settle_fact"),
]
SENIOR = [
    *EDITOR,
    ("artifact", "delete"),
    *((model, action) for model in ("capability", "category") for action in ("add", "change", "delete")),
    *(("synonym", action) for action in ("add", "change", "delete")),
    ("artifact", "withdraw_artifact"),
    ("artifact", "merge_artifact"),
]
#: As Django's own names have them.
SPOKEN = {"benchmarkresult": "benchmark result", "importrun": "import run"}


def make_groups(apps: Any, schema_editor: Any) -> None:
    for name, rights in (("Editor", EDITOR), ("Senior editor", SENIOR)):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*(_permission(apps, model, action) for model, action in rights))


def _permission(apps: Any, model: str, action: str) -> Any:
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="catalog", model=model)
    special = SPECIAL.get((model, action))
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename=action if special else f"{action}_{model}",
        defaults={"name": special or f"Can {action} {SPOKEN.get(model, model)}"},
    )
    return permission


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    # The groups stay when it is taken back: people are in them.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
