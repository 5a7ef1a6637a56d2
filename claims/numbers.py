"""What the people of a claim may know of its numbers: one answer for page, table, letter and API alike.

    numbers_of(claim, now=...)      twelve weeks; five queries, however much there is

Views are counted by day and say nothing of anybody. What people searched for is told by whole weeks that are over, as
`telling_weeks.py` wrote it down then. Nothing is told from before the present owners had the listing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from catalog.models import Artifact, ArtifactTally
from claims import audit
from claims.models import Claim, ToldWeek
from ranking.models import Intent
from ranking.models.match import LEAST_ACTORS

#: That are told, the running one among them.
WEEKS = 12
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Week:
    starts_on: dt.date
    views: int = 0
    #: Whole fives. None: fewer people than may be told, or nothing was written down.
    shown: int | None = None
    chosen: int | None = None
    lost: int | None = None
    #: Whether its searches are told at all; where they are and `shown` is None, too few people asked.
    is_told: bool = False
    is_running: bool = False

    @property
    def ends_on(self) -> dt.date:
        return self.starts_on + WEEK - dt.timedelta(days=1)


@dataclass(frozen=True)
class Need:
    """An intent that people had and were shown it for."""

    slug: str
    name: str
    shown: int
    chosen: int
    lost: int


@dataclass(frozen=True)
class Rival:
    """What was chosen in its place."""

    slug: str
    name: str
    lost: int
    #: Slug and name of the intents for which at least so many people did.
    needs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Unmet:
    """An intent near to what it does, for which people found nothing."""

    slug: str
    name: str
    searches: int


@dataclass(frozen=True)
class Numbers:
    #: The first day that is told, and the last.
    since: dt.date
    until: dt.date
    weeks: tuple[Week, ...] = ()  # the oldest first, the running one last
    needs: tuple[Need, ...] = ()  # most shown first
    rivals: tuple[Rival, ...] = ()  # most lost to first
    unmet: tuple[Unmet, ...] = ()  # most searched first
    is_sample: bool = False

    @property
    def views(self) -> int:
        return sum(week.views for week in self.weeks)

    @property
    def shown(self) -> int | None:
        return _sum(week.shown for week in self.weeks)

    @property
    def chosen(self) -> int | None:
        return _sum(week.chosen for week in self.weeks)

    @property
    def lost(self) -> int | None:
        return _sum(week.lost for week in self.weeks)

    @property
    def most_views(self) -> int:
        return max((week.views for week in self.weeks), default=0)

    @property
    def most_shown(self) -> int:
        return max((week.shown or 0 for week in self.weeks), default=0)

    @property
    def told(self) -> tuple[Week, ...]:
        """The weeks whose searches enough people made: all sums are theirs."""
        return tuple(week for week in self.weeks if week.shown is not None)

    @property
    def last(self) -> Week | None:
        """The last week that is over."""
        over = [week for week in self.weeks if not week.is_running]
        return over[-1] if over else None


def least_people() -> int:
    """From so many on something is told. A setting may ask for more, and never for fewer."""
    return max(settings.UNFRAGILE["LEAST_PEOPLE"], LEAST_ACTORS)


def held_since(claim: Claim) -> dt.datetime | None:
    """From when on its people may know anything. The demo's searches are made up, and lie before its claim."""
    return claim.opened_at - WEEKS * WEEK if claim.is_demo else audit.held_since(claim)


def monday(on: dt.date) -> dt.date:
    return on - dt.timedelta(days=on.weekday())


def numbers_of(claim: Claim, *, now: dt.datetime) -> Numbers:
    today = now.date()
    since = held_since(claim)
    if since is None:
        return Numbers(today, today)
    running = monday(today)
    # The day on which it became theirs is partly somebody else's.
    first = max(since.date() + dt.timedelta(days=1), running - (WEEKS - 1) * WEEK)
    kept = {
        row.starts_on: row for row in ToldWeek.objects.filter(claim=claim, starts_on__gte=first, starts_on__lt=running)
    }
    views = _views([claim.artifact_id], first, today)[claim.artifact_id]
    starts = [monday(first) + number * WEEK for number in range((running - monday(first)) // WEEK + 1)]
    rows = list(kept.values())
    intents, artifacts = _intents(rows), _artifacts(rows)
    return Numbers(
        since=first,
        until=today,
        weeks=tuple(_week(on, views.get(on, 0), kept.get(on), running) for on in starts),
        needs=_needs(rows, intents),
        rivals=_rivals(rows, intents, artifacts),
        unmet=_unmet(rows, intents),
        is_sample=any(row.is_sample for row in rows),
    )


def last_weeks(claims: Sequence[Claim], *, now: dt.datetime) -> dict[int, Week]:
    """Of each claim the last week that is over, if it was theirs by then. Two queries, and one a claim."""
    start = monday(now.date()) - WEEK
    since = {claim.pk: held_since(claim) for claim in claims}
    theirs = [claim for claim in claims if (at := since[claim.pk]) is not None and at.date() < start]
    kept = {row.claim_id: row for row in ToldWeek.objects.filter(claim__in=theirs, starts_on=start)} if theirs else {}
    views = _views([claim.artifact_id for claim in theirs], start, start + WEEK - dt.timedelta(days=1))
    return {
        claim.pk: _week(start, views[claim.artifact_id].get(start, 0), kept.get(claim.pk), monday(now.date()))
        for claim in theirs
    }


def _week(starts_on: dt.date, views: int, told: ToldWeek | None, running: dt.date) -> Week:
    if told is None:
        return Week(starts_on, views, is_running=starts_on == running)
    return Week(starts_on, views, told.shown, told.chosen, told.lost, is_told=True)


def _views(artifacts: Sequence[int], first: dt.date, last: dt.date) -> defaultdict[int, Counter[dt.date]]:
    """By artifact and the Monday of the week."""
    found: defaultdict[int, Counter[dt.date]] = defaultdict(Counter)
    rows = ArtifactTally.objects.filter(artifact__in=artifacts, day__gte=first, day__lte=last) if artifacts else ()
    for row in rows:
        found[row.artifact_id][monday(row.day)] += row.views
    return found


def _intents(rows: Iterable[ToldWeek]) -> dict[int, Intent]:
    """By the number that was written down, those that may still be named; one that was merged has the other's name."""
    wanted = {pk for row in rows for pk, *_ in [*row.needs, *row.unmet]}
    wanted |= {pk for row in rows for *_, pks in row.rivals for pk in pks}
    found = Intent.objects.filter(pk__in=wanted).select_related("merged_into") if wanted else ()
    named = {row.pk: row.merged_into or row for row in found}
    return {pk: intent for pk, intent in named.items() if intent.is_public}


def _artifacts(rows: Iterable[ToldWeek]) -> dict[int, Artifact]:
    wanted = {pk for row in rows for pk, *_ in row.rivals}
    found = Artifact.objects.public().filter(pk__in=wanted).only("slug", "name") if wanted else ()
    return {row.pk: row for row in found}


def _needs(rows: Iterable[ToldWeek], intents: dict[int, Intent]) -> tuple[Need, ...]:
    sums: defaultdict[Intent, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for pk, *counts in row.needs:
            if pk in intents:
                sums[intents[pk]] = [a + b for a, b in zip(sums[intents[pk]], counts, strict=True)]
    found = [Need(intent.slug, intent.name, *counts) for intent, counts in sums.items()]
    return tuple(sorted(found, key=lambda one: (-one.shown, one.name)))


def _rivals(rows: Iterable[ToldWeek], intents: dict[int, Intent], artifacts: dict[int, Artifact]) -> tuple[Rival, ...]:
    lost: Counter[int] = Counter()
    needs: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for row in rows:
        for pk, count, pks in row.rivals:
            if pk in artifacts:
                lost[pk] += count
                needs[pk] |= {intents[one].slug: intents[one].name for one in pks if one in intents}
    found = [
        Rival(artifacts[pk].slug, artifacts[pk].name, count, tuple(needs[pk].items())) for pk, count in lost.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.lost, one.name)))


def _unmet(rows: Iterable[ToldWeek], intents: dict[int, Intent]) -> tuple[Unmet, ...]:
    sums: Counter[Intent] = Counter()
    for row in rows:
        for pk, count in row.unmet:
            if pk in intents:
                sums[intents[pk]] += count
    return tuple(
        Unmet(intent.slug, intent.name, count)
        for intent, count in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0].name))
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    there = [count for count in counts if count is not None]
    return sum(there) if there else None
