"""Two states of an artifact's rows as a person reads them: which row, which field, what it said and what it says.

Rows come as images (see snapshots.py) under "label:pk". Called by the history page and by the preview of a restore.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from catalog import wording
from catalog.desk.snapshots import Image
from catalog.desk.worddiff import Segment, segments
from catalog.factsheet import FACTS
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    Category,
    Contrast,
    Evidence,
    Fact,
    Identifier,
    Lineage,
    Offering,
    Price,
    Publisher,
    Source,
)

#: An artifact, and what hangs on it; what others point at comes first.
ROWS: tuple[type[models.Model], ...] = (
    Artifact, Alias, Identifier, Lineage, Fact, Price, BenchmarkResult, Offering, Evidence, Contrast,
)  # fmt: skip
#: A column of images of artifacts beside their own: the shelves they stand on.
SHELVES = "categories"
#: Says nothing to a person, or is said by the heading.
_SILENT = {"id", "artifact_id", "offering_id", "created_at", "published_at", "settled_at", "key"}
#: Texts of at least so many characters are compared by words.
_LONG = 60
#: What a row is known by, where it is not its text.
_NAME_OF: dict[type[models.Model], str] = {
    Artifact: "name", Capability: "name", Category: "name", Publisher: "name", Source: "title", Offering: "title",
}  # fmt: skip
Names = dict[tuple[type[models.Model], int], str]


@dataclass(frozen=True)
class FieldDiff:
    label: str
    was: str
    now: str
    #: For long texts: both in one.
    words: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class RowDiff:
    #: Added, Removed or Changed.
    how: str
    what: str
    fields: tuple[FieldDiff, ...]


def tracked(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns that a row's history keeps."""
    fields: list[models.Field[Any, Any]] = list(model.history.model.tracked_fields)  # type: ignore[attr-defined]
    return fields


def model_of(key: str) -> type[models.Model]:
    return apps.get_model(key.partition(":")[0])


def names_in(images: Iterable[tuple[str, Image]]) -> Names:
    """What the keys in these images stand for: one query a table."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for key, image in images:
        for field in tracked(model_of(key)):
            target = field.related_model
            if isinstance(target, type) and target in _NAME_OF and image.get(field.attname):
                wanted[target].add(image[field.attname])
        wanted[Category].update(image.get(SHELVES, ()))
    return {
        (model, pk): name[:200]
        for model, pks in wanted.items()
        if pks
        for pk, name in model._base_manager.filter(pk__in=pks).values_list("pk", _NAME_OF[model])
    }


def row_diff(key: str, was: Image | None, now: Image | None, names: Names) -> RowDiff | None:
    """None where nothing that a person reads is different."""
    model = model_of(key)
    image = now or was
    if image is None:
        return None
    how = "Changed" if was and now else "Added" if now else "Removed"
    fields = tuple(_field_diffs(model, was or {}, now or {}, names))
    return RowDiff(how, what(model, image, names), fields) if fields or how != "Changed" else None


def what(model: type[models.Model], image: Mapping[str, Any], names: Names) -> str:
    """The row in a few words."""
    if model is Artifact:
        return "the listing"
    if model is Fact:
        name = image["name"]
        return f"the fact {FACTS[name].label.lower() if name in FACTS else name}"
    if model is Offering:
        return f"the offering “{image['title'][:80]}”"
    if model is Price:
        return f"the price at {image['provider'][:80]}"
    if model is BenchmarkResult:
        return f"the result of {image['benchmark'][:80]}"
    if model is Alias:
        return f"the old address {image['slug']}"
    if model is Identifier:
        return f"the identifier {image['scheme']}:{image['value'][:120]}"
    of = names.get((Offering, image.get("offering_id") or 0), "")
    of = f" of “{of[:80]}”" if of else ""
    if model is Evidence:
        return f"evidence{of}"
    if model is Contrast:
        return f"a contrast{of}"
    return f"the lineage from {names.get((Artifact, image.get('parent_id') or 0), 'an artifact that is gone')[:80]}"


def _field_diffs(model: type[models.Model], was: Image, now: Image, names: Names) -> Iterable[FieldDiff]:
    for field in tracked(model):
        name = field.attname
        if name in _SILENT and not (model is Contrast and name == "artifact_id"):
            continue
        if was.get(name) == now.get(name):
            continue
        before, after = (_said(field, image.get(name), image, names) for image in (was, now))
        if before == after:  # rounded to the same words
            before, after = str(was.get(name) or ""), str(now.get(name) or "")
        if before != after:
            yield _field_diff(str(field.verbose_name), before, after, isinstance(field.related_model, type))
    if model is Artifact:
        before, after = (
            ", ".join(sorted(names.get((Category, pk), "one that is gone") for pk in image.get(SHELVES, ())))
            for image in (was, now)
        )
        if before != after:
            yield FieldDiff(SHELVES, before, after)


def _field_diff(label: str, was: str, now: str, is_a_name: bool) -> FieldDiff:
    is_long = was and now and not is_a_name and max(len(was), len(now)) >= _LONG
    return FieldDiff(label, was, now, segments(was, now) if is_long else ())


def _said(field: models.Field[Any, Any], value: Any, image: Mapping[str, Any], names: Names) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(field.related_model, type):
        return names.get((field.related_model, value), "one that is gone")
    if field.model is Fact and field.name == "value":
        return wording.fact(image["name"], value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DecimalField):
        text = f"{Decimal(value):f}"  # small ones would be written with an exponent
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, list):
        return "; ".join(str(one) if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
