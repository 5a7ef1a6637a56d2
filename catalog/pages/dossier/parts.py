"""Turns rows into the parts of a dossier. No queries here: everything a part needs is handed in.

Offerings, evidence, facts, prices and results come with the columns that `rows.py` names.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from catalog import wording
from catalog.choices import (
    DATE_SIGNALS,
    FLAG_SIGNALS,
    PUBLIC_LIFECYCLES,
    BenchmarkStanding,
    DataType,
    Frequency,
    Meter,
    Origin,
    Signal,
    TakenApartBy,
)
from catalog.columns import Columns
from catalog.confidence import Witness, confidence_of
from catalog.derived import headline_of
from catalog.facts import PRECEDENCE
from catalog.factsheet import FACTS, FactSpec
from catalog.models import Artifact
from catalog.models.capability import uri_of
from catalog.overlap import reason_of
from catalog.pages.dossier.shapes import Answer, ReadingPart, RelatedPart
from catalog.parts import (
    AgainstLine,
    Cited,
    EvidenceLine,
    FactPart,
    FailureMode,
    Mention,
    OfferingPart,
    PricePart,
    ResultPart,
    Statement,
)

TYPE_LABELS = {value: str(label) for value, label in DataType.choices}
FREQUENCY_LABELS = {value: str(label) for value, label in Frequency.choices}
_BY_LABELS = {value: str(label) for value, label in TakenApartBy.choices}
_STANDING_LABELS = {value: str(label) for value, label in BenchmarkStanding.choices}

#: Marks that a passage was copied with; the page sets its own.
QUOTATION = ' "“”„«»'


def offering_parts(
    offerings: Collection[Any],
    evidence: Collection[Any],
    against: Mapping[int, list[AgainstLine]],
    sources: Mapping[int, Cited],
    *,
    owner_id: int | None,
    today: dt.date,
) -> list[OfferingPart]:
    evidence_of: dict[int, list[Any]] = defaultdict(list)
    for row in evidence:
        evidence_of[row.offering_id].append(row)
    parts = []
    for o in offerings:
        rows = evidence_of[o.pk]
        parts.append(
            OfferingPart(
                id=o.pk,
                capability_slug=o.capability__slug,
                capability_name=o.capability__name,
                capability_uri=uri_of(o.capability__key),
                title=o.title,
                description=o.description,
                unique=o.unique,
                intents=o.intents,
                best_for=o.best_for,
                limitations=o.limitations,
                requires=o.requires,
                input_types=o.input_types,
                output_types=o.output_types,
                input_labels=[TYPE_LABELS.get(t, t) for t in o.input_types],
                output_labels=[TYPE_LABELS.get(t, t) for t in o.output_types],
                failure_modes=[_failure_mode(mode) for mode in o.failure_modes],
                evidence=[
                    EvidenceLine(sources[e.source_id], e.quote.strip(QUOTATION), e.dated_on, e.origin) for e in rows
                ],
                against=list(against.get(o.pk, ())),
                confidence=confidence_of([witness_of(e, sources[e.source_id], owner_id) for e in rows], today),
                by=o.taken_apart_by,
                by_label=_BY_LABELS.get(o.taken_apart_by, o.taken_apart_by),
            )
        )
    return parts


def witness_of(evidence: Any, source: Cited, owner_id: int | None) -> Witness:
    """A source speaks for its publisher; without one, for itself."""
    return Witness(
        voice=("publisher", source.publisher_id) if source.publisher_id else ("source", source.id),
        kind=source.kind,
        is_owner=(source.publisher_id is not None and source.publisher_id == owner_id)
        or evidence.origin == Origin.OWNER,
        dated_on=evidence.dated_on,
        origin=evidence.origin,
    )


def _failure_mode(mode: Mapping[str, str] | str) -> FailureMode:
    if isinstance(mode, str):  # a column of JSON takes anything; a page must not fail for it
        mode = {"mode": mode}
    frequency = mode.get("frequency", "unknown")
    return FailureMode(
        mode.get("mode", ""), frequency, FREQUENCY_LABELS.get(frequency, frequency), mode.get("mitigation", "")
    )


def gathered(offerings: Collection[OfferingPart], name: str, limit: int = 8) -> list[str]:
    """What offerings say under one heading, each once, the most often said first, then in page order."""
    counted = Counter(text for offering in offerings for text in getattr(offering, name))
    return [text for text, _ in counted.most_common(limit)]


def fact_parts(
    artifact: Artifact,
    facts: Collection[Any],
    relatives: Mapping[int, Mention],
    sources: Mapping[int, Cited],
    today: dt.date,
) -> list[FactPart]:
    own: dict[str, list[Any]] = defaultdict(list)
    others: dict[str, list[Any]] = defaultdict(list)
    for fact in facts:
        (own if fact.artifact_id == artifact.pk else others)[fact.name].append(fact)
    parts = []
    for name, rows in own.items():
        spec = FACTS.get(name)
        stated = next((row for row in rows if row.is_stated), None)
        if spec is None or stated is None:
            continue
        disagreeing = [
            row for row in [*rows, *others[name]] if row is not stated and not spec.agrees(row.value, stated.value)
        ]
        # A relative that says the same as somebody here already adds nothing a reader could use.
        disagreeing.sort(key=lambda row: (row.artifact_id != artifact.pk, PRECEDENCE[Origin(row.origin)], row.pk))
        statements = [_statement(row, artifact, relatives, sources) for row in [stated, *disagreeing]]
        parts.append(
            FactPart(
                name=name,
                label=spec.label,
                unit=spec.unit,
                value=stated.value,
                text=wording.fact(name, stated.value),
                state=state_of(stated, spec, today),
                age=_age(stated.retrieved_on, today),
                statements=statements,
                settled_reason=stated.settled_reason if stated.settled_at else "",
            )
        )
    order = list(FACTS)
    return sorted(parts, key=lambda part: order.index(part.name))


def _statement(
    row: Any, artifact: Artifact, relatives: Mapping[int, Mention], sources: Mapping[int, Cited]
) -> Statement:
    return Statement(
        value=row.value,
        text=wording.fact(row.name, row.value),
        source=sources[row.source_id],
        retrieved_on=row.retrieved_on,
        origin=row.origin,
        of=relatives.get(row.artifact_id) if row.artifact_id != artifact.pk else None,
        condition=row.condition,
    )


def state_of(fact: Any, spec: FactSpec, today: dt.date) -> str:
    """known, disputed, stale or owner."""
    if fact.is_disputed:
        return "disputed"
    if fact.origin == Origin.OWNER:
        return "owner"
    if fact.retrieved_on and (today - fact.retrieved_on).days > spec.half_life_days:
        return "stale"
    return "known"


def _age(on: dt.date | None, today: dt.date) -> str:
    if on is None:
        return ""
    months = (today - on).days // 30
    return f"{months} months old" if months < 24 else f"{months // 12} years old"


def price_parts(
    prices: Collection[Any], sources: Mapping[int, Cited], today: dt.date
) -> tuple[list[PricePart], list[PricePart]]:
    """Current prices, the cheapest provider first, and past ones, the latest first."""
    current = [p for p in prices if is_current(p, today)]
    cheapest: dict[str, Any] = {}
    for provider in {p.provider for p in current}:
        headline = headline_of([p for p in current if p.provider == provider])
        cheapest[provider] = (headline.amount == 0, headline.amount / headline.per) if headline else (True, 0)
    current.sort(key=lambda p: (cheapest[p.provider], p.provider, bool(p.tier), Meter.values.index(p.meter), p.pk))
    past = sorted(
        (p for p in prices if p not in current),
        key=lambda p: (p.valid_to or dt.date.max, p.provider, p.pk),
        reverse=True,
    )
    return [_price(p, sources, True) for p in current], [_price(p, sources, False) for p in past]


def is_current(price: Any, today: dt.date) -> bool:
    return (price.valid_from is None or price.valid_from <= today) and (
        price.valid_to is None or price.valid_to > today
    )


def _price(p: Any, sources: Mapping[int, Cited], current: bool) -> PricePart:
    amount_text, unit_text = wording.price_columns(p.amount, p.currency, p.per, p.meter)
    return PricePart(
        provider=p.provider,
        meter=p.meter,
        amount=p.amount,
        currency=p.currency,
        per=p.per,
        amount_text=amount_text,
        unit_text=unit_text,
        tier=p.tier,
        valid_from=p.valid_from,
        valid_to=p.valid_to,
        is_current=current,
        source=sources[p.source_id],
        retrieved_on=p.retrieved_on,
    )


def answer_of(best_for: list[str], limitations: list[str], prices: list[PricePart]) -> Answer:
    paid = [p for p in prices if p.amount > 0 and not p.tier]
    free = [p for p in prices if p.amount == 0]
    text, link = "", ""
    if paid:
        text, link = f"{paid[0].provider}, {paid[0].text}", paid[0].source.link
    elif free:
        text, link = f"{free[0].provider}: {free[0].text[0].lower()}{free[0].text[1:]}", free[0].source.link
    return Answer(
        good_for="; ".join(best_for[:3]), limits="; ".join(limitations[:2]), cheapest=text, cheapest_link=link
    )


def result_parts(results: Collection[Any], sources: Mapping[int, Cited]) -> list[ResultPart]:
    return [
        ResultPart(
            benchmark=r.benchmark,
            listing=Mention(r.benchmark_artifact__slug, r.benchmark_artifact__name, r.benchmark_artifact__kind)
            if r.benchmark_artifact__lifecycle in PUBLIC_LIFECYCLES
            else None,
            version=r.version,
            score=r.score,
            text=wording.score(r.score),
            interval=f"{wording.score(r.low)}–{wording.score(r.high)}"
            if r.low is not None and r.high is not None
            else "",
            low=r.low,
            high=r.high,
            metric=r.metric,
            higher_is_better=r.higher_is_better,
            measured_on=r.measured_on,
            standing=r.standing,
            standing_label=_STANDING_LABELS.get(r.standing, r.standing),
            source=sources[r.source_id],
        )
        for r in results
    ]


def reading_parts(readings: Collection[Any], sources: Mapping[int, Cited]) -> list[ReadingPart]:
    series: dict[tuple[str, int], list[Any]] = defaultdict(list)
    publisher_of = {pk: source.publisher_id or -pk for pk, source in sources.items()}
    for row in readings:  # two editions of one catalog are one series
        series[row.signal, publisher_of[row.source_id]].append(row)
    parts = []
    for (signal, _), rows in series.items():
        last = rows[-1]
        parts.append(
            ReadingPart(
                signal=signal,
                label=str(Signal(signal).label),
                value=last.value,
                text=wording.reading(signal, last.value),
                on=last.observed_at.date(),
                source=sources[last.source_id],
                points=[(row.observed_at.date(), row.value) for row in rows],
                is_count=signal not in DATE_SIGNALS | FLAG_SIGNALS,
            )
        )
    return parts


def related_parts(related: Collection[Any], vocabulary: Columns) -> list[RelatedPart]:
    return [
        RelatedPart(
            other=Mention(row.other__slug, row.other__name, row.other__kind, row.other__tagline),
            overlap=row.overlap,
            shared=names_of(row.shared, vocabulary),
            shared_count=row.shared_count,
            reason=overlap_reason(row.shared, row.shared_count, vocabulary),
            is_alternative=row.is_alternative,
        )
        for row in related
    ]


def names_of(capability_ids: Sequence[int], vocabulary: Columns) -> list[str]:
    return [vocabulary.capabilities[pk].name for pk in capability_ids if pk in vocabulary.capabilities]


def overlap_reason(capability_ids: Sequence[int], shared_count: int, vocabulary: Columns) -> str:
    """Why two artifacts are related; `capability_ids` are what they share, the rarest first."""
    rarest = next((pk for pk in capability_ids if pk in vocabulary.capabilities), None)
    # Who offers what is narrower shares it as well, here as there.
    offered_by = vocabulary.sharers(rarest) if rarest is not None else None
    return reason_of(names_of(capability_ids, vocabulary), shared_count, offered_by=offered_by)
