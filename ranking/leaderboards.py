"""Who leads: artifacts of one kind by the lower end of their band, ties shown as ties; and who rises.

Kinds are not comparable by rank, so whatever mixes them is a list for each kind.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.columns import Mask, columns
from catalog.kinds import KINDS, KindSpec
from catalog.pages.rows import Row, rows_of
from catalog.pages.standings import Rank
from catalog.state import State
from ranking.configurations import formula_behind
from ranking.models import Breakdown, Snapshot
from ranking.scoring.configuration import Formula
from ranking.scoring.ties import Outcome, Standing, outcome, probability_above

#: Rows of a leaderboard of its own, and of one among several.
LONG, SHORT = 100, 5
#: Those that rise most are looked for among so many, and so many of a kind are shown.
RISING_AMONG, RISING_EACH = 1_000, 8
#: A sparkline of so many weeks.
WEEKS = 26
#: Momentum that is typical of a kind.
TYPICAL = 50.0


@dataclass(frozen=True)
class Place:
    """A row of a leaderboard. Tied rows share the place of the first of them."""

    number: int
    row: Row
    #: How it stands to the row above, or to the first of the tie above.
    said: str
    starts: bool


@dataclass(frozen=True)
class Board:
    """One kind's leaderboard."""

    spec: KindSpec
    #: How many are ranked in all.
    count: int
    places: tuple[Place, ...]

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.places)

    @property
    def ties(self) -> list[list[Place]]:
        """The places, those tied together."""
        found: list[list[Place]] = []
        for place in self.places:
            if place.starts:
                found.append([])
            found[-1].append(place)
        return found


def boards(state: State, *, among: Mask | None = None, kinds: Iterable[str] | None = None, size: int) -> list[Board]:
    """Boards of the kinds that have ranked artifacts among these, the largest first."""
    if state.generation_id is None:
        return []
    held, formula = columns(state), formula_behind(state.generation_id)
    mask = ~np.isnan(held.low) & (held.everything() if among is None else among)
    counts = held.counts("kind", mask)
    wanted = [kind for kind in counts if kinds is None or kind in kinds]
    wanted.sort(key=lambda kind: (-counts[kind], kind))
    ids = held.first_of_each("kind", mask, "rank", size)
    rows = {row.id: row for row in rows_of([pk for kind in wanted for pk in ids[kind]], state, held)}
    return [
        Board(KINDS[kind], counts[kind], placed([rows[pk] for pk in ids[kind] if pk in rows], formula))
        for kind in wanted
    ]


def placed(rows: Sequence[Row], formula: Formula) -> tuple[Place, ...]:
    """Rows in the order of their bands' lower ends. A place begins with a rank that is likely below the last place's
    first; until then nobody can tell, and that is said.
    """
    result: list[Place] = []
    first = above = None
    number = 1
    for count, row in enumerate(rows, start=1):
        if first is None or above is None:
            result.append(Place(1, row, "", starts=True))
            first = above = row
            continue
        to_first, to_above = _outcome(first, row, formula), _outcome(above, row, formula)
        if to_first == Outcome.TIE:
            said = "tied with the one above" if to_above == Outcome.TIE else f"tied with {first.name}"
            result.append(Place(number, row, said, starts=False))
        else:
            number = count
            likely = "likely " if to_first == Outcome.LIKELY_ABOVE else ""
            result.append(Place(number, row, f"{likely}below {first.name}", starts=True))
            first = row
        above = row
    return tuple(result)


def _outcome(one: Row, other: Row, formula: Formula) -> Outcome:
    probability = probability_above(_standing(one.standing), _standing(other.standing), formula)
    return outcome(max(probability, 1 - probability), formula)


def _standing(rank: Rank | None) -> Standing:
    assert rank is not None  # noqa: S101 - only ranked ones are placed
    return Standing(rank.score, rank.low, rank.high)


@dataclass(frozen=True)
class Riser:
    slug: str
    name: str
    kind: str
    momentum: float
    #: Its rank, week by week.
    weeks: tuple[tuple[dt.date, float], ...]

    @property
    def kind_spec(self) -> KindSpec:
        return KINDS[self.kind]


@dataclass(frozen=True)
class RisingGroup:
    spec: KindSpec
    risers: tuple[Riser, ...]


def rising(state: State, *, today: dt.date, each: int = RISING_EACH, kinds: int | None = None) -> list[RisingGroup]:
    """Those with more momentum than is typical, by kind; the kinds whose first rises most come first. Two queries."""
    if state.generation_id is None:
        return []
    found: dict[str, list[tuple[int, str, str, float]]] = defaultdict(list)
    top = (
        Breakdown.objects.filter(
            generation=state.generation_id, momentum__gt=TYPICAL, artifact__lifecycle__in=PUBLIC_LIFECYCLES
        )
        .order_by("-momentum", "artifact")
        .values_list("artifact_id", "artifact__slug", "artifact__name", "artifact__kind", "momentum")
    )
    for pk, slug, name, kind, momentum in top[:RISING_AMONG]:
        if len(found[kind]) < each:
            found[kind].append((pk, slug, name, momentum))
    chosen = {kind: some for kind, some in list(found.items())[:kinds] if some}
    weeks = _weeks([pk for some in chosen.values() for pk, *_ in some], today - dt.timedelta(weeks=WEEKS))
    return [
        RisingGroup(
            KINDS[kind],
            tuple(Riser(slug, name, kind, momentum, tuple(weeks.get(pk, ()))) for pk, slug, name, momentum in some),
        )
        for kind, some in chosen.items()
    ]


def _weeks(ids: Sequence[int], since: dt.date) -> dict[int, list[tuple[dt.date, float]]]:
    result: dict[int, list[tuple[dt.date, float]]] = defaultdict(list)
    rows = Snapshot.objects.filter(artifact__in=ids, on__gt=since).order_by("artifact", "on")
    for artifact, on, score in rows.values_list("artifact_id", "on", "score"):
        result[artifact].append((on, score))
    return result
