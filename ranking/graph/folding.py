"""Events into the graph: each search under its intent, each act of feedback with its weight, both onto edges.

    fold(now=...)       what has come since the last time; everything again where people have decided otherwise
    refold(now=...)     everything

Both come to the same graph: intents are told apart by their first queries in the order of time, weights look back only,
and edges count in whole numbers. So a quarantine takes its events out exactly, and lifting it brings them back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import F, Q

from ranking.bulk import set_columns
from ranking.graph import gathering, tallying
from ranking.graph.decisions import Decisions, decisions
from ranking.graph.voices import behind
from ranking.graph.weighing import MEMORY, WHOLE, Event, weighed
from ranking.models import Act, Edge, Feedback, Fold, Search

#: What came in the last moments is left for the next time: on PostgreSQL what began earlier may become visible later.
SETTLED = dt.timedelta(seconds=2)
#: Feedback whose search never came is given up after so long.
LOST = dt.timedelta(hours=2)
BATCH = 5_000


@dataclass(frozen=True)
class Folded:
    searches: int
    feedback: int
    #: Whether everything was folded again.
    is_whole: bool

    def __bool__(self) -> bool:
        return bool(self.searches or self.feedback or self.is_whole)


def fold(*, now: dt.datetime) -> Folded:
    with transaction.atomic():
        row = _locked()
        decided = decisions()
        if row.decisions != decided.digest:
            return _refold(row, decided, now)
        searches, feedback, touched = _new(decided, now, tallying.Sums())
        if searches or feedback:
            _finish(row, decided, now, intents=touched)
        return Folded(searches, feedback, is_whole=False)


def refold(*, now: dt.datetime) -> Folded:
    with transaction.atomic():
        return _refold(_locked(), decisions(), now)


def _locked() -> Fold:
    """One folds at a time: SQLite has one writer in any case, PostgreSQL waits for this row."""
    Fold.objects.get_or_create(pk=1)
    return Fold.objects.select_for_update().get(pk=1)


def _refold(row: Fold, decided: Decisions, now: dt.datetime) -> Folded:
    Edge.objects.all().delete()
    for model in (Search, Feedback):
        excluded = decided.excluded(model)
        model.objects.filter(excluded, is_excluded=False).update(is_excluded=True)
        model.objects.filter(~excluded, is_excluded=True).update(is_excluded=False)
    # What has no words any more stays where it was; all other queries find their intents anew.
    Search.objects.exclude(text="").update(intent=None, is_folded=False)
    Search.objects.filter(text="").update(is_folded=True)
    Feedback.objects.update(weight=None)
    former = gathering.drop_empty()
    wordless = Search.objects.filter(text="", is_excluded=False, is_program=False).exclude(intent=None)
    kept = wordless.order_by("at", "pk").iterator(chunk_size=BATCH)
    sums, looks = tallying.Sums(), tallying.Looks()
    while some := list(islice(kept, BATCH)):
        tallying.add_searches(some, looks, sums)
    searches, feedback, _ = _new(decided, now, sums, former)
    gathering.drop_empty()
    _finish(row, decided, now, intents=None)
    return Folded(searches, feedback, is_whole=True)


def _new(
    decided: Decisions,
    now: dt.datetime,
    sums: tallying.Sums,
    former: Mapping[str, tuple[int, str]] | None = None,
) -> tuple[int, int, set[int]]:
    """Folds whatever is not folded. Returns how much, and the intents it belongs to."""
    excluded = decided.excluded(Search)
    touched: set[int] = set()
    searches = 0
    known: dict[str, int] = {}
    for batch in _batches(Search.objects.filter(is_folded=False, at__lt=now - SETTLED)):
        out = set(Search.objects.filter(excluded, pk__in=[one.pk for one in batch]).values_list("pk", flat=True))
        for one in batch:
            one.is_excluded = one.pk in out
            one.is_folded = True
        counting = [one for one in batch if not one.is_excluded and not one.is_program]
        gathering.gather(counting, decided, former or {}, known)
        looks = tallying.looks_before(counting)
        set_columns(batch, ["intent_id", "is_folded", "is_excluded"])
        tallying.add_searches(counting, looks, sums)
        touched |= {one.intent_id for one in counting if one.intent_id is not None}
        searches += len(batch)
    feedback, of = _weigh(decided.excluded(Feedback), now, sums)
    tallying.write(sums)
    return searches, feedback, touched | of


def _batches(rows: object) -> Iterator[list[Search]]:
    """Each is folded before the next is read, so that the first of them are always those that are left."""
    while batch := list(rows.order_by("at", "pk")[:BATCH]):  # type: ignore[attr-defined]
        yield batch


def _weigh(excluded: Q, now: dt.datetime, sums: tallying.Sums) -> tuple[int, set[int]]:
    """All that waits is weighed at once, so that its order is that of its time."""
    rows = list(Feedback.objects.filter(weight=None, at__lt=now - SETTLED).order_by("at", "pk"))
    if not rows:
        return 0, set()
    found = _searches_of(rows)
    out = set(Feedback.objects.filter(excluded, weight=None).values_list("pk", flat=True))
    events, ready = [], []
    for row in rows:
        search = found.get(row.search_key)
        if (search is None or not search.is_folded) and row.at > now - LOST:
            continue  # its search will be there next time
        row.is_excluded = row.pk in out or (search is not None and search.is_excluded)
        counts = search is not None and search.intent_id is not None and not row.is_excluded and not row.doubt
        row.weight = 0
        ready.append(row)
        if counts and search is not None:
            events.append(event_of(row, search.intent_id))
    counted = _counted(events)
    weights = weighed(events, counted=counted)
    for row in ready:
        row.weight = weights.get(row.pk, 0)
    # All that counted for these artifacts in thirty days is among them, and so the whole period of each.
    chosen = [one for one, _ in counted] + [one for one in events if weights[one.pk]]
    sums.networks = behind(
        ((one.intent, one.artifact), one.network, dt.datetime.fromtimestamp(one.at, dt.UTC).date())
        for one in chosen
        if one.act == Act.CHOICE and one.intent is not None
    )
    set_columns(ready, ["weight", "is_excluded"])
    tallying.add_feedback([(row, found[row.search_key]) for row in ready if row.weight], sums)
    return len(ready), {one.intent for one in events if one.intent is not None}


def _searches_of(rows: Iterable[Feedback]) -> dict[object, Search]:
    keys = list({row.search_key for row in rows})
    wanted = ("key", "intent_id", "is_folded", "is_excluded", "shown", "answered", "is_sample")
    return {
        search.key: search
        for start in range(0, len(keys), 500)
        for search in Search.objects.filter(key__in=keys[start : start + 500]).only(*wanted)
    }


def event_of(row: Feedback, intent: int | None) -> Event:
    return Event(
        pk=row.pk,
        at=row.at.timestamp(),
        act=row.act,
        actor=row.actor,
        network=row.network,
        intent=intent,
        artifact=row.artifact_id,
        most=WHOLE,
    )


def _counted(events: list[Event]) -> list[tuple[Event, int]]:
    """What has counted already and bears on these: all limits are per artifact, or per actor and day."""
    if not events:
        return []
    since = dt.datetime.fromtimestamp(min(one.at for one in events) - MEMORY, dt.UTC)
    rows: dict[int, Feedback] = {}
    for name, values in (("artifact", {one.artifact for one in events}), ("actor", {one.actor for one in events})):
        some = sorted(values)
        for start in range(0, len(some), 500):
            near = Feedback.objects.filter(weight__gt=0, at__gte=since, **{f"{name}__in": some[start : start + 500]})
            rows.update({row.pk: row for row in near})
    searches = _searches_of(rows.values())
    return [
        (event_of(row, searches[row.search_key].intent_id if row.search_key in searches else None), row.weight or 0)
        for row in rows.values()
    ]


def _finish(row: Fold, decided: Decisions, now: dt.datetime, *, intents: set[int] | None) -> None:
    gathering.describe(intents)
    row.priors = tallying.priors()
    row.decisions = decided.digest
    row.version = F("version") + 1
    row.folded_at = now
    row.save()
