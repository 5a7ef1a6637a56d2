"""Reads a dossier's rows, in eight queries, and hands each group to its part."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict, namedtuple
from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from catalog import wording
from catalog.choices import PUBLIC_LIFECYCLES, DataType, LicenceClass, Relation, SourceKind
from catalog.columns import columns
from catalog.derived import INHERITED
from catalog.identity import SCHEMES
from catalog.kinds import KINDS
from catalog.models import (
    Artifact,
    BenchmarkResult,
    Evidence,
    Fact,
    Lineage,
    Offering,
    Price,
    Reading,
    Related,
    Source,
)
from catalog.pages.dossier import parts, rows
from catalog.pages.dossier.shapes import Dossier, IdentifierPart, LineagePart, Shelf, SourceUse
from catalog.pages.standings import rank_of
from catalog.parts import AgainstLine, Cited, Mention
from catalog.prepared import Prepared
from catalog.state import State

#: What can take its place comes first; then what is merely close.
MOST_RELATED = 6
_SOURCE_LABELS = {value: str(label) for value, label in SourceKind.choices}
#: How the other end of a lineage is called, seen from the parent.
_DESCENDANT_LABELS = {
    Relation.DERIVED_FROM: "Basis of",
    Relation.TRAINED_ON: "Training data of",
    Relation.RUNS_ON: "Runs",
}


class _End(NamedTuple):
    """Of a lineage, the one that is not the dossier's own."""

    pk: int
    mention: Mention
    lifecycle: str

    @property
    def is_public(self) -> bool:
        return self.lifecycle in PUBLIC_LIFECYCLES


def dossier_of(artifact: Artifact, *, state: State, today: dt.date) -> Dossier:
    """`artifact` comes from `for_page`, with its standing; all else is read here."""
    own = [artifact.pk]
    ties = [(x, _other_end(x, artifact)) for x in _sorted(_LINEAGE.rows(own), "relation", "pk")]
    lineage = [(x, other) for x, other in ties if other.is_public]
    relatives = {
        other.pk: other.mention for x, other in lineage if x.relation == Relation.DERIVED_FROM and x.keeps_architecture
    }
    offerings, evidence, against = _offerings(artifact)
    facts = facts_of(own, relatives)
    prices = prices_of(own)
    results = _results_of(artifact)
    readings = _sorted(_READINGS.rows(own), "signal", "observed_at", "pk")
    related = sorted(_RELATED.rows(own), key=lambda row: (not row.is_alternative, row.position, row.pk))
    links = [x for x, _ in lineage]
    sources = cited_sources([*evidence, *facts, *prices, *results, *links, *readings])
    vocabulary = columns(state)

    offered = parts.offering_parts(offerings, evidence, against, sources, owner_id=artifact.publisher_id, today=today)
    current, past = parts.price_parts(prices, sources, today)
    own_facts = parts.fact_parts(artifact, facts, relatives, sources, today)
    best_for, limitations = parts.gathered(offered, "best_for"), parts.gathered(offered, "limitations")
    return Dossier(
        artifact=artifact,
        kind_label=KINDS[artifact.kind].label,
        licence_text=wording.licence(artifact.licence),
        licence_class_label=LicenceClass(artifact.licence_class).label,
        is_verified=bool(artifact.verified_until and artifact.verified_until > timezone.now()),
        verified_how=artifact.verified_how,
        standing=rank_of(artifact),
        answer=parts.answer_of(best_for, limitations, current),
        offerings=offered,
        best_for=best_for,
        limitations=limitations,
        requirements=parts.gathered(offered, "requires"),
        input_labels=_labels(offered, "input_types"),
        output_labels=_labels(offered, "output_types"),
        facts=own_facts,
        prices=current,
        past_prices=past,
        results=parts.result_parts(results, sources),
        lineage=[_lineage_part(x, other, artifact, sources) for x, other in lineage],
        readings=parts.reading_parts(readings, sources),
        related=parts.related_parts(related[:MOST_RELATED], vocabulary),
        identifiers=[
            IdentifierPart(scheme, SCHEMES[scheme], value)
            for scheme, value in sorted(artifact.identifiers.items(), key=lambda pair: list(SCHEMES).index(pair[0]))
            if scheme in SCHEMES
        ],
        categories=_shelves(artifact, vocabulary),
        sources=_uses(
            [*evidence, *(f for f in facts if f.artifact_id == artifact.pk), *prices, *results, *links, *readings],
            sources,
        ),
        deprecated_by=public_mention(artifact.deprecated_by),
    )


def _offerings(artifact: Artifact) -> tuple[list[Any], list[Any], dict[int, list[AgainstLine]]]:
    """Its offerings, their evidence, and what each says against others. All in one query, folded again: few offerings
    have more than two of either."""
    offerings: dict[int, Any] = {}
    evidence: dict[int, Any] = {}
    said: dict[int, dict[int, AgainstLine]] = defaultdict(dict)
    for row in _sorted(_OFFERINGS.rows([artifact.pk]), "position", "pk"):
        offerings.setdefault(row.pk, row)
        if row.evidence__pk is not None:
            evidence[row.evidence__pk] = _Shown(*(getattr(row, f"evidence__{column}") for column in rows.EVIDENCE))
        if row.contrasts__artifact__lifecycle in PUBLIC_LIFECYCLES:
            named = Mention(row.contrasts__artifact__slug, row.contrasts__artifact__name, row.contrasts__artifact__kind)
            answered = row.contrasts__replied_to == row.contrasts__text
            reply = (row.contrasts__reply, row.contrasts__replied_on) if answered else ()
            said[row.pk][row.contrasts__pk] = AgainstLine(named, row.contrasts__text, *reply)
    in_order = {pk: [line for _, line in sorted(lines.items())] for pk, lines in said.items()}
    return list(offerings.values()), _sorted(evidence.values(), "pk"), in_order


_Shown = namedtuple("_Shown", rows.EVIDENCE)  # type: ignore[misc]
_in_order = attrgetter("pk")
_EVIDENCE = Prepared(
    lambda ids: Evidence.objects.filter(offering__artifact__in=ids).values_list(*rows.EVIDENCE, named=True)
)
_FACTS = Prepared(
    lambda ids, relatives: Fact.objects.filter(
        Q(artifact__in=ids) | Q(artifact__in=relatives, name__in=INHERITED)
    ).values_list(*rows.FACT, named=True)
)
_PRICES = Prepared(lambda ids: Price.objects.filter(artifact__in=ids).order_by().values_list(*rows.PRICE, named=True))
_OFFERINGS = Prepared(
    lambda ids: Offering.objects.filter(artifact__in=ids).order_by().values_list(*rows.OFFERING_WITH_ALL, named=True)
)
_READINGS = Prepared(
    lambda ids: Reading.objects.filter(artifact__in=ids).order_by().values_list(*rows.READING, named=True)
)
_LINEAGE = Prepared(
    lambda ids: (
        Lineage.objects.filter(Q(artifact__in=ids) | Q(parent__in=ids))
        .order_by()
        .values_list(*rows.LINEAGE, named=True)
    )
)
_RELATED = Prepared(
    lambda ids: (
        Related.objects.filter(artifact__in=ids, other__lifecycle__in=PUBLIC_LIFECYCLES)
        .filter(Q(position__lt=MOST_RELATED) | Q(is_alternative=True))
        .order_by()
        .values_list(*rows.RELATED, named=True)
    )
)
_RESULTS = Prepared(
    lambda ids: BenchmarkResult.objects.filter(artifact__in=ids).order_by().values_list(*rows.RESULT, named=True)
)
_SOURCES = Prepared(lambda ids: Source.objects.filter(pk__in=ids).order_by().values_list(*rows.SOURCE, named=True))


def evidence_of(artifacts: Collection[int]) -> list[Any]:
    return sorted(_EVIDENCE.rows(artifacts), key=_in_order)


def facts_of(artifacts: Collection[int], relatives: Collection[int]) -> list[Any]:
    """With what relatives, of which they are variants, say of what is the same in both."""
    return sorted(_FACTS.rows(artifacts, relatives), key=_in_order)


def prices_of(artifacts: Collection[int]) -> list[Any]:
    """Of today and of earlier."""
    return sorted(_PRICES.rows(artifacts), key=_in_order)


def results_of(artifacts: Collection[int]) -> list[Any]:
    """In no order."""
    return _RESULTS.rows(artifacts)


def _results_of(artifact: Artifact) -> list[Any]:
    """Benchmark by benchmark, the newest first, and what has no date behind them."""
    found = _sorted(results_of([artifact.pk]), "pk")
    found.sort(key=lambda row: row.measured_on or dt.date.min, reverse=True)
    return _sorted(found, "benchmark")


def _sorted(found: Iterable[Any], *names: str) -> list[Any]:
    """In the order of these columns. To have the database sort two dozen rows takes longer, most of it to say so."""
    return sorted(found, key=attrgetter(*names))


def public_mention(artifact: Artifact | None) -> Mention | None:
    """How another artifact is named here; drafts and withdrawn ones are not."""
    if artifact is None or artifact.lifecycle not in PUBLIC_LIFECYCLES:
        return None
    return Mention(slug=artifact.slug, name=artifact.name, kind=artifact.kind, tagline=artifact.tagline)


def cited_sources(citing: Iterable[Any]) -> dict[int, Cited]:
    """All sources that the rows cite, in one query."""
    return sources_of({row.source_id for row in citing if row.source_id is not None})


def sources_of(ids: Collection[int]) -> dict[int, Cited]:
    return {
        source.pk: Cited(
            id=source.pk,
            slug=source.slug,
            title=source.title,
            url=source.url,
            kind=source.kind,
            kind_label=_SOURCE_LABELS.get(source.kind, source.kind),
            publisher_id=source.publisher_id,
            publisher_name=source.publisher__name or "",
            licence=source.licence,
        )
        for source in _SOURCES.rows(ids)
    }


def _labels(offerings: list[Any], name: str) -> list[str]:
    """Types in the order of how many offerings have them."""
    counted = Counter(value for offering in offerings for value in getattr(offering, name))
    return [str(DataType(value).label) for value, _ in counted.most_common()]


def _other_end(row: Any, artifact: Artifact) -> _End:
    if row.artifact__pk == artifact.pk:
        return _End(
            row.parent__pk, Mention(row.parent__slug, row.parent__name, row.parent__kind), row.parent__lifecycle
        )
    named = Mention(row.artifact__slug, row.artifact__name, row.artifact__kind)
    return _End(row.artifact__pk, named, row.artifact__lifecycle)


def _lineage_part(row: Any, other: _End, artifact: Artifact, sources: dict[int, Cited]) -> LineagePart:
    is_child = row.artifact__pk == artifact.pk
    relation = Relation(row.relation)
    return LineagePart(
        relation=row.relation if is_child else f"inverse_{row.relation}",
        relation_label=str(relation.label) if is_child else _DESCENDANT_LABELS[relation],
        other=other.mention,
        detail=row.detail,
        source=sources.get(row.source_id) if row.source_id else None,
    )


def _shelves(artifact: Artifact, vocabulary: Any) -> list[Shelf]:
    ids = vocabulary.codes_of("category", artifact.pk)
    if ids is None:  # a draft, which the public columns do not hold
        return [Shelf(category.slug, category.name) for category in artifact.categories.order_by("name")]
    terms = [vocabulary.categories[pk] for pk in ids if pk in vocabulary.categories]
    return [Shelf(term.slug, term.name) for term in sorted(terms, key=lambda term: term.name)]


def _uses(citing: Iterable[Any], sources: dict[int, Cited]) -> list[SourceUse]:
    counts: Counter[int] = Counter()
    read: dict[int, list[dt.date]] = defaultdict(list)
    for row in citing:
        if row.source_id is None:
            continue
        counts[row.source_id] += 1
        on = getattr(row, "retrieved_on", None) or getattr(row, "dated_on", None)
        if on is not None:
            read[row.source_id].append(on)
    return [SourceUse(sources[pk], count, max(read[pk], default=None)) for pk, count in counts.most_common()]
