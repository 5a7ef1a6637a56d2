"""One number for everything that is stated at the moment, so that “nothing changed” can be checked.

Run records, times of retrieval and keys are left out: two catalogs that say the same have the same digest.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

from catalog.models import (
    Alias,
    Artifact,
    ArtifactType,
    BenchmarkResult,
    Capability,
    CapabilityAlias,
    Category,
    Contrast,
    Evidence,
    Fact,
    Identifier,
    Lineage,
    Offering,
    Price,
    Publisher,
    Reading,
    Source,
    Synonym,
)

#: Natural keys, by which a foreign key is written down.
_NAMES = {
    Artifact: "slug",
    Capability: "key",
    Category: "slug",
    Publisher: "slug",
    Source: "slug",
}
_TABLES: tuple[type[models.Model], ...] = (
    Category,
    Publisher,
    Capability,
    CapabilityAlias,
    Synonym,
    Source,
    Artifact,
    Artifact.categories.through,
    Alias,
    Identifier,
    ArtifactType,
    Lineage,
    Fact,
    Price,
    BenchmarkResult,
    Offering,
    Evidence,
    Contrast,
    Reading,
)
_LEFT_OUT = {
    "id",
    "created_at",
    "published_at",
    "facts_changed_at",
    "recorded_at",
    "settled_at",
    "retrieved_on",
    "listed_version",
    "verified_until",
    "verified_how",
    "headline_price",
}


def catalog_digest() -> str:
    digest = hashlib.sha256()
    for model in _TABLES:
        columns = [c for field in model._meta.concrete_fields if field.name not in _LEFT_OUT for c in _columns(field)]
        stated = model._default_manager.values_list(*columns)
        if model is Fact:  # what its source no longer says is history
            stated = stated.filter(dropped_on=None)
        rows = sorted(json.dumps([_plain(v) for v in row]) for row in stated.iterator())
        digest.update(f"{model._meta.label}\n".encode())
        for row in rows:
            digest.update(f"{row}\n".encode())
    return digest.hexdigest()


def _columns(field: models.Field) -> list[str]:
    related = field.related_model
    if related is None:
        return [field.name]
    if related is Offering:  # known by the artifact and the capability
        return [f"{field.name}__artifact__slug", f"{field.name}__capability__key"]
    return [f"{field.name}__{_NAMES[related]}"]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)
