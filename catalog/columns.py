"""The public catalog as columns in memory, to filter, count and sort whole lists in about a millisecond.

Counting nine facets over 50,000 artifacts costs a database some 200 ms; over NumPy columns it costs two. Each process
holds one copy (some 100 MB for 50,000 artifacts with 500,000 offerings), made at the first list page and brought up to
date by reading only what changed since: never older than the state it is asked for. What a filter means stands in
`filters.py`, beside its SQL form; a test holds the two against each other.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from catalog.choices import PUBLIC_LIFECYCLES, DataType
from catalog.models import Alias, Artifact, ArtifactType, Capability, Category, Offering, Publisher, Standing, Synonym
from catalog.models.fields import sort_key
from catalog.state import State, live_state, shared_version

Mask = NDArray[np.bool_]

#: Past this share of changed artifacts reading everything again is cheaper.
_RELOAD_SHARE = 0.2
#: SQLite takes at most 32,766 values in one statement.
_MOST_NAMED = 10_000
_SINGLE = ("kind", "price", "licence", "lifecycle")
_SINGLE_FIELDS = ("kind", "price_class", "licence_class", "lifecycle")
#: Data types as codes, as categories and capabilities go by their ids.
TYPE_CODES = {value: code for code, value in enumerate(DataType.values)}
_TIMES = ("published_at", "facts_changed_at", "verified_until")


@dataclass(frozen=True)
class Term:
    """A category or capability, as lists and filters name it."""

    id: int
    slug: str
    name: str
    group: str = ""
    #: What a text filter finds a capability by: its name and synonyms as sort keys, a line each.
    words: str = ""


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

    def has(self, artifact_id: int) -> bool:
        """Whether it is public."""
        return artifact_id in self._positions

    def codes_of(self, dimension: str, artifact_id: int) -> list[int] | None:
        """The codes one artifact has in a many-valued dimension, or None if it is not here."""
        position = self._positions.get(artifact_id)
        if position is None:
            return None
        starts, codes = self._by_row[dimension]
        return [int(code) for code in codes[starts[position] : starts[position + 1]]]

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

    def counts_of_many(self, dimension: str, mask: Mask) -> dict[int, int]:
        """How many rows of the mask have each code of a many-valued dimension."""
        if mask.all():  # where every reader starts
            return self._counts_of_all[dimension]
        pairs = self.many[dimension]
        return _counted(pairs.codes[mask[pairs.rows]])

    @cached_property
    def _counts_of_all(self) -> dict[str, dict[int, int]]:
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
                    "percentile": self.percentile,
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


def _counted(codes: NDArray[np.int64]) -> dict[int, int]:
    found = np.bincount(codes)
    there = np.flatnonzero(found)
    return dict(zip(there.tolist(), found[there].tolist(), strict=True))


_lock = threading.Lock()
_held: Columns | None = None


def columns(state: State) -> Columns:
    """The columns as of this state, or as of the live one where that has moved on since."""
    global _held
    held = _held
    if held is not None and held.state == state:
        return held
    with _lock:  # one loads, the others wait for it
        held = _held
        if held is None:
            held = _load(state)
        elif held.state != state:
            # Whoever asks may be late: what is held is compared with what is live, not with what was asked for.
            live = live_state()
            if live.version < held.state.version:
                held = _load(live)  # another database: a restore, or a test
            elif live != held.state:
                held = _brought_up(held, live)
        _held = held
        return held


def forget() -> None:
    """Drops the copy; tests start each with an empty one."""
    global _held
    _held = None


def _load(state: State) -> Columns:
    return _joined(None, _public(Artifact.objects.all()), state, None)


def _brought_up(held: Columns, state: State) -> Columns:
    if held.state.version == state.version:
        if held.state.generation_id == state.generation_id:
            return replace(held, state=state)
        low, percentile = _standings(held.ids, state)
        return replace(held, state=state, low=low, percentile=percentile, _orders={}, shown={})
    changed = set(Artifact.objects.filter(listed_version__gt=held.state.version).values_list("pk", flat=True))
    if len(changed) > min(_RELOAD_SHARE * max(len(held), 1_000), _MOST_NAMED):
        return _load(state)
    joined = _joined(held, _public(Artifact.objects.filter(pk__in=changed)), state, np.fromiter(changed, np.int64))
    # A deleted row carries no version: only the count betrays it.
    if len(joined) != _public(Artifact.objects.all()).count():
        return _load(state)
    if held.state.generation_id == state.generation_id and shared_version() <= held.state.version:
        joined.shown.update(it for it in held.shown.copy().items() if it[0] not in changed)  # others may still add
    return joined


def _public(artifacts: QuerySet[Artifact]) -> QuerySet[Artifact]:
    return artifacts.filter(lifecycle__in=PUBLIC_LIFECYCLES).order_by("pk")


def _joined(
    held: Columns | None, fresh: QuerySet[Artifact], state: State, replaced: NDArray[np.int64] | None
) -> Columns:
    """The held rows without those replaced, and the fresh ones after them."""
    rows = list(
        fresh.values_list("pk", "sort_name", *_SINGLE_FIELDS, *_TIMES, "publisher_id", "name", "tagline", "slug")
    )
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    names = _objects(row[1] for row in rows)
    single = {name: _objects(row[2 + i] for row in rows) for i, name in enumerate(_SINGLE)}
    times = {name: np.array([_stamp(row[6 + i]) for row in rows], dtype=np.float64) for i, name in enumerate(_TIMES)}
    publishers = np.array([row[9] or 0 for row in rows], dtype=np.int64)
    aliases = _aliases(ids)
    texts = _objects("\n".join([*row[10:], *aliases.get(row[0], ())]).lower() for row in rows)
    many = _pairs(ids, fresh)
    if held is not None and replaced is not None:
        kept = ~np.isin(held.ids, replaced)
        moved = np.cumsum(kept) - 1  # where a kept row stands now
        offset = int(kept.sum())
        ids = np.concatenate([held.ids[kept], ids])
        names = np.concatenate([held.names[kept], names])
        texts = np.concatenate([held.texts[kept], texts])
        publishers = np.concatenate([held.publishers[kept], publishers])
        single = {name: np.concatenate([held.single[name][kept], single[name]]) for name in _SINGLE}
        times = {name: np.concatenate([held.times[name][kept], times[name]]) for name in _TIMES}
        joined = {}
        for name, new in many.items():
            old = held.many[name]
            stays = kept[old.rows]
            joined[name] = Many(
                np.concatenate([moved[old.rows[stays]], new.rows + offset]),
                np.concatenate([old.codes[stays], new.codes]),
            )
        many = joined
    low, percentile = _standings(ids, state)
    synonyms: dict[int, list[str]] = defaultdict(list)
    for pk, key in Synonym.objects.values_list("capability_id", "key"):
        synonyms[pk].append(key)
    return Columns(
        state=state,
        ids=ids,
        single=single,
        many=many,
        times=times,
        names=names,
        texts=texts,
        publishers=publishers,
        # Few and without a version of their own: read anew with every change, as the terms are.
        publisher_names={pk: name.lower() for pk, name in Publisher.objects.values_list("pk", "name")},
        low=low,
        percentile=percentile,
        categories={pk: Term(pk, slug, name) for pk, slug, name in Category.objects.values_list("pk", "slug", "name")},
        capabilities={
            pk: Term(pk, slug, name, key.partition(".")[0], "\n".join([sort_name, *synonyms[pk]]))
            for pk, slug, name, key, sort_name in Capability.objects.live().values_list(
                "pk", "slug", "name", "key", "sort_name"
            )
        },
    )


def _aliases(ids: NDArray[np.int64]) -> dict[int, list[str]]:
    some = {} if len(ids) > 5_000 else {"artifact__in": ids.tolist()}
    slugs: dict[int, list[str]] = defaultdict(list)
    for artifact_id, slug in Alias.objects.filter(**some).order_by("slug").values_list("artifact_id", "slug"):
        slugs[artifact_id].append(slug)
    return slugs


def _objects(values: Iterable[str]) -> NDArray[np.object_]:
    collected = list(values)
    array = np.empty(len(collected), dtype=object)
    array[:] = collected
    return array


def _stamp(moment: object) -> float:
    return moment.timestamp() if moment is not None else np.nan  # type: ignore[attr-defined]


def _pairs(ids: NDArray[np.int64], fresh: QuerySet[Artifact]) -> dict[str, Many]:
    """The many-valued dimensions of these artifacts. `ids` is ascending, so a position is found by bisection."""
    some = {} if len(ids) > 5_000 else {"artifact__in": ids.tolist()}
    types = ArtifactType.objects.filter(**some).values_list("artifact_id", "direction", "data_type")
    by_direction: dict[str, list[tuple[int, int]]] = {"input": [], "output": []}
    for artifact_id, direction, data_type in types.iterator(chunk_size=20_000):
        by_direction[direction].append((artifact_id, TYPE_CODES[data_type]))
    offered = Offering.objects.filter(**some).values_list("artifact_id", "capability_id", "position")
    shelved_at = {} if len(ids) > 5_000 else {"artifact_id__in": ids.tolist()}
    shelved = Artifact.categories.through.objects.filter(**shelved_at).values_list("artifact_id", "category_id")
    return {
        "capability": _located(ids, _in_page_order(offered.iterator(chunk_size=20_000))),
        "category": _located(ids, shelved.iterator(chunk_size=20_000)),
        "input": _located(ids, by_direction["input"]),
        "output": _located(ids, by_direction["output"]),
    }


def _in_page_order(offered: Iterable[tuple[int, int, int]]) -> NDArray[np.int64]:
    """Pairs of artifact and capability, each artifact's most telling first. Sorted here: a database takes longer."""
    flat = np.array(list(offered), dtype=np.int64).reshape(-1, 3)
    return flat[np.lexsort((flat[:, 2], flat[:, 0]))][:, :2]


def _located(ids: NDArray[np.int64], pairs: Iterable[tuple[int, int]] | NDArray[np.int64]) -> Many:
    flat = np.array(pairs if isinstance(pairs, np.ndarray) else list(pairs), dtype=np.int64).reshape(-1, 2)
    position = np.searchsorted(ids, flat[:, 0])
    found = position < len(ids)
    found[found] = ids[position[found]] == flat[found, 0]  # what is not public has no row
    return Many(position[found], np.ascontiguousarray(flat[found, 1]))


def _standings(ids: NDArray[np.int64], state: State) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low = np.full(len(ids), np.nan)
    percentile = np.full(len(ids), np.nan)
    if state.generation_id is not None:
        position = {int(pk): i for i, pk in enumerate(ids)}
        ranked = Standing.objects.filter(generation=state.generation_id).values_list("artifact_id", "low", "percentile")
        for artifact_id, bottom, share in ranked.iterator(chunk_size=20_000):
            if artifact_id in position:
                low[position[artifact_id]] = bottom
                percentile[position[artifact_id]] = np.nan if share is None else share
    return low, percentile
