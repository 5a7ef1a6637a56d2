"""What a run keeps to be read of what it did, or would do: rows by outcome, and the values that change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from catalog.choices import EntryOutcome, Lifecycle, Signal
from catalog.factsheet import FACTS
from catalog.importers.batches import Outcomes
from catalog.importers.feeds import Feed
from catalog.importers.passing import GONE
from catalog.models import Artifact, Difference, Entry, ImportRun, RunRow

#: Rows of one outcome that are kept to be read; the rest is counted.
MOST_KEPT = 5_000
#: Changes of one entry that are kept, and how much of each.
MOST_EDITS, LONGEST = 40, 200


def shown(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, dict):
        # Numbers of rows say nothing to a person, nor do ends that are not there.
        said = {name: shown(one) for name, one in value.items() if not name.endswith("_id")}
        said = {name: one for name, one in said.items() if one}
        if len(said) == 1 and (ended := said.get("dropped_on") or said.get("valid_to")):
            return f"said no longer, from {ended} on"
        if said.get("lifecycle") in Lifecycle.values:
            said["lifecycle"] = Lifecycle(said["lifecycle"]).label.lower()
        if {"amount", "currency", "per"} <= said.keys():
            price = f"{said.pop('amount')} {said.pop('currency')} per {said.pop('per')}"
            return ", ".join([price, *(f"{name.replace('_', ' ')} {one}" for name, one in said.items())])
        if len(said) == 1 and "value" in said:
            return said["value"]
        return ", ".join(f"{name.replace('_', ' ')}: {one}" for name, one in said.items())
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{value:,.0f}"
    return "" if value is None else " ".join(str(value).split())[:LONGEST]


def edit(difference: Difference) -> list[str]:
    """As JobRow's: the field, what it was, what it becomes."""
    what, _, name = difference.subject.partition(" ")
    subject = difference.subject
    if what == "fact" and name in FACTS:
        subject = FACTS[name].label
    elif what == "reading" and name.removeprefix("of ") in Signal.values:
        subject = Signal(name.removeprefix("of ")).label
    return [subject, shown(difference.before)[:LONGEST], shown(difference.after)[:LONGEST]]


def edits_of(row: RunRow, out: Outcomes) -> list[list[str]]:
    """Of one entry of a batch."""
    return [edit(one) for one in out.differences_of(row.listing)[:MOST_EDITS]]


def line_of(difference: Difference, name_of: dict[int, str]) -> str:
    name = name_of.get(difference.artifact_id, str(difference.artifact_id))
    return f"changed  {name}: {difference.subject}: {difference.before} -> {difference.after}"[:300]


def gone_row(entry: Entry) -> RunRow:
    return RunRow(key=entry.key, listing=entry.artifact_id, outcome=EntryOutcome.GONE)


def unnamed(feed: Feed, keys: Collection[str]) -> list[RunRow]:
    """Entries that a source named before, and does not among these keys."""
    before = Entry.objects.filter(importer=feed.name).exclude(digest=GONE).order_by("key", "id").defer("text")
    return [gone_row(entry) for entry in before.iterator() if entry.key not in keys]


@dataclass(frozen=True)
class Line:
    """A row, with what it changed or would change."""

    row: RunRow
    #: What the listing is called today; "" where there is none.
    name: str
    edits: list[list[str]]


def told(run: ImportRun, rows: list[RunRow]) -> list[Line]:
    """A page of rows: two queries, however many."""
    listings = [row.listing for row in rows if row.listing]
    names = dict(Artifact.objects.filter(pk__in=listings).values_list("pk", "name"))
    changed: dict[int, list[list[str]]] = {}
    if not run.is_dry_run:
        found = Difference.objects.filter(run=run, artifact__in=listings).order_by("id")
        for difference in found:
            changed.setdefault(difference.artifact_id, []).append(edit(difference))
    return [
        Line(row, names.get(row.listing or 0, ""), row.edits or changed.get(row.listing or 0, [])[:MOST_EDITS])
        for row in rows
    ]


def clear(*, now: dt.datetime) -> None:
    """Rows of runs that ended long ago. The runs, their counts, and what it takes to undo them, stay."""
    before = now - dt.timedelta(days=settings.UNFRAGILE["JOB_DAYS"])
    RunRow.objects.filter(run__finished_at__lt=before).delete()
