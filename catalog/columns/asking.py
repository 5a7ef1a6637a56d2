"""What can be asked of the public catalog in memory: which rows, how many of each sort, in what order. No queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.choices import DataType
from catalog.columns.words import Words
from catalog.models.fields import sort_key
from catalog.state import State

Mask = NDArray[np.bool_]
#: Codes in ascending order, and how many rows have each.
Counted = tuple[NDArray[np.int64], NDArray[np.int64]]

#: Data types as codes, as categories and capabilities go by their ids.
TYPE_CODES = {value: code for code, value in enumerate(DataType.values)}


@dataclass(frozen=True)
class Term:
    """A category or capability, as lists and filters name it."""

    id: int
    slug: str
    name: str
    group: str = ""
    #: What a text filter finds a capability by: its name and synonyms as sort keys, a line each.
    words: str = ""
    #: Of a capability the one directly broader.
    broader: int | None = None


@dataclass(frozen=True)
class Many:
    """A many-valued dimension: pairs of a row's position and a value's code, both in NumPy's own index type.

    Smaller ones are converted anew at each use, which doubles the time that counting takes.
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Columns:
    state: State
    ids: NDArray[np.int64]
    single: dict[str, NDArray[np.object_]]
    many: dict[str, Many]
    times: dict[str, NDArray[np.float64]]
    names: NDArray[np.object_]
    #: Name, tagline, slug and aliases in small letters, a line each; no word looked for goes over a line.
    texts: NDArray[np.object_]
    publishers: NDArray[np.int64]
    publisher_names: dict[int, str]
    low: NDArray[np.float64]
    percentile: NDArray[np.float64]
    categories: dict[int, Term]
    capabilities: dict[int, Term]
    _orders: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    _sharers: dict[int, int] = field(default_factory=dict)
    #: What lists have shown of an artifact, by id: see pages/rows.py. An edit of one leaves the others'.
    shown: dict[int, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def category_by_slug(self) -> dict[str, Term]:
        return {term.slug: term for term in self.categories.values()}

    @cached_property
    def capability_by_slug(self) -> dict[str, Term]:
        return {term.slug: term for term in self.capabilities.values()}

    @cached_property
    def name_words(self) -> Words:
        return Words(self.names.tolist())

    def everything(self) -> Mask:
        return np.ones(len(self.ids), dtype=bool)

    def with_ids(self, ids: Iterable[int]) -> Mask:
        return np.isin(self.ids, np.fromiter(ids, dtype=np.int64))

    def where(self, dimension: str, values: Iterable[str]) -> Mask:
        """Rows that have any of the values, in a single-valued dimension."""
        codes, known = self.codes[dimension]
        wanted = np.zeros(len(known), dtype=bool)
        wanted[[known[value] for value in values if value in known]] = True
        return wanted[codes]

    def having(self, dimension: str, code: int) -> Mask:
        """Rows that have the value, in a many-valued dimension."""
        mask = np.zeros(len(self.ids), dtype=bool)
        pairs = self.many[dimension]
        mask[pairs.rows[pairs.codes == code]] = True
        return mask

    def mentioning(self, word: str) -> Mask:
        """Rows with the word in name, tagline, slug, an alias, the publisher's name or a capability's words."""
        small, key = word.lower(), sort_key(word)
        found = np.fromiter((small in text for text in self.texts), dtype=bool, count=len(self))
        found |= np.fromiter((key in name for name in self.names), dtype=bool, count=len(self))
        found |= np.isin(self.publishers, [pk for pk, name in self.publisher_names.items() if small in name])
        pairs = self.many["capability"]
        named = [pk for pk, term in self.capabilities.items() if key in term.words]
        found[pairs.rows[np.isin(pairs.codes, named)]] = True
        return found

    @cached_property
    def codes(self) -> dict[str, tuple[NDArray[np.int64], dict[str, int]]]:
        """Single-valued dimensions as small numbers, and what each stands for."""
        coded = {}
        for dimension, values in self.single.items():
            known = {value: code for code, value in enumerate(sorted(set(values.tolist())))}
            coded[dimension] = (np.fromiter((known[v] for v in values), dtype=np.int64, count=len(values)), known)
        return coded

    @cached_property
    def place(self) -> NDArray[np.float64]:
        """How far up each stands among its own, 0 to 100, for lists of several kinds. Nobody is shown it.

        It is the percentile where there is one. A kind too small for that goes by the lower ends of its bands; ties
        share the middle of their places.
        """
        place = self.percentile.copy()
        kinds, known = self.codes["kind"]
        ranked = ~np.isnan(self.low)
        for kind in np.unique(kinds[ranked & np.isnan(place)]) if known else ():
            own = np.flatnonzero(ranked & (kinds == kind))
            ordered = np.sort(self.low[own])
            without = own[np.isnan(place[own])]
            below, upto = (np.searchsorted(ordered, self.low[without], side=side) for side in ("left", "right"))
            place[without] = 100.0 * (below + upto) / 2 / len(own)
        return place

    def has(self, artifact_id: int) -> bool:
        """Whether it is public."""
        return artifact_id in self._positions

    def kind_of(self, artifact_id: int) -> str | None:
        """None for one that is not public."""
        position = self._positions.get(artifact_id)
        return None if position is None else self.single["kind"][position]

    def is_ranked(self, artifact_id: int) -> bool:
        position = self._positions.get(artifact_id)
        return position is not None and not np.isnan(self.low[position])

    def codes_of(self, dimension: str, artifact_id: int) -> list[int] | None:
        """The codes one artifact has in a many-valued dimension, or None if it is not here."""
        position = self._positions.get(artifact_id)
        if position is None:
            return None
        starts, codes = self._by_row[dimension]
        return codes[starts[position] : starts[position + 1]].tolist()

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {int(pk): position for position, pk in enumerate(self.ids)}

    @cached_property
    def _by_row(self) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Codes sorted by row, and where each row's begin."""
        sorted_codes = {}
        for dimension, pairs in self.many.items():
            order = np.argsort(pairs.rows, kind="stable")
            starts = np.concatenate([[0], np.cumsum(np.bincount(pairs.rows, minlength=len(self.ids)))])
            sorted_codes[dimension] = (starts, pairs.codes[order])
        return sorted_codes

    def counts(self, dimension: str, mask: Mask) -> dict[str, int]:
        """How many rows of the mask have each value of a single-valued dimension."""
        codes, known = self.codes[dimension]
        found = np.bincount(codes[mask], minlength=len(known))
        return {value: int(found[code]) for value, code in known.items() if found[code]}

    @cached_property
    def offered_by(self) -> dict[int, int]:
        """How many artifacts offer each capability."""
        return self.counts_of_many("capability", self.everything())

    def with_narrower(self, capability: int) -> Mask:
        """Rows that offer it or what is narrower, and so it as well."""
        mask = np.zeros(len(self.ids), dtype=bool)
        pairs = self.many["capability"]
        mask[pairs.rows[np.isin(pairs.codes, [capability, *self._narrower.get(capability, ())])]] = True
        return mask

    def sharers(self, capability: int) -> int:
        """How many artifacts those are."""
        if capability not in self._narrower:
            return self.offered_by.get(capability, 0)
        if capability not in self._sharers:
            self._sharers[capability] = int(self.with_narrower(capability).sum())
        return self._sharers[capability]

    def implied(self, artifact_id: int) -> set[int]:
        """What an artifact offers, with all that is broader."""
        own = self.codes_of("capability", artifact_id) or ()
        return {one for capability in own for one in (capability, *self._broader(capability))}

    def _broader(self, capability: int) -> list[int]:
        path: list[int] = []
        term = self.capabilities.get(capability)
        while term is not None and term.broader is not None and term.broader not in path:
            path.append(term.broader)
            term = self.capabilities.get(term.broader)
        return path

    @cached_property
    def _narrower(self) -> dict[int, list[int]]:
        """All that are narrower, at any depth, of each capability that has some."""
        found = defaultdict(list)
        for capability in self.capabilities:
            for broader in self._broader(capability):
                found[broader].append(capability)
        return dict(found)

    def counts_of_many(self, dimension: str, mask: Mask) -> dict[int, int]:
        """How many rows of the mask have each code of a many-valued dimension."""
        there, found = self._counted(dimension, mask)
        return dict(zip(there.tolist(), found.tolist(), strict=True))

    def most_common(
        self, dimension: str, mask: Mask, terms: Container[int], count: int, also: Collection[int] = ()
    ) -> dict[int, int]:
        """The same of so many codes alone, those that most rows have; more where the last ones tie, and those in
        `also` that there are. Codes that are no terms are left out."""
        there, found = self._counted(dimension, mask)
        order = np.argsort(-found, kind="stable")
        common: dict[int, int] = {}
        least = 0
        for code, rows in zip(there[order].tolist(), found[order].tolist(), strict=True):
            if code in terms and (len(common) < count or rows == least):
                common[code] = least = rows
            elif len(common) >= count and rows < least:
                break
        for code in also:
            place = int(np.searchsorted(there, code))
            if code in terms and place < len(there) and there[place] == code:
                common[code] = int(found[place])
        return common

    def _counted(self, dimension: str, mask: Mask) -> Counted:
        if mask.all():  # where every reader starts
            return self._counted_of_all[dimension]
        return _counted(self._codes_in(dimension, mask))

    def _codes_in(self, dimension: str, mask: Mask) -> NDArray[np.int64]:
        """Those of a mask's rows. Of a few rows they are gathered row by row: to look at all pairs takes longer."""
        positions = np.flatnonzero(mask)
        if len(positions) * 4 > len(mask):
            pairs = self.many[dimension]
            return pairs.codes[mask[pairs.rows]]
        starts, codes = self._by_row[dimension]
        lengths = starts[positions + 1] - starts[positions]
        ends = np.cumsum(lengths)
        return codes[np.repeat(starts[positions + 1] - ends, lengths) + np.arange(lengths.sum())]

    @cached_property
    def _counted_of_all(self) -> dict[str, Counted]:
        return {dimension: _counted(pairs.codes) for dimension, pairs in self.many.items()}

    def order(self, sort: str) -> NDArray[np.int64]:
        """Positions of all rows in this order; ties go by name, then by id."""
        if sort not in self._orders:
            by_name = np.lexsort((self.ids, np.argsort(np.argsort(self.names, kind="stable"), kind="stable")))
            if sort == "name":
                self._orders[sort] = by_name
            else:
                key = {
                    "rank": self.low,
                    "place": self.place,
                    "new": self.times["published_at"],
                    "changed": self.times["facts_changed_at"],
                }[sort]
                values = np.where(np.isnan(key), -np.inf, key)[by_name]
                self._orders[sort] = by_name[np.argsort(-values, kind="stable")]
        return self._orders[sort]

    def first_of_each(self, dimension: str, mask: Mask, sort: str, count: int) -> dict[str, list[int]]:
        """For each value of a single-valued dimension the ids of the mask's first rows in this order."""
        order = self.order(sort)
        here = order[mask[order]]
        codes, known = self.codes[dimension]
        codes_here = codes[here]
        return {value: self.ids[here[codes_here == code][:count]].tolist() for value, code in known.items()}

    def next_lapse(self, now: dt.datetime) -> dt.datetime | None:
        """When the first of the badges that stand now lapses."""
        later = self.times["verified_until"][self.times["verified_until"] > now.timestamp()]
        return dt.datetime.fromtimestamp(float(later.min()), dt.UTC) if len(later) else None

    def page(self, mask: Mask, sort: str, start: int, stop: int) -> list[int]:
        """Ids of the mask's rows from `start` to `stop` in this order."""
        order = self.order(sort)
        return self.ids[order[mask[order]][start:stop]].tolist()


def _counted(codes: NDArray[np.int64]) -> Counted:
    found = np.bincount(codes)
    there = np.flatnonzero(found)
    return there, found[there]
