"""Who is best at a capability, and what stands on a shelf: groups of one kind each, since ranks of different kinds are
not comparable.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from catalog.columns import Columns, Mask, columns
from catalog.confidence import Confidence, confidence_of
from catalog.kinds import KINDS, KindSpec
from catalog.models import Evidence, Offering
from catalog.pages.dossier.gather import cited_sources
from catalog.pages.dossier.parts import witness_of
from catalog.pages.rows import Row, rows_of
from catalog.prepared import Prepared
from catalog.state import State

PER_KIND = 6
MOST_OFFERED = 12


@dataclass(frozen=True)
class TermCount:
    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Offered:
    """An artifact's offering of one capability, as the capability's page shows it."""

    row: Row
    title: str
    unique: str
    anchor: str
    confidence: Confidence


@dataclass(frozen=True)
class KindGroup:
    spec: KindSpec
    count: int
    rows: list[Row]
    offered: list[Offered]

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.rows)


def order_of(state: State) -> str:
    """Best first where there are ranks: within one kind they compare."""
    return "rank" if state.generation_id is not None else "name"


def groups_of(mask: Mask, held: Columns, state: State) -> list[KindGroup]:
    """The mask's artifacts by kind, the largest kind first, the first few of each."""
    counts = held.counts("kind", mask)
    kinds = sorted(counts, key=lambda kind: (-counts[kind], kind))
    ids = held.first_of_each("kind", mask, order_of(state), PER_KIND)
    rows = {row.id: row for row in rows_of([pk for some in ids.values() for pk in some], state, held)}
    return [KindGroup(KINDS[kind], counts[kind], [rows[pk] for pk in ids[kind] if pk in rows], []) for kind in kinds]


# As values: up to six of each kind, and instances would take longer than the queries.
_OFFERED = Prepared(
    lambda capabilities, artifacts: (
        Offering.objects.filter(capability__in=capabilities, artifact__in=artifacts)
        .order_by()
        .values_list("pk", "artifact_id", "title", "unique", "artifact__publisher_id", named=True)
    )
)
_EVIDENCE = Prepared(
    lambda offerings: (
        Evidence.objects.filter(offering__in=offerings)
        .order_by()
        .values_list("pk", "offering_id", "source_id", "origin", "dated_on", named=True)
    )
)


def offered_by(capability: int, slug: str, state: State, today: dt.date) -> list[KindGroup]:
    held = columns(state)
    groups = groups_of(held.having("capability", capability), held, state)
    ids = [row.id for group in groups for row in group.rows]
    offerings = {o.artifact_id: o for o in _OFFERED.rows([capability], ids)} if ids else {}
    evidence: dict[int, list[Any]] = defaultdict(list)
    rows = sorted(_EVIDENCE.rows([o.pk for o in offerings.values()]), key=attrgetter("pk"))
    for row in rows:
        evidence[row.offering_id].append(row)
    sources = cited_sources(rows)

    def offered(row: Row) -> Offered:
        o = offerings[row.id]
        witnesses = [witness_of(e, sources[e.source_id], o.artifact__publisher_id) for e in evidence[o.pk]]
        return Offered(row, o.title, o.unique, f"does-{slug}", confidence_of(witnesses, today))

    return [KindGroup(g.spec, g.count, g.rows, [offered(row) for row in g.rows if row.id in offerings]) for g in groups]


def offered_narrower(capability: int, state: State) -> list[KindGroup]:
    """Where nobody offers it by its own name: who offers a narrower one, and so it as well."""
    held = columns(state)
    return groups_of(held.with_narrower(capability), held, state)


def on_shelf(category: int, state: State) -> tuple[list[KindGroup], list[TermCount]]:
    held = columns(state)
    mask = held.having("category", category)
    return groups_of(mask, held, state), most_offered(mask, held)


def most_offered(mask: Mask, held: Columns) -> list[TermCount]:
    counts = held.most_common("capability", mask, held.capabilities, MOST_OFFERED)
    terms = sorted((held.capabilities[pk] for pk in counts), key=lambda term: (-counts[term.id], term.name))
    return [TermCount(term.slug, term.name, counts[term.id]) for term in terms[:MOST_OFFERED]]
