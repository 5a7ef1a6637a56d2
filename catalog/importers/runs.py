"""Runs of feeds: read, written batch by batch, ended. What they are told stands in `steering.py`.

    run = start("models-dev", place, now=now)     running; done, waiting, failed or refused when it returns
    confirm(run, now=now)                         waiting -> running: an editor lets it pass its brakes
    take_up(run, now=now)                         stopped or failed -> running, behind its last batch
    work(run, feed, now=now, turn=480)            what a worker does with a run that it holds, for one turn

Each batch is one transaction together with the run's cursor, so that none is written twice and others can write in
between. A dry run is the same code, and rolls each batch back; asked for at the desk, what it would have done is kept
to be read. `undoing.py` takes a whole run back.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from catalog.changes import change
from catalog.choices import EntryOutcome, PublishRule, RunState
from catalog.importers import brakes, closing, passing, steering
from catalog.importers.addresses import fetched, forget, is_address
from catalog.importers.batches import Outcomes, write
from catalog.importers.errors import CannotImport, Problem
from catalog.importers.feeds import Feed, Item, Refusal, Told
from catalog.importers.outcomes import MOST_KEPT, edits_of, line_of, unnamed
from catalog.importers.reading import Opened, fingerprint, opened
from catalog.importers.steering import CannotRun, stop
from catalog.importers.upsert import Counts
from catalog.models import ImportRule, ImportRun, RunRow

log = logging.getLogger(__name__)

#: Entries in one transaction: a second's work, for which an editor who saves has to wait.
BATCH = 500
#: Readings and prices in one transaction: lists with years of readings would fill the memory by the hundreds.
HEAVIEST = 8_000
#: Differences that a dry run of the command shows.
MOST_SHOWN = 200


class _Stopped(Exception):
    pass


class _TurnIsOver(Exception):
    pass


class _RollBack(Exception):
    pass


@dataclass
class Result:
    counts: Counts
    state: str
    brakes: list[str] = field(default_factory=list)
    #: Lines that a dry run shows.
    shown: list[str] = field(default_factory=list)


def start(
    feed: Feed, place: str, *, now: dt.datetime, is_confirmed: bool = False, is_dry_run: bool = False, why: str = ""
) -> Result:
    """Reads the place from its first entry. Raises CannotImport where it cannot be read at all; a refusal is kept.

    CannotRun while another run of this source is under way. A dry run leaves nothing behind.
    """
    if is_dry_run:
        run = ImportRun(importer=feed.name, origin=place[:500], started_at=now, is_dry_run=True, why=why)
    else:
        run = steering.ask(feed.name, place, now=now, is_confirmed=is_confirmed, why=why, state=RunState.RUNNING)
    return work(run, feed, now=now)


def confirm(run: ImportRun, feed: Feed, *, now: dt.datetime) -> Result:
    """Goes on where the brake stopped it. Raises CannotRun."""
    steering.confirm(run, now=now)
    return work(_held(run, now), feed, now=now)


def take_up(run: ImportRun, feed: Feed, *, now: dt.datetime) -> Result:
    """Behind its last batch. Raises CannotRun."""
    steering.take_up(run, now=now)
    return work(_held(run, now), feed, now=now)


def _held(run: ImportRun, now: dt.datetime) -> ImportRun:
    held = steering.hold(run.pk, now=now)
    if held is None:
        raise CannotRun(steering.UNDER_WAY)
    return held


def work(run: ImportRun, feed: Feed, *, now: dt.datetime, turn: int | None = None) -> Result:
    """After `turn` seconds it waits for its next one: state `asked`. Raises what kept it from its end."""
    return _Work(feed, run, now=now, turn=turn).do()


def batches(feed: Feed, place: Opened, *, skip: int = 0) -> Iterator[list[Item]]:
    """The source's items with each key once, a batch at a time, without the first so many."""
    some: list[Item] = []
    weight = 0
    for item in islice(_once_each(feed, place), skip, None):
        some.append(item)
        weight += len(item.record.readings) + len(item.record.prices) if isinstance(item, Told) else 0
        if len(some) == BATCH or weight >= HEAVIEST:
            yield some
            some, weight = [], 0
    if some:
        yield some


def _once_each(feed: Feed, place: Opened) -> Iterator[Item]:
    seen: set[str] = set()
    for item in feed.read(place):
        if item.key in seen:
            item = Refusal(f"{item.key} again", "It stands here twice; the first is used.")
        elif isinstance(item, Told) and len(item.key) > 300:
            item = Refusal(item.key[:200], "Its key is longer than 300 characters.")
        seen.add(item.key)
        yield item
    for key in place.doubled:
        yield Refusal(f"{key[:200]} again", "The key stands twice in one object; the first is used.")


class _Work:
    def __init__(self, feed: Feed, run: ImportRun, *, now: dt.datetime, turn: int | None) -> None:
        self.feed = feed
        self.run = run
        self.now = now
        self.until = None if turn is None else time.monotonic() + turn
        self.why = run.why or f"Import: {feed.name}"
        rule = ImportRule.objects.filter(importer=feed.name).values_list("publishes", flat=True).first()
        self.rule = PublishRule(rule or feed.publishes)
        self.is_dry_run = run.is_dry_run
        self.place: Opened | None = None
        self.pages_asked = 0
        #: What the command tries leaves nothing behind.
        self.is_kept = run.pk is not None
        self.kept = {outcome: getattr(run, f"{outcome}_count") for outcome in EntryOutcome.values}
        self.shown: list[str] = []
        self.total = dict.fromkeys(Counts.__annotations__, 0)

    def do(self) -> Result:
        try:
            return self._do()
        except _Stopped:
            self.run.refresh_from_db()
            return self._result()
        except _TurnIsOver:
            self._say(state=RunState.ASKED)
            return self._result()
        except CannotImport as error:
            if self.place is not None:
                forget(self.place)
            self._end(RunState.FAILED if self.run.done_count else RunState.REFUSED, error=str(error))
            raise
        except Exception as error:
            log.exception("An import failed", extra={"importer": self.feed.name})
            self._end(RunState.FAILED, error=f"{type(error).__name__}: {error}")
            raise

    def _do(self) -> Result:
        if is_address(self.run.origin):
            last, pk = self._last(), self.run.pk
            place = fetched(self.run.origin, self.feed, now=self.now, last=last, run=pk, alive=self._ask_on)
        else:
            place = opened(self.run.origin, now=self.now)
        place.is_partial |= self.feed.is_partial
        self.place = place
        self.feed = self.feed.at(place)
        self._begin_anew_where_it_changed(place)
        place.known = passing.known(self.feed, place)
        seen = self._look_first(place) if brakes.is_known(self.feed) else None
        is_asked = seen is not None and not self.run.is_confirmed and not self.run.done_count
        found = seen.brakes(self.feed, is_partial=place.is_partial) if seen and is_asked else []
        if found and not self.is_dry_run:
            self._end(RunState.WAITING, brakes=found)
            return self._result()
        done = self.run.done_count
        for items in batches(self.feed, place, skip=done):
            done += len(items)
            self._write(items)
            if self.until is not None and time.monotonic() > self.until:
                self._say(state=RunState.ASKED)
                return self._result()
        if not done and not place.is_partial:
            raise CannotImport([Problem(self.run.origin, 0, "There is no entry in it.")])
        if self.is_dry_run:
            self._keep_gone([] if place.is_partial else unnamed(self.feed, seen.keys if seen else ()))
        else:
            with change(why=self.why) as it:
                self._need_to_hold_it()
                closed = closing.close(self.run, self.feed, now=self.now, is_partial=place.is_partial)
                it.touch(closed.touched)
                self._keep_gone(closed.gone)
        self._end(RunState.DONE, brakes=found)
        return self._result()

    def _ask_on(self) -> None:
        """Before each page: a fetch that takes longer than a turn goes on at its cursor in the next one."""
        self._say()
        if self.pages_asked and self.until is not None and time.monotonic() > self.until:
            raise _TurnIsOver
        self.pages_asked += 1

    def _last(self) -> dt.datetime | None:
        """When the last complete run of this place began."""
        done = ImportRun.objects.filter(
            importer=self.run.importer, origin=self.run.origin, state=RunState.DONE, is_dry_run=False
        )
        return done.order_by("-started_at").values_list("started_at", flat=True).first()

    def _look_first(self, place: Opened) -> brakes.Seen | None:
        """Reads it through once before anything is written; not again for a later turn, nor for a word that is said."""
        if not self.is_dry_run and (self.run.is_confirmed or self.run.done_count):
            return None
        seen = brakes.gathered(self._alive(batches(self.feed, place)), self.feed)
        place.doubled.clear()
        return seen

    def _alive(self, some: Iterator[list[Item]]) -> Iterator[list[Item]]:
        for items in some:
            self._say()
            yield items

    def _begin_anew_where_it_changed(self, place: Opened) -> None:
        """Where the source is another by now, so many entries from its start are not those that were written."""
        if not self.is_kept:
            return
        is_now = fingerprint(place)
        if self.run.done_count and is_now != self.run.fingerprint:
            RunRow.objects.filter(run=self.run).delete()
            counts = [f"{name}_count" for name in (*Counts.__annotations__, "done", "gone")]
            self._say(**dict.fromkeys(counts, 0))
            self.kept = dict.fromkeys(EntryOutcome.values, 0)
            self.run.refresh_from_db()
        self._say(fingerprint=is_now)

    def _write(self, items: list[Item]) -> None:
        try:
            with change(why=self.why) as it:
                if self.is_kept:
                    self._need_to_hold_it()
                else:
                    self.run.save()  # rolled back with the rest
                out = write(items, self.run, self.feed, rule=self.rule, now=self.now)
                if self.is_dry_run:
                    raise _RollBack
                it.touch(out.touched)
                self._keep(out)
        except _RollBack:
            if self.is_kept:
                for row in out.rows:
                    row.edits = edits_of(row, out)
                    if row.outcome == EntryOutcome.NEW:
                        row.listing = None  # it was never there
                self._keep(out)
            else:
                self.run.pk = None
                self.run._state.adding = True
                self._show(out)

    def _say(self, **columns: object) -> None:
        """A sign of life, and how far it is. Raises _Stopped where it was stopped, or somebody else holds it."""
        if self.is_kept and not self._mine().update(seen_at=timezone.now(), **columns):
            raise _Stopped

    _need_to_hold_it = _say

    def _mine(self) -> models.QuerySet[ImportRun]:
        return ImportRun.objects.filter(pk=self.run.pk, state=RunState.RUNNING, attempt=self.run.attempt)

    def _keep(self, out: Outcomes) -> None:
        self._add(out)
        said = {f"{name}_count": F(f"{name}_count") + value for name, value in out.counts.items()}
        with transaction.atomic():
            self._keep_rows(out.rows)
            # Not asked whether it was stopped meanwhile: what this batch wrote, stands.
            ImportRun.objects.filter(pk=self.run.pk).update(done_count=F("done_count") + out.counts["read"], **said)
        self.run.done_count += out.counts["read"]

    def _keep_rows(self, rows: list[RunRow]) -> None:
        kept = []
        for row in rows:
            self.kept[row.outcome] += 1
            if self.kept[row.outcome] <= MOST_KEPT:
                row.run = self.run
                kept.append(row)
        RunRow.objects.bulk_create(kept, batch_size=1_000)

    def _keep_gone(self, gone: list[RunRow]) -> None:
        if self.is_kept:
            self._keep_rows(gone)
            self._say(gone_count=len(gone))
        else:
            self.shown += [f"gone     {row.key}" for row in gone]
            del self.shown[MOST_SHOWN:]

    def _show(self, out: Outcomes) -> None:
        self._add(out)
        name_of = {row.listing: out.slugs.get(row.key, row.key) for row in out.rows if row.listing}
        for row in out.rows:
            if row.outcome == EntryOutcome.REFUSED:
                self.shown.append(f"refused  {row.key}: {' '.join(row.sentences)}")
                continue
            if row.outcome == EntryOutcome.NEW:
                self.shown.append(f"new      {out.slugs.get(row.key, row.key)}")
            self.shown += [f"note     {row.key}: {sentence}" for sentence in row.sentences]
        self.shown += [line_of(difference, name_of) for difference in out.differences if difference.before is not None]
        del self.shown[MOST_SHOWN:]

    def _add(self, out: Outcomes) -> None:
        for name, value in out.counts.items():
            self.total[name] += value

    def _end(self, state: RunState, *, error: str = "", brakes: list[str] | None = None) -> None:
        self.run.state = state
        if brakes:
            self.run.brakes = "\n".join(brakes)
        if not self.is_kept:
            return
        ended = {"state": state, "error": error[:20_000], "brakes": self.run.brakes, "finished_at": timezone.now()}
        self._mine().update(**ended)  # not what somebody stopped meanwhile
        self.run.refresh_from_db()

    def _result(self) -> Result:
        if self.is_kept:
            self.run.refresh_from_db()
            self.total = {name: getattr(self.run, f"{name}_count") for name in self.total}
        return Result(Counts(**self.total), self.run.state, self.run.brakes.splitlines(), self.shown)


__all__ = ["CannotRun", "Result", "batches", "confirm", "start", "stop", "take_up", "work"]
