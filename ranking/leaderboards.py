"""Who leads: artifacts of one kind by the lower end of their band, ties shown as ties; and who rises.

Kinds are not comparable by rank, so whatever mixes them is a list for each kind.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.columns import Mask, columns
from catalog.held import forgets
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
#: Momentum of 50 is typical of a kind; what is shown as more rises.
RISES = 50.5


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
    def tied_first(self) -> str:
        """Who shares the first place with the one that is named first; empty where nobody does."""
        others = [place.row.name for place in self.places[1:] if place.number == 1]
        if not others:
            return ""
        # Of a list that ends within the tie nobody knows how many more there are.
        more = "and more" if self.is_cut and len(others) + 1 == len(self.places) else ""
        if len(others) > 1:
            more = f"and {'at least ' if more else ''}{len(others) - 1} more"
        return f"tied with {others[0]} {more}".rstrip()

    @property
    def ties(self) -> list[list[Place]]:
        """The places, those tied together."""
        found: list[list[Place]] = []
        for place in self.places:
            if place.starts:
                found.append([])
            found[-1].append(place)
        return found


def boards(
    state: State, *, among: Mask | None = None, kinds: Iterable[str] | None = None, size: int, most: int | None = None
) -> list[Board]:
    """Boards of the kinds that have ranked artifacts among these, the largest first. Two queries."""
    if state.generation_id is None:
        return []
    held, formula = columns(state), formula_behind(state.generation_id)
    mask = ~np.isnan(held.low) & (held.everything() if among is None else among)
    counts = held.counts("kind", mask)
    wanted = [kind for kind in counts if kinds is None or kind in kinds]
    wanted.sort(key=lambda kind: (-counts[kind], kind))
    wanted = wanted[:most]
    ids = held.first_of_each("kind", mask, "rank", size)
    rows = {row.id: row for row in rows_of([pk for kind in wanted for pk in ids[kind]], state, held)}
    return [
        Board(KINDS[kind], counts[kind], placed([rows[pk] for pk in ids[kind] if pk in rows], formula))
        for kind in wanted
    ]


def placed(rows: Sequence[Row], formula: Formula) -> tuple[Place, ...]:
    """Rows in the order of their bands' lower ends. A place begins with a rank that is not tied with the last place's
    first: compared with the neighbour alone, one tie would run down the whole list. Whoever is tied with one higher up
    as well, as a wide band may be, says so.
    """
    result: list[Place] = []
    first = above = None
    number = 1
    for count, row in enumerate(rows, start=1):
        if first is None or above is None:
            said, starts = "", True
        elif (to_first := _told(first, row, formula)) is None:
            is_near = _told(above, row, formula) is None
            said, starts = "tied with the one above" if is_near else f"tied with {first.name}", False
        else:
            said, starts = to_first, True
        own_place = count if starts else number
        higher = next((it.row.name for it in result if it.number < own_place and _is_tied(it.row, row, formula)), "")
        if higher:
            said += f", yet tied with {higher}" if starts else f", and with {higher}"
        if starts:
            first, number = row, count
        result.append(Place(number, row, said, starts))
        above = row
    return tuple(result)


def _is_tied(upper: Row, lower: Row, formula: Formula) -> bool:
    one, other = _standing(upper.standing), _standing(lower.standing)
    # Bands apart are never a tie, and nearly all are.
    return one.low <= other.high and _told(upper, lower, formula) is None


def _told(upper: Row, lower: Row, formula: Formula) -> str | None:
    """How the lower of two rows ranks beside the upper; None for a tie."""
    probability = probability_above(_standing(upper.standing), _standing(lower.standing), formula)
    found = outcome(max(probability, 1 - probability), formula)
    if found == Outcome.TIE:
        return None
    likely = "likely " if found == Outcome.LIKELY_ABOVE else ""
    if probability > 0.5:
        return f"{likely}below {upper.name}"
    return f"{likely}above {upper.name}, and less certain"


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
    def first(self) -> float:
        return self.weeks[0][1]

    @property
    def last(self) -> float:
        return self.weeks[-1][1]

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
    held = columns(state)
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for pk, momentum in _with_most_momentum(state.generation_id):
        kind = held.kind_of(pk)
        if kind is not None and len(found[kind]) < each:
            found[kind].append((pk, momentum))
    chosen = {kind: some for kind, some in list(found.items())[:kinds] if some}
    ids = [pk for some in chosen.values() for pk, _ in some]
    rows = {row.id: row for row in rows_of(ids, state, held)}
    weeks = _weeks(ids, today - dt.timedelta(weeks=WEEKS))
    return [
        RisingGroup(
            KINDS[kind],
            tuple(
                Riser(rows[pk].slug, rows[pk].name, kind, momentum, tuple(weeks.get(pk, ())))
                for pk, momentum in some
                if pk in rows
            ),
        )
        for kind, some in chosen.items()
    ]


def _with_most_momentum(generation_id: int) -> list[tuple[int, float]]:
    """Kept once found: the breakdowns of a generation never change. Whether they are public is asked each time."""
    global _momentum
    held = _momentum
    if held is None or held[0] != generation_id:
        top = Breakdown.objects.filter(generation=generation_id, momentum__gte=RISES).order_by("-momentum", "artifact")
        found = top.values_list("artifact_id", "momentum")[:RISING_AMONG]
        held = _momentum = (generation_id, [(pk, momentum) for pk, momentum in found if momentum is not None])
    return held[1]


#: A generation and those of it.
_momentum: tuple[int, list[tuple[int, float]]] | None = None


@forgets
def forget() -> None:
    """Drops what is kept; tests start each with nothing."""
    global _momentum
    _momentum = None


def _weeks(ids: Sequence[int], since: dt.date) -> dict[int, list[tuple[dt.date, float]]]:
    result: dict[int, list[tuple[dt.date, float]]] = defaultdict(list)
    rows = Snapshot.objects.filter(artifact__in=ids, on__gt=since).order_by("artifact", "on")
    for artifact, on, score in rows.values_list("artifact_id", "on", "score"):
        result[artifact].append((on, score))
    return result
