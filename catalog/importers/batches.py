"""Writes one batch of a feed's items: one transaction, in a number of queries that does not grow with its size.

What says the same as last time is passed over. What cannot be written is refused with its reason, and the rest goes on:
first what the rules refuse, and where only a table finds out, each entry is tried by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace

from django.db import DatabaseError, transaction

from catalog import publishing
from catalog.choices import EntryOutcome, Lifecycle, PublishRule
from catalog.importers import cited, passing, texts
from catalog.importers.collapses import Fallen, note, without_collapses
from catalog.importers.errors import CannotImport
from catalog.importers.feeds import Feed, Gone, Item, Refusal, Same, Told
from catalog.importers.matching import Matched, entries_of, matched
from catalog.importers.records import ArtifactRecord, Records
from catalog.importers.upsert.artifacts import upsert_artifacts
from catalog.importers.upsert.details import upsert_details
from catalog.importers.upsert.dropping import drop_what_is_unsaid
from catalog.importers.upsert.shared import Shared
from catalog.importers.upsert.tally import BATCH, Tally
from catalog.models import Artifact, Difference, Entry, ImportRun, Publisher, RunRow, Source


@dataclass
class Outcomes:
    """What became of a batch: counts, rows to be kept, and what readers of a dry run are shown."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("read", "new", "changed", "unchanged", "refused", "held"), 0)
    )
    rows: list[RunRow] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    slugs: dict[str, str] = field(default_factory=dict)
    _by_listing: dict[int, list[Difference]] = field(default_factory=dict)

    def differences_of(self, listing: int | None) -> list[Difference]:
        if len(self._by_listing) == 0:
            for difference in self.differences:
                self._by_listing.setdefault(difference.artifact_id, []).append(difference)
        return self._by_listing.get(listing or 0, [])

    def tell(self, key: str, outcome: EntryOutcome, listing: int | None = None, why: Sequence[str] = ()) -> None:
        self.counts[outcome] += 1
        self.rows.append(RunRow(key=key[:300], outcome=outcome, listing=listing, sentences=[w[:500] for w in why]))


def write(items: Sequence[Item], run: ImportRun, feed: Feed, *, rule: PublishRule, now: dt.datetime) -> Outcomes:
    """Inside a `change`, whose owner is told what was touched."""
    out = Outcomes()
    out.counts["read"] = len(items)
    told = [item for item in items if isinstance(item, Told)]
    for item in items:
        if isinstance(item, Refusal):
            out.tell(item.key, EntryOutcome.REFUSED, why=[item.why])
    left = _pass_over(items, told, entries := entries_of(feed.name, told), run, out)
    if left:
        good = matched(left, entries, importer=feed.name, rule=rule)
        good, fallen = without_collapses(good, source_id := _source_id(feed))
        _write_good(good, fallen, run, feed, out, rule=rule, now=now)
        if source_id is not None:
            note(fallen, run, source_id=source_id, now=now)
    if gone := [item for item in items if isinstance(item, Gone)]:
        _write_gone(gone, run, feed, out, now=now)
    return out


def _pass_over(
    items: Sequence[Item], told: list[Told], entries: dict[str, Entry], run: ImportRun, out: Outcomes
) -> list[Told]:
    """What is left to be looked at."""
    read = [item.entry for item in items if isinstance(item, Same)]
    same = _unchanged(told, entries)
    passing.note_read(entries, same)
    pks = [*read, *(entries[one.key].pk for one in same)]
    Entry.objects.filter(pk__in=pks).update(run=run)
    out.counts["unchanged"] += len(pks)
    passed = {one.key for one in same}
    return [one for one in told if one.key not in passed]


def _unchanged(told: list[Told], entries: dict[str, Entry]) -> list[Told]:
    """Those that say the same as last time; of entries that an editor has merged, all or none."""
    is_same = {one.key: one.key in entries and passing.says_the_same(entries[one.key], one) for one in told}
    moved = {entries[key].artifact_id for key, same in is_same.items() if not same and key in entries}
    return [one for one in told if is_same[one.key] and entries[one.key].artifact_id not in moved]


def _entries(good: list[Matched]) -> list[tuple[Told, Matched]]:
    return [(told, one) for one in good for told in one.entries]


def _write_good(
    good: list[Matched],
    fallen: Fallen,
    run: ImportRun,
    feed: Feed,
    out: Outcomes,
    *,
    rule: PublishRule,
    now: dt.datetime,
) -> None:
    left = good
    while left:
        try:
            with transaction.atomic():
                _write_together(left, fallen, run, feed, out, rule=rule, now=now)
            return
        except CannotImport as error:
            reasons: dict[str, list[str]] = {}
            for problem in error.problems:
                reasons.setdefault(problem.place, []).append(problem.text)
            refused = [one for one in left if one.told.key in reasons]
            for told, of in _entries(refused):
                out.tell(told.key, EntryOutcome.REFUSED, of.artifact_id, reasons[of.told.key])
            left = [one for one in left if one.told.key not in reasons]
            if not refused:
                raise
        except (DatabaseError, ValueError) as error:
            if len(left) == 1:
                why = f"The tables do not take it: {type(error).__name__}."
                for told in left[0].entries:
                    out.tell(told.key, EntryOutcome.REFUSED, left[0].artifact_id, [why])
                return
            # One of them is to blame: halves, until it stands alone.
            middle = len(left) // 2
            for half in (left[:middle], left[middle:]):
                _write_good(half, fallen, run, feed, out, rule=rule, now=now)
            return


def _write_together(
    good: list[Matched],
    fallen: Fallen,
    run: ImportRun,
    feed: Feed,
    out: Outcomes,
    *,
    rule: PublishRule,
    now: dt.datetime,
) -> None:
    tally = Tally(is_undoable=True)
    good, unknown = cited.known_alone(good)
    shared = _shared(good, feed, tally)
    records = Records(artifacts=tuple(_dated(one.record, now.date()) for one in good))
    ids = upsert_artifacts(records, shared, tally, importer=run.importer, now=now, by_address=False)
    upsert_details(records, shared, ids, tally, now=now, is_feed=True)
    if tally.problems:
        raise CannotImport(tally.problems)
    by_pk = {ids[one.record.slug]: record for one, record in zip(good, records.artifacts, strict=True) if one.is_whole}
    drop_what_is_unsaid(by_pk, [shared.sources[feed.source.slug]], tally, on=now.date())
    if rule == PublishRule.WHEN_SUFFICIENT:
        _publish_what_suffices(tally.new, now)
    tally.save_differences(run, set(ids.values()))
    entries = [
        Entry(
            importer=feed.name,
            key=told.key,
            artifact_id=ids[one.record.slug],
            # What was held back comes up again at the next run.
            digest="" if one.told.key in fallen.keys else passing.digests(told),
            parents=[asdict(parent) for parent in told.parents],
            run=run,
            **texts.brought(told),
        )
        for one in good
        for told in one.entries
    ]
    Entry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["importer", "key"],
        update_fields=["artifact", "digest", "parents", "run", *texts.COLUMNS],
    )
    out.touched |= tally.touched
    out.differences += tally.differences
    for told, of in _entries(good):
        pk = ids[of.record.slug]
        out.slugs[told.key] = of.record.slug
        notes = [*told.notes, *unknown.get(told.key, ())]
        if pk in tally.new:
            out.tell(told.key, EntryOutcome.NEW, pk, notes)
        elif told.key in fallen.sentences:
            out.tell(told.key, EntryOutcome.HELD, pk, [*fallen.sentences[told.key], *notes])
        elif pk in tally.changed:
            out.tell(told.key, EntryOutcome.CHANGED, pk, notes)
        elif pk in tally.held:
            out.tell(told.key, EntryOutcome.HELD, pk, ["An editor’s word stands; see the proposals.", *notes])
        else:
            out.counts["unchanged"] += 1


def _write_gone(gone: list[Gone], run: ImportRun, feed: Feed, out: Outcomes, *, now: dt.datetime) -> None:
    """What the source has withdrawn: known to us, it says nothing any more; else there is nothing to bring."""
    known = {row.key: row for row in Entry.objects.filter(importer=feed.name, key__in=[one.key for one in gone])}
    for one in gone:
        if one.key not in known:
            out.tell(one.key, EntryOutcome.REFUSED, why=[one.why])
    if known:
        empty = ArtifactRecord("", "", "")
        tally = Tally(is_undoable=True)
        drop_what_is_unsaid(
            {row.artifact_id: empty for row in known.values()}, [_source_id(feed) or 0], tally, on=now.date()
        )
        tally.save_differences(run, ())
        Entry.objects.filter(pk__in=[row.pk for row in known.values()]).update(run=run, digest=passing.GONE)
        out.touched |= tally.touched
        out.differences += tally.differences
        for row in known.values():
            if row.artifact_id in tally.changed:
                out.tell(row.key, EntryOutcome.CHANGED, row.artifact_id, ["Its source has withdrawn it."])
            else:
                out.counts["unchanged"] += 1


def _dated(record: ArtifactRecord, on: dt.date) -> ArtifactRecord:
    return replace(
        record,
        facts=tuple(replace(fact, retrieved_on=on) for fact in record.facts),
        prices=tuple(replace(price, retrieved_on=on) for price in record.prices),
    )


def _source_id(feed: Feed) -> int | None:
    source = cited.source_of(feed)
    return source.pk if source else None


def _shared(good: list[Matched], feed: Feed, tally: Tally) -> Shared:
    """The feed's own document and its publishers. What stands there is left as its editors have it."""
    source = cited.source_of(feed)
    if source is None:
        s = feed.source
        made = Source.objects.bulk_create(
            [Source(slug=s.slug, title=s.title, url=s.url, kind=s.kind, licence=s.licence)]
        )
        source = made[0]
        tally.made(source)
        tally.is_shared_touched = True
    wanted = {one.told.publisher.slug: one.told.publisher for one in good if one.told.publisher}
    publishers = dict(Publisher.objects.filter(slug__in=wanted).values_list("slug", "pk"))
    new = [
        Publisher(slug=p.slug, name=p.name, homepage=p.homepage) for p in wanted.values() if p.slug not in publishers
    ]
    for row in Publisher.objects.bulk_create(new, batch_size=BATCH):
        publishers[row.slug] = row.pk
        tally.made(row)
    standing = {one.record.publisher for one in good if one.record.publisher} - publishers.keys()
    publishers.update(Publisher.objects.filter(slug__in=standing).values_list("slug", "pk"))
    sources = {feed.source.slug: source.pk} | cited.sources_of(good, tally)
    return Shared({}, publishers, cited.capabilities_of(good), sources)


def _publish_what_suffices(new: Collection[int], now: dt.datetime) -> None:
    enough = [row.pk for row in Artifact.objects.filter(pk__in=new) if not publishing.missing_for_publication(row)]
    Artifact.objects.filter(pk__in=enough).update(lifecycle=Lifecycle.PUBLISHED, published_at=now)
