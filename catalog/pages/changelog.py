"""What changed of one artifact, when, by whom and why: the public log.

One log out of two records: the history that the library keeps of what people save, and the differences that imports
keep per run. A person appears by role, never by name.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models.functions import Cast

from catalog import wording
from catalog.changes import AS_IMPORTED
from catalog.choices import PUBLIC_LIFECYCLES, Lifecycle, ReportState
from catalog.factsheet import FACTS
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    Difference,
    Fact,
    Identifier,
    Lineage,
    Offering,
    Price,
    Publisher,
    Report,
    Source,
)

#: What readers are told of; the rest is plumbing.
_WATCHED: tuple[tuple[Any, str], ...] = (
    (Artifact, "id"),
    (Fact, "artifact_id"),
    (Offering, "artifact_id"),
    (Price, "artifact_id"),
    (BenchmarkResult, "artifact_id"),
)
#: As well, and of so few columns that one query reads them all.
_NARROW: tuple[Any, ...] = (Lineage, Alias, Identifier)
_SILENT = {"id", "history_id", "created_at", "published_at", "settled_at", "position", "artifact", "key"}
LONGEST = 200  # entries: a page's worth; older ones stay in the database


@dataclass(frozen=True)
class Entry:
    at: dt.datetime
    text: str
    was: str = ""
    now: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Day:
    on: dt.date
    entries: list[Entry]


def change_log(artifact: Artifact) -> list[Day]:
    """The newest first, with what was told of listings that were merged into this one."""
    family = [artifact.pk, *artifact.merged.values_list("pk", flat=True)]
    told = [*_from_imports(family), *_from_people(family), *_from_readers(family)]
    entries = sorted(told, key=lambda e: e.at, reverse=True)[:LONGEST]
    return [Day(on, list(group)) for on, group in groupby(entries, key=lambda e: e.at.date())]


def _from_readers(family: list[int]) -> Iterator[Entry]:
    decided = Report.objects.filter(artifact__in=family).exclude(state=ReportState.OPEN).order_by("-decided_at")
    for row in decided[:LONGEST]:
        asked = f"Its owner asked for {row.asked_for}" if row.wish else f"A reader reported an error in {_section(row)}"
        text = f"{asked}: {row.became.lower()}"
        yield Entry(row.decided_at or row.reported_at, text, by="An editor", reason=row.outcome)


def _section(row: Report) -> str:
    return str(row.get_section_display()).lower()


def _from_imports(family: list[int]) -> Iterator[Entry]:
    rows = Difference.objects.filter(artifact__in=family).select_related("run").order_by("-id")[:LONGEST]
    for row in rows:
        by = f"Import: {row.run.importer}"
        if row.subject == "listing" and row.before is None:
            yield Entry(row.run.started_at, "Added to the catalog", now=_brought(row.after or {}), by=by)
        elif row.before is None:
            yield Entry(row.run.started_at, f"Added {row.subject}", now=_short(row.after), by=by)
        else:
            for name in row.after or {}:
                text = f"Changed {row.subject}: {_field_label(name)}"
                yield Entry(
                    row.run.started_at,
                    text,
                    was="" if name.endswith("_id") else _short(row.before.get(name)),
                    now="" if name.endswith("_id") else _short((row.after or {})[name]),
                    by=by,
                )


def _brought(after: dict[str, Any]) -> str:
    """What a new artifact came with: "5 offerings, 8 facts and 1 price"."""
    counts = [(after.get(word, 0), word) for word in ("offerings", "facts", "prices")]
    said = [f"{count} {word if count != 1 else word[:-1]}" for count, word in counts if count]
    return f"with {wording.listed(said)}" if said else ""


def _from_people(family: list[int]) -> Iterator[Entry]:
    kept = {
        model: list(model.history.filter(**{f"{key}__in": family}).order_by("-history_date", "-history_id")[:LONGEST])
        for model, key in _WATCHED
    } | _narrow_copies(family)
    names = _names((row for rows in kept.values() for row in rows), shelved=kept[Artifact])
    for model, rows in kept.items():
        older: dict[Any, Any] = {}
        for row in reversed(rows):
            if row.history_change_reason != AS_IMPORTED:  # the import itself is told by its differences
                yield from _entries(model, row, older.get(row.id), names)
            older[row.id] = row
    yield from _shelved(kept[Artifact], names)


def _narrow_copies(family: list[int]) -> dict[Any, list[Any]]:
    """Copies of rows of _NARROW. A union has one set of columns, so each table leaves those of the others empty."""
    fields = {model.__name__: model.history.model._meta.concrete_fields for model in _NARROW}
    columns = {field.attname: field for some in fields.values() for field in some}
    asked = []
    for model in _NARROW:
        own = {field.attname for field in fields[model.__name__]}
        cells = [name if name in own else _empty(field) for name, field in columns.items()]
        copies = model.history.filter(artifact_id__in=family).order_by()
        asked.append(copies.values_list(models.Value(model.__name__), *cells))
    kept: dict[Any, list[Any]] = {model: [] for model in _NARROW}
    called = {model.__name__: model for model in _NARROW}
    newest = asked[0].union(*asked[1:], all=True).order_by("-history_date", "-history_id")
    for sort, *values in newest[:LONGEST]:
        found = dict(zip(columns, values, strict=True))
        copy = called[sort].history.model(**{field.attname: found[field.attname] for field in fields[sort]})
        kept[called[sort]].append(copy)
    return kept


def _empty(field: Any) -> Cast:
    """PostgreSQL wants to know of what type nothing is."""
    return Cast(models.Value(None), getattr(field, "target_field", field).__class__())


def _shelved(copies: list[Any], names: Names) -> Iterator[Entry]:
    """Moves between categories. A save may leave several copies of one time: what it came to is told once."""
    for _, group in groupby(sorted(copies, key=lambda row: row.id), key=lambda row: row.id):
        before: str | None = None
        in_time = sorted(group, key=lambda row: (row.history_date, row.history_id))
        for _, save in groupby(in_time, key=lambda row: row.history_date):
            *_, row = save
            now = names.get((_SHELVES, row.pk), "")
            if before not in (None, now) and row.history_change_reason != AS_IMPORTED:
                yield Entry(
                    row.history_date, "Changed the listing: categories", _short(before), _short(now), **_by(row)
                )
            before = now


def _by(row: Any) -> dict[str, str]:
    return {"by": "An editor" if row.history_user_id else "The system", "reason": row.history_change_reason or ""}


#: What rows point at, and what readers know it by.
_NAMED: dict[str, tuple[type[models.Model], str]] = {
    "capability_id": (Capability, "name"),
    "publisher_id": (Publisher, "name"),
    "source_id": (Source, "title"),
    "deprecated_by_id": (Artifact, "name"),
    "merged_into_id": (Artifact, "name"),
    "parent_id": (Artifact, "name"),
}
Names = dict[tuple[str, int], str]
#: Beside them: on which shelves a copy of an artifact stood.
_SHELVES = "shelves"


def _names(rows: Iterable[Any], *, shelved: list[Any]) -> Names:
    """What the keys in these rows stand for, in one query; nothing for what is not public."""
    keys: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for column, (model, _) in _NAMED.items():
            if getattr(row, column, None):
                keys[model.__name__].add(getattr(row, column))
    asked = []
    for model, name in dict(_NAMED.values()).items():
        found = model._base_manager.filter(pk__in=keys[model.__name__]) if keys[model.__name__] else None
        if found is not None and model is Artifact:
            found = found.filter(lifecycle__in=PUBLIC_LIFECYCLES)
        if found is not None:
            asked.append(found.order_by().values_list(models.Value(model.__name__), "pk", name))
    if len(shelved) > 1:  # what has one copy has not moved
        on: Any = Artifact.history.model.categories.model._base_manager
        stood = on.filter(history__in=[copy.pk for copy in shelved]).order_by()
        asked.append(stood.values_list(models.Value(_SHELVES), "history", "category__name"))
    if not asked:
        return {}
    names: Names = {}
    shelves: dict[int, list[str]] = defaultdict(list)
    for sort, pk, text in asked[0].union(*asked[1:]):
        if sort == _SHELVES:
            shelves[pk].append(text or "one that is gone")
        else:  # a merged capability's name makes way for others by this ending
            names[sort, pk] = text.removesuffix(f" (merged {pk})")
    return names | {(_SHELVES, pk): ", ".join(sorted(said)) for pk, said in shelves.items()}


def _name_of(row: Any, column: str, names: Names) -> str:
    model, _ = _NAMED.get(column, (None, ""))
    return names.get((model.__name__, getattr(row, column)), "") if model else ""


def _entries(model: type[models.Model], row: Any, before: Any, names: Names) -> Iterator[Entry]:
    what = _subject(model, row, names)
    common = _by(row)
    if row.history_type == "+":
        yield Entry(row.history_date, f"Added {what}" if model is not Artifact else "Added to the catalog", **common)
    elif row.history_type == "-":
        yield Entry(row.history_date, f"Removed {what}", **common)
    elif before is not None:  # the oldest of a long history has nothing to be compared with
        for name in _changed(model, before, row):
            was, now = (
                _name_of(one, name, names) if name.endswith("_id") else getattr(one, name) for one in (before, row)
            )
            yield Entry(
                row.history_date, f"Changed {what}: {_field_label(name)}", was=_short(was), now=_short(now), **common
            )


def _changed(model: type[models.Model], before: Any, row: Any) -> list[str]:
    names = [
        f.attname for f in row._meta.concrete_fields if f.name not in _SILENT and not f.name.startswith("history_")
    ]
    return [name for name in names if getattr(before, name) != getattr(row, name)]


def _subject(model: type[models.Model], row: Any, names: Names) -> str:
    if model is Artifact:
        return "the listing"
    if model is Fact:
        return f"the fact {FACTS[row.name].label.lower()}" if row.name in FACTS else f"the fact {row.name}"
    if model is Offering:
        return f"the offering of {(_name_of(row, 'capability_id', names) or 'a capability').lower()}"
    if model is Price:
        return f"the price at {row.provider}"
    if model is BenchmarkResult:
        return f"the result of {row.benchmark}"
    if model is Alias:
        return f"the old address {row.slug}"
    if model is Identifier:
        return f"the identifier {row.scheme}:{row.value}"
    return "the lineage"


def _field_label(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _short(value: Any) -> str:
    """A value in at most 160 characters."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict):
        # Numbers of rows say nothing to a reader.
        said = [v for name, v in value.items() if v not in (None, "", []) and not name.endswith("_id")]
        value = ", ".join(_short(v) for v in said)
    if isinstance(value, list):
        value = "; ".join(str(v) for v in value)
    if value in Lifecycle.values:
        value = Lifecycle(value).label
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}…"
