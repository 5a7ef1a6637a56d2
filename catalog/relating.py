"""Computes Related for the whole catalog and writes down what differs: one set-based job, never per page.

It always computes everything: one artifact more shifts how rare all it offers is, and with that overlaps anywhere; all
of it takes seconds. What stands in the table is compared before writing, outside any transaction; in a usual hour few
rows differ. Those go in one transaction, so that readers never meet half a table. On SQLite other writers wait for it,
hence nothing is computed inside. Its last statement moves CatalogState.related_version on, if nobody else has done so
since the run began: of two runs at once one wins, and the other takes everything back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from catalog.choices import Relation
from catalog.models import Artifact, Capability, CatalogState, Lineage, Offering, Related
from catalog.overlap import GROUP_OF, Offered, Relations, relations_of
from catalog.state import State, live_state, moved

log = logging.getLogger(__name__)

#: Artifacts compared at once: some 40,000 rows in memory.
_COMPARED = 2_000
#: Rows handed to the database at once.
_WRITTEN = 5_000
_COLUMNS = ("overlap", "shared", "shared_count", "is_alternative", "position")


@dataclass(frozen=True)
class Relating:
    """What a run did. `is_done` is False where the table was current, or another run was faster."""

    version: int
    is_done: bool
    rows: int = 0
    written: int = 0
    removed: int = 0

    def __str__(self) -> str:
        if not self.is_done:
            return f"Nothing to do at version {self.version}."
        return f"Version {self.version}: {self.rows} related, {self.written} written, {self.removed} removed."


class CannotMoveOn(Exception):
    """Another run has moved related_version on meanwhile."""


def relate(*, is_forced: bool = False) -> Relating:
    """Brings Related up to the current version of the facts; `is_forced` also where it claims to be there already."""
    state = live_state()  # before the facts are read: what changes from here on belongs to the next run
    if state.version == state.related_version and not is_forced:
        return Relating(state.version, is_done=False)
    relations = relations_of(offered_now())
    fresh, gone = _differences(relations)
    try:
        with transaction.atomic():
            written = _write(relations, fresh, gone, state)
    except CannotMoveOn:
        log.info("Another run related version %s or later meanwhile.", state.version)
        return Relating(state.version, is_done=False)
    return Relating(state.version, is_done=True, rows=len(relations), written=written, removed=len(gone))


def offered_now() -> Offered:
    """Every public artifact with what it offers, in four queries."""
    artifacts = list(Artifact.objects.public().order_by("pk").values_list("pk", "kind"))
    ids = np.array([pk for pk, _ in artifacts], dtype=np.int64)
    groups = np.array([GROUP_OF[kind] for _, kind in artifacts], dtype=np.int64)
    # Read whole, from the index alone, and matched here: cheaper than a join for nearly every row.
    pairs = _pairs(Offering.objects.values_list("artifact_id", "capability_id").iterator(chunk_size=20_000))
    rows, is_public = _positions(ids, pairs[:, 0])
    # Derived and the original are shown as lineage; what one runs on or was trained on does not take its place either.
    kin = _pairs(
        Lineage.objects.filter(relation__in=Relation.values).values_list("artifact_id", "parent_id").iterator()
    )
    children, are_public = _positions(ids, kin[:, 0])
    parents, have_public = _positions(ids, kin[:, 1])
    return Offered(
        artifact_ids=ids,
        groups=groups,
        rows=rows[is_public],
        capability_ids=pairs[is_public, 1],
        broader=dict(Capability.objects.exclude(broader=None).values_list("pk", "broader_id")),
        kin=np.column_stack([children, parents])[are_public & have_public],
    )


def _pairs(found: Iterator[tuple[int, int]]) -> np.ndarray:
    return np.fromiter(found, dtype=np.dtype((np.int64, 2)))


def _positions(ids: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each stands in the ascending ids, and whether it stands there at all."""
    position = np.searchsorted(ids, wanted)
    is_there = position < len(ids)
    is_there[is_there] = ids[position[is_there]] == wanted[is_there]
    return position, is_there


def _differences(relations: Relations) -> tuple[np.ndarray, list[int]]:
    """Which relations the table lacks or states otherwise, and the keys of rows without a relation behind them."""
    fresh = np.zeros(len(relations), dtype=bool)
    gone: list[int] = []
    artifacts = np.unique(relations.artifact_ids)
    bounds = artifacts[_COMPARED::_COMPARED].tolist()
    # The first and the last range are open: they also hold rows of artifacts that are no longer related to anything.
    for low, high in zip([None, *bounds], [*bounds, None], strict=True):
        within = Q()
        start, stop = 0, len(relations)
        if low is not None:
            within &= Q(artifact__gte=low)
            start = int(np.searchsorted(relations.artifact_ids, low))
        if high is not None:
            within &= Q(artifact__lt=high)
            stop = int(np.searchsorted(relations.artifact_ids, high))
        stands = {
            (artifact_id, other_id): (pk, values)
            for pk, artifact_id, other_id, *values in Related.objects.filter(within).values_list(
                "pk", "artifact_id", "other_id", *_COLUMNS
            )
        }
        for index, artifact_id, other_id, values in _rows(relations, np.arange(start, stop)):
            there = stands.pop((artifact_id, other_id), None)
            fresh[index] = there is None or there[1] != values
        gone.extend(pk for pk, _ in stands.values())
    return fresh, gone


def _rows(relations: Relations, indices: np.ndarray) -> Iterator[tuple[int, int, int, list[object]]]:
    """Index, artifact, other, and the values of _COLUMNS as the database gives them back."""
    shared = relations.shared[indices]
    for index, artifact_id, other_id, overlap, ids, named, count, is_alternative, position in zip(
        indices.tolist(),
        relations.artifact_ids[indices].tolist(),
        relations.other_ids[indices].tolist(),
        relations.overlap[indices].tolist(),
        shared.tolist(),
        (shared >= 0).sum(axis=1).tolist(),
        relations.shared_count[indices].tolist(),
        relations.is_alternative[indices].tolist(),
        relations.position[indices].tolist(),
        strict=True,
    ):
        yield index, artifact_id, other_id, [overlap, ids[:named], count, is_alternative, position]


def _write(relations: Relations, fresh: np.ndarray, gone: list[int], state: State) -> int:
    """Writes the differences and moves related_version on. Raises CannotMoveOn."""
    for start in range(0, len(gone), _WRITTEN):
        Related.objects.filter(pk__in=gone[start : start + _WRITTEN]).delete()
    indices = np.flatnonzero(fresh)
    if live_state().version != state.version:
        # What has been deleted or withdrawn since would leave rows that point nowhere.
        public = np.fromiter(Artifact.objects.public().values_list("pk", flat=True).iterator(), dtype=np.int64)
        indices = indices[
            np.isin(relations.artifact_ids[indices], public) & np.isin(relations.other_ids[indices], public)
        ]
    statement = _upsert()
    with connection.cursor() as cursor:
        for start in range(0, len(indices), _WRITTEN):
            cursor.executemany(statement, _parameters(relations, indices[start : start + _WRITTEN]))
    # Last, as in catalog.changes: every change of the catalog needs this row, and waits for it only until the commit.
    CatalogState.objects.get_or_create(pk=1)
    has_moved = CatalogState.objects.filter(pk=1, related_version=state.related_version).update(
        related_version=state.version
    )
    if not has_moved:
        raise CannotMoveOn
    moved()
    return len(indices)


def _upsert() -> str:
    """The statement that writes one row, the same for both databases.

    Through bulk_create a whole catalog takes six times as long, and on SQLite every other writer waits that long. An
    upsert, since rows may stand there with other values, and a run at the same time may just have inserted them.
    """
    quoted = connection.ops.quote_name
    columns = [quoted(name) for name in ("artifact_id", "other_id", *_COLUMNS)]
    updates = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns[2:])
    return (
        f"INSERT INTO {quoted(Related._meta.db_table)} ({', '.join(columns)}) "  # noqa: S608 - made of our own names only
        f"VALUES ({', '.join(['%s'] * len(columns))}) "
        f"ON CONFLICT ({columns[0]}, {columns[1]}) DO UPDATE SET {updates}"
    )


def _parameters(relations: Relations, indices: np.ndarray) -> list[tuple[Any, ...]]:
    shared: Any = Related._meta.get_field("shared")
    return [
        (artifact_id, other_id, overlap, shared.get_db_prep_save(ids, connection), *others)
        for _, artifact_id, other_id, (overlap, ids, *others) in _rows(relations, indices)
    ]
