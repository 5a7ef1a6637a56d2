"""The public catalog as columns in memory, to filter, count and sort whole lists in about a millisecond.

Counting nine facets over 50,000 artifacts costs a database some 200 ms; over NumPy columns it costs two. Each process
holds one copy (some 100 MB for 50,000 artifacts with 500,000 offerings), made at the first list page and brought up to
date by reading only what changed since: never older than the state it is asked for. What a filter means stands in
`filters.py`, beside its SQL form; a test holds the two against each other.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.columns.asking import TYPE_CODES, Columns, Many, Mask, Term
from catalog.held import forgets
from catalog.models import Alias, Artifact, ArtifactType, Capability, Category, Offering, Publisher, Standing, Synonym
from catalog.state import State, live_state, shared_version

__all__ = ["TYPE_CODES", "Columns", "Many", "Mask", "Term", "columns", "forget"]

#: Past this share of changed artifacts reading everything again is cheaper.
_RELOAD_SHARE = 0.2
#: SQLite takes at most 32,766 values in one statement.
_MOST_NAMED = 10_000
_SINGLE = ("kind", "price", "licence", "lifecycle")
_SINGLE_FIELDS = ("kind", "price_class", "licence_class", "lifecycle")
_TIMES = ("published_at", "facts_changed_at", "verified_until")

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


@forgets
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
            pk: Term(pk, slug, name, key.partition(".")[0], "\n".join([sort_name, *synonyms[pk]]), broader)
            for pk, slug, name, key, sort_name, broader in Capability.objects.live().values_list(
                "pk", "slug", "name", "key", "sort_name", "broader_id"
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
