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

from catalog import wording
from catalog.changes import AS_IMPORTED
from catalog.choices import PUBLIC_LIFECYCLES, Lifecycle, ReportState
from catalog.factsheet import FACTS
from catalog.models import (
    Artifact,
    BenchmarkResult,
    Capability,
    Difference,
    Fact,
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
    (Lineage, "artifact_id"),
)
_SILENT = {"id", "history_id", "created_at", "published_at", "settled_at", "position", "artifact"}
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
        text = f"A reader reported an error in {row.get_section_display().lower()}: {row.get_state_display().lower()}"
        yield Entry(row.decided_at or row.reported_at, text, by="An editor", reason=row.outcome)


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
    }
    names = _names(row for rows in kept.values() for row in rows)
    for model, rows in kept.items():
        older: dict[Any, Any] = {}
        for row in reversed(rows):
            if row.history_change_reason != AS_IMPORTED:  # the import itself is told by its differences
                yield from _entries(model, row, older.get(row.id), names)
            older[row.id] = row


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


def _names(rows: Iterable[Any]) -> Names:
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
    if not asked:
        return {}
    # A merged capability's name makes way for others by this ending.
    return {(sort, pk): text.removesuffix(f" (merged {pk})") for sort, pk, text in asked[0].union(*asked[1:])}


def _name_of(row: Any, column: str, names: Names) -> str:
    model, _ = _NAMED.get(column, (None, ""))
    return names.get((model.__name__, getattr(row, column)), "") if model else ""


def _entries(model: type[models.Model], row: Any, before: Any, names: Names) -> Iterator[Entry]:
    what = _subject(model, row, names)
    common = {"by": "An editor" if row.history_user_id else "The system", "reason": row.history_change_reason or ""}
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
