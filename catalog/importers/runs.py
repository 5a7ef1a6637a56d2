"""Runs of feeds: started, braked, confirmed, stopped, taken up again.

    run = start("models-dev", place, now=now)     running; done, waiting, failed or refused when it returns
    confirm(run, now=now)                         waiting -> running: an editor lets it pass its brakes
    stop(run)                                     after the batch that is being written
    take_up(run, now=now)                         stopped or failed -> running, behind its last batch

Each batch is one transaction together with the run's cursor, so that none is written twice and others can write in
between. A dry run is the same code, and rolls each batch back. `undoing.py` takes a whole run back.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db.models import F, Q
from django.utils import timezone

from catalog.changes import change
from catalog.choices import EntryOutcome, PublishRule, RunState
from catalog.importers import brakes, closing, passing
from catalog.importers.addresses import fetched, is_address
from catalog.importers.batches import Outcomes, write
from catalog.importers.errors import CannotImport, Problem
from catalog.importers.feeds import Feed, Item, Refusal, Told
from catalog.importers.reading import Opened, opened
from catalog.importers.upsert import Counts
from catalog.models import Difference, ImportRule, ImportRun, RunRow

log = logging.getLogger(__name__)

#: Entries in one transaction: a second's work, for which an editor who saves has to wait.
BATCH = 500
#: Readings and prices in one transaction: lists with years of readings would fill the memory by the hundreds.
HEAVIEST = 8_000
#: Rows of one outcome that are kept to be read; the rest is counted.
MOST_KEPT = 5_000
#: Differences that a dry run shows.
MOST_SHOWN = 200


class CannotRun(Exception):
    """The sentence says why not."""


class _Stopped(Exception):
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
    """Reads the place from its first entry. Raises CannotImport where it cannot be read at all; a refusal is kept."""
    run = ImportRun(importer=feed.name, origin=place[:500], started_at=now, seen_at=now, is_confirmed=is_confirmed)
    if not is_dry_run:
        run.save()
    return _Work(feed, run, now=now, is_dry_run=is_dry_run, why=why).do()


def confirm(run: ImportRun, feed: Feed, *, now: dt.datetime) -> Result:
    """Goes on where the brake stopped it. Raises CannotRun."""
    if not ImportRun.objects.filter(pk=run.pk, state=RunState.WAITING).update(
        state=RunState.RUNNING, is_confirmed=True, brakes="", seen_at=now, finished_at=None
    ):
        raise CannotRun("It is not waiting for your word.")
    run.refresh_from_db()
    return _Work(feed, run, now=now).do()


def stop(run: ImportRun) -> None:
    """Raises CannotRun."""
    under_way = Q(state__in=[RunState.RUNNING, RunState.WAITING])
    if not ImportRun.objects.filter(under_way, pk=run.pk).update(state=RunState.STOPPED, finished_at=timezone.now()):
        raise CannotRun("It has ended already.")


def take_up(run: ImportRun, feed: Feed, *, now: dt.datetime) -> Result:
    """Behind its last batch. Raises CannotRun."""
    if not ImportRun.objects.filter(pk=run.pk, state__in=[RunState.STOPPED, RunState.FAILED]).update(
        state=RunState.RUNNING, error="", seen_at=now, finished_at=None
    ):
        raise CannotRun("Only what was stopped, or has failed, can be taken up again.")
    run.refresh_from_db()
    return _Work(feed, run, now=now).do()


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
    def __init__(
        self, feed: Feed, run: ImportRun, *, now: dt.datetime, is_dry_run: bool = False, why: str = ""
    ) -> None:
        self.feed = feed
        self.run = run
        self.now = now
        self.is_dry_run = is_dry_run
        self.why = why or f"Import: {feed.name}"
        rule = ImportRule.objects.filter(importer=feed.name).values_list("publishes", flat=True).first()
        self.rule = PublishRule(rule or feed.publishes)
        self.kept = dict.fromkeys(EntryOutcome.values, 0)
        self.shown: list[str] = []
        self.total = dict.fromkeys(Counts.__annotations__, 0)

    def do(self) -> Result:
        try:
            return self._do()
        except _Stopped:
            self.run.refresh_from_db()
            return self._result()
        except CannotImport as error:
            self._end(RunState.FAILED if self.run.done_count else RunState.REFUSED, error=str(error))
            raise
        except Exception as error:
            log.exception("An import failed", extra={"importer": self.feed.name})
            self._end(RunState.FAILED, error=f"{type(error).__name__}: {error}")
            raise

    def _do(self) -> Result:
        if is_address(self.run.origin):
            place = fetched(self.run.origin, self.feed, now=self.now, last=self._last())
        else:
            place = opened(self.run.origin, now=self.now)
        self.feed = self.feed.at(place)
        place.known = passing.known(self.feed, place)
        if not self.run.is_confirmed and brakes.is_known(self.feed):
            seen = brakes.gathered(batches(self.feed, place), self.feed)
            place.doubled.clear()
            if found := seen.brakes(self.feed, is_partial=place.is_partial):
                self._end(RunState.WAITING, brakes=found)
                return self._result()
        done = self.run.done_count
        for items in batches(self.feed, place, skip=done):
            done += len(items)
            self._write(items)
        if not done and not place.is_partial:
            raise CannotImport([Problem(self.run.origin, 0, "There is no entry in it.")])
        if not self.is_dry_run:
            with change(why=self.why) as it:
                it.touch(closing.close(self.run, self.feed, now=self.now, is_partial=place.is_partial))
        self._end(RunState.DONE)
        return self._result()

    def _last(self) -> dt.datetime | None:
        """When the last complete run of this place began."""
        done = ImportRun.objects.filter(importer=self.run.importer, origin=self.run.origin, state=RunState.DONE)
        return done.order_by("-started_at").values_list("started_at", flat=True).first()

    def _write(self, items: list[Item]) -> None:
        try:
            with change(why=self.why) as it:
                if not self.is_dry_run:
                    self._need_to_hold_it()
                else:
                    self.run.save()  # rolled back with the rest
                out = write(items, self.run, self.feed, rule=self.rule, now=self.now)
                it.touch(out.touched)
                self._keep(out)
                if self.is_dry_run:
                    raise _RollBack
        except _RollBack:
            self.run.pk = None
            self.run._state.adding = True

    def _need_to_hold_it(self) -> None:
        if not ImportRun.objects.filter(pk=self.run.pk, state=RunState.RUNNING).update(seen_at=timezone.now()):
            raise _Stopped

    def _keep(self, out: Outcomes) -> None:
        for name, value in out.counts.items():
            self.total[name] += value
        if self.is_dry_run:
            self._show(out)
            return
        rows = []
        for row in out.rows:
            self.kept[row.outcome] += 1
            if self.kept[row.outcome] <= MOST_KEPT:
                row.run = self.run
                rows.append(row)
        RunRow.objects.bulk_create(rows, batch_size=1_000)
        said = {f"{name}_count": F(f"{name}_count") + value for name, value in out.counts.items()}
        ImportRun.objects.filter(pk=self.run.pk).update(done_count=F("done_count") + out.counts["read"], **said)
        self.run.done_count += out.counts["read"]

    def _show(self, out: Outcomes) -> None:
        name_of = {row.listing: out.slugs.get(row.key, row.key) for row in out.rows if row.listing}
        for row in out.rows:
            if row.outcome == EntryOutcome.REFUSED:
                self.shown.append(f"refused  {row.key}: {' '.join(row.sentences)}")
            elif row.outcome == EntryOutcome.NEW:
                self.shown.append(f"new      {out.slugs.get(row.key, row.key)}")
        self.shown += [_line(difference, name_of) for difference in out.differences if difference.before is not None]
        del self.shown[MOST_SHOWN:]

    def _end(self, state: RunState, *, error: str = "", brakes: list[str] | None = None) -> None:
        self.run.state, self.run.brakes = state, "\n".join(brakes or ())
        if self.is_dry_run:
            return
        ended = {"state": state, "error": error[:20_000], "brakes": self.run.brakes, "finished_at": timezone.now()}
        # Not what somebody stopped meanwhile.
        ImportRun.objects.filter(pk=self.run.pk, state=RunState.RUNNING).update(**ended)
        self.run.refresh_from_db()

    def _result(self) -> Result:
        if not self.is_dry_run:
            self.total = {name: getattr(self.run, f"{name}_count") for name in self.total}
        return Result(Counts(**self.total), self.run.state, self.run.brakes.splitlines(), self.shown)


def _line(difference: Difference, name_of: dict[int, str]) -> str:
    name = name_of.get(difference.artifact_id, str(difference.artifact_id))
    return f"changed  {name}: {difference.subject}: {difference.before} -> {difference.after}"[:300]
