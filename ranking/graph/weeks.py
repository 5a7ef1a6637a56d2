"""What one week's searches say of one artifact, as far as it is nobody's in particular: what its owner may be told.

    week_of(...)     shown, chosen and lost; for which intents; to what; what was looked for nearby and not found

Whoever asks says since when the artifact has been theirs, and which networks are their own. An intent is told where
enough independent networks had it, on enough days of one period of thirty, and each count where enough had a part in
it in that very week. A network has its name for one period alone, so it is counted within one: a week that lies in two
has as many people as the better of them. All counts are rounded to whole fives; no words of anybody's are read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db.models import TextField
from django.db.models.functions import Cast

from catalog.models import Offering
from catalog.wordvectors import DIMENSIONS, encode
from ranking.graph import intents
from ranking.graph.actors import period_of
from ranking.graph.decisions import decisions
from ranking.graph.gathering import LEAST_DAYS
from ranking.models import Act, Edge, Feedback, Intent, Search
from ranking.models.match import LEAST_ACTORS

WEEK = dt.timedelta(days=7)
#: A choice may come so long after its search: earlier, a week is not over.
SETTLED_AFTER = dt.timedelta(hours=25)
#: Counts are told in steps of this.
STEP = 5
#: How near an intent lies to what an artifact does, by the cosine; see `intents`.
NEAR = 0.35
MOST_NEAR = 500
AT_ONCE = 500


class Asked(NamedTuple):
    key: uuid.UUID
    at: dt.datetime
    network: str
    intent: int | None
    is_sample: bool


@dataclass(frozen=True)
class Told:
    #: None where fewer asked than may be told.
    shown: int | None = None
    chosen: int | None = None
    lost: int | None = None
    #: Intent, shown, chosen, lost.
    needs: tuple[tuple[int, int, int, int], ...] = ()
    #: Artifact, lost to it, and the intents for which.
    rivals: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    #: Intent, searches.
    unmet: tuple[tuple[int, int], ...] = ()
    is_sample: bool = False


def week_of(
    artifact: int, starts_on: dt.date, *, since: dt.datetime, own: Collection[str], least: int = LEAST_ACTORS
) -> Told:
    """`own` networks count for nothing. `least` may ask for more people than everywhere, and never for fewer."""
    least = max(least, LEAST_ACTORS)
    start = dt.datetime.combine(starts_on, dt.time(), dt.UTC)
    # An intent's people are counted over the period, so it is read from its beginning on.
    first = max(dt.datetime.combine(period_of(starts_on), dt.time(), dt.UTC), since)
    span = {"at__gte": first, "at__lt": start + WEEK, "is_folded": True, "is_excluded": False, "is_program": False}
    canonical = decisions().canonical
    public = {intent.pk: intent for intent in intents.public()}

    def asked(**which: object) -> list[Asked]:
        rows = Search.objects.filter(**span, **which).annotate(cells=Cast("shown", TextField())).order_by("at", "pk")
        if which["answered"]:
            rows = rows.filter(cells__contains=f"[{artifact}, ")  # as both databases write [[artifact, capability]]
        found = rows.values_list("key", "at", "network", "intent_id", "is_sample")
        return [
            Asked(key, at, network, canonical(intent) if intent else None, is_sample)
            for key, at, network, intent, is_sample in found
            if network not in own
        ]

    there = asked(answered=True, intent__in=Edge.objects.filter(artifact=artifact).values("intent"))
    week = [one for one in there if one.at >= start]
    took = _choices(week)
    known = _nameable(there, public, least)
    near = _near_unmet(artifact, public.values())
    absent = asked(answered=False, intent__in=_with_merged(near)) if near else []
    missed = _nameable(absent, near & public.keys(), least)
    unmet = [
        (intent, _rounded(len(rows)))
        for intent, rows in _by_intent(one for one in absent if one.at >= start).items()
        if intent in missed and people(rows) >= least
    ]
    nothing = (None, None, None)
    sums: tuple[int | None, ...] = _sums(week, took, artifact) if people(week) >= least else nothing
    needs = [
        (intent, *_sums(rows, took, artifact))
        for intent, rows in _by_intent(week).items()
        if intent in known and people(rows) >= least
    ]
    rivals = _rivals(week, took, artifact, known, least)
    told = bool(needs or rivals or unmet) or sums[0] is not None
    return Told(
        shown=sums[0],
        chosen=sums[1],
        lost=sums[2],
        needs=tuple(sorted(needs)),
        rivals=tuple(sorted(rivals)),
        unmet=tuple(sorted(unmet)),
        is_sample=told and any(one.is_sample for one in (*week, *absent)),
    )


def people(rows: Iterable[Asked]) -> int:
    """Independent ones: networks, of the period in which there are most."""
    networks: defaultdict[dt.date, set[str]] = defaultdict(set)
    for row in rows:
        networks[period_of(row.at.date())].add(row.network)
    return max(map(len, networks.values()), default=0)


def _nameable(rows: Sequence[Asked], public: Collection[int], least: int) -> set[int]:
    """Intents that enough people had here, on enough days, within one period."""
    found = set()
    for intent, some in _by_intent(rows).items():
        periods: defaultdict[dt.date, list[Asked]] = defaultdict(list)
        for row in some:
            periods[period_of(row.at.date())].append(row)
        if intent in public and any(
            people(those) >= least and len({row.at.date() for row in those}) >= LEAST_DAYS for those in periods.values()
        ):
            found.add(intent)
    return found


def _by_intent(rows: Iterable[Asked]) -> dict[int, list[Asked]]:
    found: defaultdict[int, list[Asked]] = defaultdict(list)
    for row in rows:
        if row.intent is not None:
            found[row.intent].append(row)
    return found


def _choices(week: Sequence[Asked]) -> dict[uuid.UUID, int]:
    """What was chosen of each answer, where the choice counts."""
    keys = [one.key for one in week]
    return {
        key: chosen
        for start in range(0, len(keys), AT_ONCE)
        for key, chosen in Feedback.objects.filter(
            search_key__in=keys[start : start + AT_ONCE], act=Act.CHOICE, weight__gt=0
        ).values_list("search_key", "artifact_id")
    }


def _sums(rows: Sequence[Asked], took: dict[uuid.UUID, int], artifact: int) -> tuple[int, int, int]:
    chosen = [took[row.key] for row in rows if row.key in took]
    mine = chosen.count(artifact)
    return _rounded(len(rows)), _rounded(mine), _rounded(len(chosen) - mine)


def _rivals(
    week: Sequence[Asked], took: dict[uuid.UUID, int], artifact: int, known: set[int], least: int
) -> list[tuple[int, int, tuple[int, ...]]]:
    lost: defaultdict[int, list[Asked]] = defaultdict(list)
    for row in week:
        if took.get(row.key, artifact) != artifact:
            lost[took[row.key]].append(row)
    return [
        (
            rival,
            _rounded(len(rows)),
            tuple(sorted(one for one, some in _by_intent(rows).items() if one in known and people(some) >= least)),
        )
        for rival, rows in lost.items()
        if people(rows) >= least
    ]


def _near_unmet(artifact: int, public: Iterable[Intent]) -> set[int]:
    """Public intents that mostly found nothing, and lie near to one of its offerings."""
    wanted = [one for one in public if one.unanswered_count >= one.searches_count * intents.WANTED][:MOST_NEAR]
    offered = Offering.objects.filter(artifact=artifact).values_list("title", "capability__name")
    texts = [f"{title}. {name}" for title, name in offered]
    if not wanted or not texts:
        return set()
    vectors = np.frombuffer(b"".join(bytes(one.vector) for one in wanted), np.float32).reshape(-1, DIMENSIONS)
    likeness = (vectors @ encode(texts).T).max(axis=1)
    return {one.pk for one, alike in zip(wanted, likeness, strict=True) if alike >= NEAR}


def _with_merged(pks: set[int]) -> set[int]:
    """And what was merged into them, as searches name what they found first."""
    return pks | set(Intent.objects.filter(merged_into__in=pks).values_list("pk", flat=True))


def _rounded(count: int) -> int:
    return STEP * round(count / STEP)
