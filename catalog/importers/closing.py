"""What is done once a source has been read to its end: what it no longer names, what comes from what, what was seen.

Only then: a model may stand in the file before the one it was made from.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from catalog.choices import Relation
from catalog.derived import chunks
from catalog.identity import CannotIdentify, identity_key
from catalog.importers.circles import runs_in_a_circle
from catalog.importers.cited import source_of
from catalog.importers.feeds import Feed, Parent
from catalog.importers.outcomes import gone_row
from catalog.importers.passing import GONE
from catalog.importers.records import ArtifactRecord
from catalog.importers.upsert.dropping import drop_what_is_unsaid
from catalog.importers.upsert.tally import Tally
from catalog.models import Entry, Fact, Identifier, ImportRun, Lineage, RunRow, Source

NOTHING = ArtifactRecord("", "", "")


@dataclass(frozen=True)
class Closed:
    touched: set[int]
    #: Entries that were not named this time, as rows to be kept.
    gone: list[RunRow]


def close(run: ImportRun, feed: Feed, *, now: dt.datetime, is_partial: bool = False) -> Closed:
    """`is_partial`: it told only of what has changed, so that nothing is gone because it was not named."""
    source = source_of(feed)
    if source is None:  # everything was refused
        return Closed(set(), [])
    tally = Tally(is_undoable=True)
    gone = [] if is_partial else _drop_unnamed(run, feed, source, tally, now.date())
    _link(tally)
    tally.save_differences(run, ())
    _note_seen(run, source, now.date())
    return Closed(tally.touched, gone)


def _drop_unnamed(run: ImportRun, feed: Feed, source: Source, tally: Tally, on: dt.date) -> list[RunRow]:
    """Entries that the source did not name this time: what it said of them is said no longer."""
    mine = Entry.objects.filter(importer=feed.name)
    seen = set(mine.filter(run=run).values_list("artifact_id", flat=True))
    gone = list(mine.exclude(run=run).exclude(digest=GONE).order_by("key", "id").defer("text"))
    for some in chunks({entry.artifact_id for entry in gone} - seen, 1_000):
        drop_what_is_unsaid(dict.fromkeys(some, NOTHING), [source.pk], tally, on=on)
    for pks in chunks([entry.pk for entry in gone]):
        Entry.objects.filter(pk__in=pks).update(digest=GONE)
    return [gone_row(entry) for entry in gone]


def _link(tally: Tally) -> None:
    """Of all sources' entries: what one of them comes from, another may have brought just now."""
    told: list[tuple[int, Parent]] = []
    for artifact_id, parents in Entry.objects.exclude(parents=[]).values_list("artifact_id", "parents").iterator():
        told += [(artifact_id, Parent(**parent)) for parent in parents]
    by_key: dict[tuple[str, str], int] = {}
    for keys in chunks({key for _, parent in told if (key := _key(parent))}):
        rows = Identifier.objects.filter(key__in=keys).values_list("scheme", "key", "artifact_id")
        by_key.update({(scheme, key): pk for scheme, key, pk in rows})
    wanted: dict[tuple[int, str, int], Lineage] = {}
    for child, told_parent in told:
        parent = by_key.get((told_parent.scheme, _key(told_parent)))
        if parent is None or child == parent:
            continue
        wanted.setdefault(
            (child, told_parent.relation, parent),
            Lineage(
                artifact_id=child,
                relation=told_parent.relation,
                parent_id=parent,
                detail=told_parent.detail[:120],
                keeps_architecture=told_parent.keeps_architecture,
            ),
        )
    children = {child for child, _, _ in wanted}
    there: set[tuple[int, str, int]] = set()
    for some in chunks(children):
        columns = ("artifact_id", "relation", "parent_id")
        there.update(Lineage.objects.filter(artifact__in=some).values_list(*columns))
        there.update(Lineage.history.filter(artifact_id__in=some).values_list(*columns))  # an editor took it away
    above: dict[int, list[int]] = defaultdict(list)
    for child, parent in Lineage.objects.filter(relation=Relation.DERIVED_FROM).values_list("artifact_id", "parent_id"):
        above[child].append(parent)
    new = []
    for link, row in wanted.items():
        if link in there:
            continue
        if row.relation == Relation.DERIVED_FROM:
            above[row.artifact_id].append(row.parent_id)
            if runs_in_a_circle(row.artifact_id, above):
                above[row.artifact_id].pop()
                continue
        new.append(row)
    for row in Lineage.objects.bulk_create(new, batch_size=1_000):
        tally.note(row.artifact_id, "lineage", None, {"relation": row.relation, "detail": row.detail})
        tally.made(row)


def _key(parent: Parent) -> str:
    try:
        return identity_key(parent.scheme, parent.value)
    except CannotIdentify:
        return ""


def _note_seen(run: ImportRun, source: Source, on: dt.date) -> None:
    """What the source still says was retrieved today. Not what an editor has had in hand."""
    seen = Fact.objects.filter(
        source=source,
        dropped_on=None,
        is_locked=False,
        retrieved_on__lt=on,
        artifact__in=run.entries.values("artifact"),
    )
    seen.exclude(pk__in=Fact.history.values("id")).update(retrieved_on=on)
