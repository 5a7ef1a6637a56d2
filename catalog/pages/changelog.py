"""What changed of one artifact, when, by whom and why: the public log.

One log out of two records: the history that the library keeps of what people save, and the differences that imports
keep per run. A person appears by role, never by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import models

from catalog.changes import AS_IMPORTED
from catalog.choices import Lifecycle
from catalog.factsheet import FACTS
from catalog.models import Artifact, BenchmarkResult, Capability, Difference, Fact, Lineage, Offering, Price

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
    """The newest first."""
    entries = sorted([*_from_imports(artifact), *_from_people(artifact)], key=lambda e: e.at, reverse=True)[:LONGEST]
    return [Day(on, list(group)) for on, group in groupby(entries, key=lambda e: e.at.date())]


def _from_imports(artifact: Artifact) -> Iterator[Entry]:
    rows = Difference.objects.filter(artifact=artifact).select_related("run").order_by("-id")[:LONGEST]
    for row in rows:
        by = f"Import: {row.run.importer}"
        if row.subject == "listing" and row.before is None:
            yield Entry(row.run.started_at, "Added to the catalog", by=by)
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


def _from_people(artifact: Artifact) -> Iterator[Entry]:
    for model, key in _WATCHED:
        rows = list(model.history.filter(**{key: artifact.pk}).order_by("-history_date", "-history_id")[:LONGEST])
        names = _capability_names(rows) if model is Offering else {}
        older: dict[Any, Any] = {}
        for row in reversed(rows):
            if row.history_change_reason != AS_IMPORTED:  # the import itself is told by its differences
                yield from _entries(model, row, older.get(row.id), names)
            older[row.id] = row


def _capability_names(rows: list[Any]) -> dict[int, str]:
    return dict(Capability.objects.filter(pk__in={row.capability_id for row in rows}).values_list("pk", "name"))


def _entries(model: type[models.Model], row: Any, before: Any, names: dict[int, str]) -> Iterator[Entry]:
    what = _subject(model, row, names)
    common = {"by": "An editor" if row.history_user_id else "The system", "reason": row.history_change_reason or ""}
    if row.history_type == "+":
        yield Entry(row.history_date, f"Added {what}" if model is not Artifact else "Added to the catalog", **common)
    elif row.history_type == "-":
        yield Entry(row.history_date, f"Removed {what}", **common)
    elif before is not None:  # the oldest of a long history has nothing to be compared with
        for name in _changed(model, before, row):
            # A key says nothing to a reader.
            was, now = ("", "") if name.endswith("_id") else (getattr(before, name), getattr(row, name))
            yield Entry(
                row.history_date, f"Changed {what}: {_field_label(name)}", was=_short(was), now=_short(now), **common
            )


def _changed(model: type[models.Model], before: Any, row: Any) -> list[str]:
    names = [
        f.attname for f in row._meta.concrete_fields if f.name not in _SILENT and not f.name.startswith("history_")
    ]
    return [name for name in names if getattr(before, name) != getattr(row, name)]


def _subject(model: type[models.Model], row: Any, names: dict[int, str]) -> str:
    if model is Artifact:
        return "the listing"
    if model is Fact:
        return f"the fact {FACTS[row.name].label.lower()}" if row.name in FACTS else f"the fact {row.name}"
    if model is Offering:
        return f"the offering of {names.get(row.capability_id, 'a capability').lower()}"
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
