"""What rests on a source: every statement that cites it, so that a reader can see what would fall with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from catalog import wording
from catalog.choices import PUBLIC_LIFECYCLES, Signal
from catalog.factsheet import FACTS
from catalog.models import BenchmarkResult, Evidence, Fact, Lineage, Price, Reading, Source

#: Per sort of statement; a catalog's own page says how many there are in all.
SHOWN = 100


@dataclass(frozen=True)
class Citation:
    artifact_slug: str
    artifact_name: str
    what: str
    text: str
    on: dt.date | None


@dataclass(frozen=True)
class Citations:
    shown: list[Citation]
    total: int


def citations_of(source: Source) -> Citations:
    public = {"artifact__lifecycle__in": PUBLIC_LIFECYCLES}
    names = ("artifact__slug", "artifact__name")
    facts = Fact.objects.filter(source=source, **public).order_by("id")
    prices = Price.objects.filter(source=source, **public).order_by("id")
    results = BenchmarkResult.objects.filter(source=source, **public).order_by("id")
    readings = Reading.objects.filter(source=source, **public).order_by("id")
    evidence = Evidence.objects.filter(source=source, offering__artifact__lifecycle__in=PUBLIC_LIFECYCLES).order_by(
        "id"
    )
    shown = [
        Citation(slug, name, FACTS[fact].label if fact in FACTS else fact, wording.fact(fact, value), on)
        for slug, name, fact, value, on in facts.values_list(*names, "name", "value", "retrieved_on")[:SHOWN]
    ]
    shown += [
        Citation(slug, name, f"Price at {provider}", wording.price(amount, currency, per, meter), on)
        for slug, name, provider, amount, currency, per, meter, on in prices.values_list(
            *names, "provider", "amount", "currency", "per", "meter", "retrieved_on"
        )[:SHOWN]
    ]
    shown += [
        Citation(slug, name, benchmark, f"{wording.score(score)}, {metric}", on)
        for slug, name, benchmark, score, metric, on in results.values_list(
            *names, "benchmark", "score", "metric", "measured_on"
        )[:SHOWN]
    ]
    shown += [
        Citation(slug, name, str(Signal(signal).label), wording.reading(signal, value), at.date())
        for slug, name, signal, value, at in readings.values_list(*names, "signal", "value", "observed_at")[:SHOWN]
    ]
    shown += [
        Citation(slug, name, capability, f"“{quote}”" if quote else "", on)
        for slug, name, capability, quote, on in evidence.values_list(
            "offering__artifact__slug", "offering__artifact__name", "offering__capability__name", "quote", "dated_on"
        )[:SHOWN]
    ]
    total = sum(rows.count() for rows in (facts, prices, results, readings, evidence))
    shown.sort(key=lambda citation: (citation.artifact_name.casefold(), citation.what))
    return Citations(shown, total)


def is_cited_by_lineage(source: Source) -> bool:
    public = {"artifact__lifecycle__in": PUBLIC_LIFECYCLES, "parent__lifecycle__in": PUBLIC_LIFECYCLES}
    return Lineage.objects.filter(source=source, **public).exists()
