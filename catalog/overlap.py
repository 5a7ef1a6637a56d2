"""Which artifacts offer much of the same, and which of those could take another's place. Pure: arrays in, arrays out.

The overlap of two artifacts is what they share of all that either offers, rare capabilities counting more (a weighted
Jaccard index). An artifact that offers a narrower capability offers the broader one with it, so siblings share a
little. docs/explanation/overlap.md has the formula and what it costs; catalog.relating reads and writes the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.choices import Kind
from catalog.wording import listed

Ints = NDArray[np.int64]
#: float32 or float64: the smaller that holds the numbers at hand exactly.
Floats = NDArray[Any]

#: Kinds that can take each other's place for whoever has the job to do. Every kind stands in exactly one group, so that
#: "can replace" holds in both directions and through a third.
INTERCHANGEABLE: dict[str, tuple[Kind, ...]] = {
    "models": (Kind.MODEL, Kind.FINETUNE),
    "data": (Kind.DATASET,),
    "measures": (Kind.BENCHMARK,),
    "tools for agents": (Kind.MCP,),
    "instructions": (Kind.PROMPT, Kind.SKILL),
    "programs": (Kind.AGENT, Kind.APP, Kind.CLI, Kind.EXTENSION, Kind.PRODUCT, Kind.WEBAPP),
    "services": (Kind.API, Kind.PLATFORM),
    "building blocks": (Kind.FRAMEWORK,),
    "starting points": (Kind.REPO, Kind.TEMPLATE, Kind.WORKFLOW),
}
GROUP_OF: dict[str, int] = {kind.value: code for code, kinds in enumerate(INTERCHANGEABLE.values()) for kind in kinds}

#: How many related artifacts, and how many alternatives, an artifact keeps.
KEPT = 12
#: How many of the shared capabilities are named.
NAMED = 6
#: Below this, what two share is what nearly everything shares.
MIN_RELATED = 0.05
#: Below this, an alternative would leave most of the job undone.
MIN_ALTERNATIVE = 0.12
#: Weights are whole sixteenths of a bit. Whole, so that sums are exact and ties are ties on every machine; this coarse,
#: so that one more artifact somewhere does not shift every overlap in the catalog by a hair.
STEPS_PER_BIT = 16
#: Capabilities that more than one artifact in so many offers are multiplied as a matrix, the others added one by one.
_DENSE_SHARE = 16
#: Rows multiplied at once: 64 x 50,000 x 4 bytes = 13 MB.
_BLOCK = 64
#: Into so many lanes a row is folded to find out how high its highest overlaps are.
_LANES = 512
#: Pairs explained at once.
_CHUNK = 50_000
#: Up to here float32 holds every whole number.
_EXACT_IN_FLOAT32 = 2**24


@dataclass(frozen=True, eq=False)
class Offered:
    """What is compared. `rows` and `capability_ids` are pairs: that the artifact at this position offers this."""

    artifact_ids: Ints
    #: For each artifact its group of interchangeable kinds, see GROUP_OF.
    groups: Ints
    rows: Ints
    capability_ids: Ints
    #: Capability -> the one directly broader.
    broader: Mapping[int, int]
    #: Positions of artifacts that are parent and child by lineage, in either order; never each other's alternatives.
    kin: Ints


@dataclass(frozen=True, eq=False)
class Relations:
    """The result in columns, ordered by artifact and position."""

    artifact_ids: Ints
    other_ids: Ints
    overlap: NDArray[np.float64]
    #: Ids of the most telling shared capabilities, the rarest first; -1 where there are fewer than NAMED.
    shared: Ints
    shared_count: Ints
    is_alternative: NDArray[np.bool_]
    position: Ints

    def __len__(self) -> int:
        return len(self.artifact_ids)


@dataclass(frozen=True, eq=False)
class Lists:
    """Values by row: those of row i are values[starts[i]:starts[i + 1]]."""

    starts: Ints
    values: Ints

    def __getitem__(self, row: int) -> Ints:
        start, stop = self.starts[row : row + 2].tolist()
        return self.values[start:stop]

    @classmethod
    def of(cls, rows: Ints, values: Ints, count: int) -> Lists:
        order = np.lexsort((values, rows))
        return cls(np.searchsorted(rows[order], np.arange(count + 1)), values[order])

    def spread(self, rows: Ints) -> tuple[Ints, Ints]:
        """All values of these rows one after the other, with the position in `rows` that each belongs to."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        owner = np.repeat(np.arange(len(rows)), lengths)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return owner, self.values[np.repeat(self.starts[rows], lengths) + offset]


@dataclass(frozen=True, eq=False)
class Profile:
    """Every artifact's capabilities and all broader ones, with their weights. Capabilities go by position in `ids`."""

    ids: Ints
    #: Position of the directly broader capability, or -1.
    parent: Ints
    #: How rare: log2(1 + artifacts / those that offer it), in steps.
    rarity: Ints
    #: What a capability says beyond its broader one. Along a path upward these add up to the rarity of its lower end,
    #: so that nothing is counted twice.
    weight: Ints
    by_row: Lists
    by_capability: Lists

    @cached_property
    def totals(self) -> Ints:
        """What each artifact's capabilities weigh together."""
        rows = np.repeat(np.arange(len(self.by_row.starts) - 1), np.diff(self.by_row.starts))
        return np.bincount(rows, weights=self.weight[self.by_row.values], minlength=len(self.by_row.starts) - 1).astype(
            np.int64
        )


def profile_of(offered: Offered) -> Profile:
    ids, paths = _paths_upward(offered.capability_ids, offered.broader)
    count = len(offered.artifact_ids)
    owner, capabilities = paths.spread(np.searchsorted(ids, offered.capability_ids))
    keys = np.unique(offered.rows[owner] * len(ids) + capabilities)  # what several narrower ones imply counts once
    rows, capabilities = np.divmod(keys, max(len(ids), 1))
    by_capability = Lists.of(capabilities, rows, len(ids))
    rarity = rarity_of(np.diff(by_capability.starts), len(np.unique(rows)))
    # A path starts with the capability itself; the second, where there is one, is its parent.
    parent = np.array([paths[i][1] if len(paths[i]) > 1 else -1 for i in range(len(ids))], dtype=np.int64)
    weight = np.where(parent < 0, rarity, rarity - rarity[parent]) if len(ids) else rarity
    return Profile(ids, parent, rarity, weight, Lists.of(rows, capabilities, count), by_capability)


def rarity_of(sharers: Ints, artifacts: int) -> Ints:
    """In steps; what everybody offers is one bit, never nothing, so that two equals always overlap fully."""
    return np.rint(STEPS_PER_BIT * np.log2(1 + artifacts / np.maximum(sharers, 1))).astype(np.int64)


def _paths_upward(capability_ids: Ints, broader: Mapping[int, int]) -> tuple[Ints, Lists]:
    """All capabilities that are offered or implied, ascending, and for each its path: itself, its parent, ..."""
    paths: dict[int, list[int]] = {}
    waiting = np.unique(capability_ids).tolist()
    while waiting:
        start = waiting.pop()
        if start in paths:
            continue
        path = [start]
        while (above := broader.get(path[-1])) is not None and above not in path:
            path.append(above)
        if above is not None:
            # A circle, which the vocabulary forbids. Its smallest id counts as the top, from wherever one enters.
            circle = path[path.index(above) :]
            top = min(circle)
            path = path[: path.index(above)] + circle[: circle.index(top) + 1]
        paths[start] = path
        waiting.extend(path[1:])
    ids = np.array(sorted(paths), dtype=np.int64)
    flat = np.array([step for pk in ids.tolist() for step in paths[pk]], dtype=np.int64)
    starts = np.cumsum([0, *(len(paths[pk]) for pk in ids.tolist())])
    return ids, Lists(starts, np.searchsorted(ids, flat))


def relations_of(offered: Offered, *, kept: int = KEPT) -> Relations:
    """Each artifact's closest, and its closest alternatives. The result is exact, ties going to the smaller id.

    Time goes with the square of the number of artifacts, some two nanoseconds a pair; memory with that of offerings.
    """
    profile = profile_of(offered)
    # Interchangeable artifacts side by side: an artifact's possible alternatives are then one slice of its row.
    order = np.lexsort((offered.artifact_ids, offered.groups))
    place = np.argsort(order)
    groups = offered.groups[order]
    first, last = np.searchsorted(groups, groups, "left"), np.searchsorted(groups, groups, "right")
    kin = offered.kin.reshape(-1, 2)
    both_ways = place[np.concatenate([kin, kin[:, ::-1]])]
    relatives = Lists.of(both_ways[:, 0], both_ways[:, 1], len(order))
    shared_rows = _SharedRows(profile, order, place)
    totals = shared_rows.totals
    ids = offered.artifact_ids[order]

    closest, rivals = _Found(), _Found()
    dice = np.empty(len(order), dtype=totals.dtype)
    for row, shared in shared_rows:
        # Dice instead of Jaccard: it orders alike and saves a pass over the row. Rounding to float32 may join what
        # differs but never swaps it, so this only narrows down; _Found decides in exact numbers.
        np.divide(shared, np.add(totals, totals[row], out=dice), out=dice)
        able = np.flatnonzero(dice >= _bar(dice, MIN_RELATED, kept))
        closest.add(row, able, shared, totals, MIN_RELATED, ids, kept)
        dice[relatives[row]] = 0
        start, stop = int(first[row]), int(last[row])
        able = start + np.flatnonzero(dice[start:stop] >= _bar(dice[start:stop], MIN_ALTERNATIVE, kept))
        rivals.add(row, able, shared, totals, MIN_ALTERNATIVE, ids, kept)
    return _in_columns(closest, rivals, offered, profile, order)


def _bar(dice: Floats, minimum: float, kept: int) -> float:
    """A value that at least `kept` entries reach, if so many reach the minimum at all: close to the highest such value.

    The row is folded into lanes. The lanes' maxima are entries of their own, so the kept-th highest of them will do.
    """
    # An overlap of j is a Dice of 2j / (1 + j), halved here as the denominator is; a hair less, for rounding.
    bar = minimum / (1 + minimum) * (1 - 1e-6)
    height = len(dice) // _LANES
    if height > 1:
        lanes = dice[: height * _LANES].reshape(height, _LANES).max(axis=0)
    else:
        lanes = dice
    return max(bar, float(np.partition(lanes, -kept)[-kept])) if len(lanes) >= kept else bar


class _Found:
    """The best columns of one row after the other, with their overlaps."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._columns: list[Ints] = []
        self._overlaps: list[NDArray[np.float64]] = []

    def add(
        self, row: int, columns: Ints, shared: Floats, totals: Floats, minimum: float, ids: Ints, kept: int
    ) -> None:
        """Keeps the highest overlaps among these columns, ties going to the smaller id."""
        common = shared[columns].astype(np.float64)
        # Whole numbers below 2**53: equal fractions give equal floats, and others differ.
        overlap = common / (totals[columns] + totals[row] - common)
        reaching = overlap >= minimum
        columns, overlap = columns[reaching], overlap[reaching]
        if len(columns) > 4 * kept:  # many ties: a cheaper step than sorting drops what is below the last place
            above = overlap >= np.partition(overlap, -kept)[-kept]
            columns, overlap = columns[above], overlap[above]
        best = np.lexsort((ids[columns], -overlap))[:kept]
        self._rows.append(row)
        self._columns.append(columns[best])
        self._overlaps.append(overlap[best])

    def joined(self) -> tuple[Ints, Ints, NDArray[np.float64]]:
        if not self._rows:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
        sizes = [len(columns) for columns in self._columns]
        return np.repeat(np.array(self._rows), sizes), np.concatenate(self._columns), np.concatenate(self._overlaps)


class _SharedRows:
    """For one artifact after the other the weight it shares with every artifact, itself set to nothing.

    What thousands offer goes through a matrix product, 64 artifacts at a time; what few offer is added where it occurs.
    """

    def __init__(self, profile: Profile, order: Ints, place: Ints) -> None:
        count = len(order)
        heaviest = int(profile.totals.max(initial=0))
        self.dtype: Any = np.float32 if 2 * heaviest < _EXACT_IN_FLOAT32 else np.float64
        # Where nothing is offered nothing is shared, and any total but zero will do to divide by.
        self.totals = np.maximum(profile.totals[order], 1).astype(self.dtype)
        self._order = order
        self._profile = profile
        sharers = np.diff(profile.by_capability.starts)
        is_dense = (sharers > count / _DENSE_SHARE) & (profile.weight > 0)
        dense = np.flatnonzero(is_dense)
        self._matrix = np.zeros((len(dense), count), dtype=self.dtype)
        for i, capability in enumerate(dense.tolist()):
            self._matrix[i, place[profile.by_capability[capability]]] = 1
        self._dense_weight = profile.weight[dense].astype(self.dtype)
        self._is_sparse = ~is_dense & (profile.weight > 0)
        self._postings = Lists(profile.by_capability.starts, place[profile.by_capability.values])

    def __iter__(self) -> Iterator[tuple[int, Floats]]:
        """Positions in the order given, each with its row; the row's memory is used again for later ones."""
        weight, by_row = self._profile.weight, self._profile.by_row
        product = np.empty((_BLOCK, len(self._order)), dtype=self.dtype)
        for start in range(0, len(self._order), _BLOCK):
            block = self._matrix[:, start : start + _BLOCK].T * self._dense_weight
            for offset, shared in enumerate(np.matmul(block, self._matrix, out=product[: len(block)])):
                row = start + offset
                capabilities = by_row[int(self._order[row])]
                for capability in capabilities[self._is_sparse[capabilities]].tolist():
                    shared[self._postings[capability]] += weight[capability]
                shared[row] = 0
                yield row, shared


def _in_columns(closest: _Found, rivals: _Found, offered: Offered, profile: Profile, order: Ints) -> Relations:
    related_rows, related_columns, related_overlap = closest.joined()
    rival_rows, rival_columns, rival_overlap = rivals.joined()
    rival_keys = rival_rows * len(order) + rival_columns
    keys, at = np.unique(np.concatenate([related_rows * len(order) + related_columns, rival_keys]), return_index=True)
    overlap = np.concatenate([related_overlap, rival_overlap])[at]
    rows, others = order[keys // max(len(order), 1)], order[keys % max(len(order), 1)]
    ids = offered.artifact_ids
    sequence = np.lexsort((ids[others], -overlap, ids[rows]))
    rows, others = rows[sequence], others[sequence]
    shared, shared_count = _shared_of(rows, others, profile)
    return Relations(
        artifact_ids=ids[rows],
        other_ids=ids[others],
        overlap=overlap[sequence],
        shared=shared,
        shared_count=shared_count,
        is_alternative=np.isin(keys, rival_keys)[sequence],
        position=np.arange(len(rows)) - np.searchsorted(ids[rows], ids[rows]),
    )


def _shared_of(rows: Ints, others: Ints, profile: Profile) -> tuple[Ints, Ints]:
    """For each pair of positions the ids of what both offer, the rarest first, and how many that are.

    A broader capability is not named beside a narrower one that implies it.
    """
    offers = _bitmap(profile.by_row, len(profile.ids))
    shared = np.full((len(rows), NAMED), -1, dtype=np.int64)
    counts = np.zeros(len(rows), dtype=np.int64)
    for start in range(0, len(rows), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        pair, capability = profile.by_row.spread(rows[chunk])
        is_shared = (offers[others[chunk][pair], capability >> 3] >> (capability & 7)) & 1 == 1
        pair, capability = pair[is_shared], capability[is_shared]
        above = profile.parent[capability]
        keys = pair * len(profile.ids)
        is_narrowest = ~np.isin(keys + capability, (keys + above)[above >= 0])
        pair, capability = pair[is_narrowest], capability[is_narrowest]
        telling = np.lexsort((profile.ids[capability], -profile.rarity[capability], pair))
        pair, capability = pair[telling], capability[telling]
        number = np.arange(len(pair)) - np.searchsorted(pair, pair)
        named = number < NAMED
        shared[start + pair[named], number[named]] = profile.ids[capability[named]]
        counts[chunk] = np.bincount(pair, minlength=len(counts[chunk]))
    return shared, counts


def _bitmap(lists: Lists, width: int) -> NDArray[np.uint8]:
    """One bit for each row and value: 12 MB for 50,000 artifacts and 2,000 capabilities."""
    bits = np.zeros((len(lists.starts) - 1, width // 8 + 1), dtype=np.uint8)
    rows = np.repeat(np.arange(len(bits)), np.diff(lists.starts))
    np.bitwise_or.at(bits, (rows, lists.values >> 3), (1 << (lists.values & 7)).astype(np.uint8))
    return bits


#: So many others still count as few.
_FEW = 10


def reason_of(names: Sequence[str], shared_count: int, *, offered_by: int | None = None) -> str:
    """Why two are related, in one or two short sentences.

    `names` are the shared capabilities, the rarest first, of which there are `shared_count`; `offered_by` is how many
    artifacts in all offer the rarest, where the caller knows.

        Both offer Fill-in-the-middle, Debugging and 3 more, the rarest first.
        Both offer Fill-in-the-middle. Only 4 others do.
    """
    if shared_count < 1:
        return ""
    if not names:  # renamed or merged since: the count still holds
        return f"Both offer {shared_count} of the same {'capability' if shared_count == 1 else 'capabilities'}."
    # Where there are three, naming all is as short as counting the third.
    named = list(names[: 3 if shared_count == 3 else 2])
    more = shared_count - len(named)
    sentence = f"Both offer {listed([*named, f'{more} more'] if more else named)}"
    if offered_by is not None and offered_by - 2 <= _FEW:
        return f"{sentence}. {_few(offered_by - 2, '' if shared_count == 1 else names[0])}."
    if shared_count == 1:
        return f"{sentence}."
    return f"{sentence}, the {'rarer' if shared_count == 2 else 'rarest'} first."


def _few(others: int, name: str) -> str:
    one, many = (f"offers {name}", f"offer {name}") if name else ("does", "do")
    if others < 1:
        return f"Nothing else here {one}"
    return f"Only one other {one}" if others == 1 else f"Only {others} others {many}"
