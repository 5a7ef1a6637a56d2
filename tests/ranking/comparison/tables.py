"""Artifacts to compare, made without a database: what a test does not name is unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from catalog import wording
from catalog.choices import Kind
from catalog.confidence import Confidence, Level
from catalog.factsheet import FACTS
from catalog.parts import Cited, FactPart, OfferingPart, PricePart, ResultPart, Statement
from ranking.comparison import Preferences, Subject, Table, table_of
from ranking.comparison.subject import Ranked, Term
from ranking.formulas import shipped_formula
from ranking.scoring.ties import Standing

FORMULA = shipped_formula()
TODAY = dt.date(2026, 11, 21)
SOURCE = Cited(1, "a-catalog", "A catalog", "https://catalog.example/", "registry", "Registry", None, "", "")
COMPONENTS = ("adoption", "quality", "ecosystem", "match", "freshness")


def a_rank(score: float, reach: float = 4.0, coverage: float = 1.0, **components: float | None) -> Ranked:
    """With the band from `reach` below to `reach` above it."""
    standing = Standing(score, max(0.0, score - reach), min(100.0, score + reach))
    return Ranked(standing, None, coverage, dict.fromkeys(COMPONENTS) | components)


def a_fact(name: str, value: Any, state: str = "known", *others: Any) -> FactPart:
    spec = FACTS[name]
    said = [Statement(v, wording.fact(name, v), SOURCE, TODAY, "observed") for v in (value, *others)]
    return FactPart(name, spec.label, spec.unit, value, wording.fact(name, value), state, "", said, "")


def a_price(
    meter: str, amount: str, *, provider: str = "Host", currency: str = "USD", per: int = 1_000_000
) -> PricePart:
    first, unit = wording.price_columns(Decimal(amount), currency, per, meter)
    return PricePart(provider, meter, Decimal(amount), currency, per, first, unit, "", None, None, True, SOURCE, TODAY)


def tokens(asks: str, gives: str, **more: Any) -> tuple[PricePart, ...]:
    return a_price("input_tokens", asks, **more), a_price("output_tokens", gives, **more)


DOWNLOAD = a_price("download", "0", per=1)


def a_result(
    score: str, low: str | None = None, high: str | None = None, *, benchmark: str = "Quiz", standing: str = "verified",
    version: str = "1", higher_is_better: bool = True,
) -> ResultPart:  # fmt: skip
    interval = f"{low}–{high}" if low and high else ""
    ends = (Decimal(low) if low else None, Decimal(high) if high else None)
    label = "Claimed by its maker" if standing == "claimed" else "Measured by somebody else"
    return ResultPart(
        benchmark, None, version, Decimal(score), score, interval, *ends, "points", higher_is_better, None, standing,
        label, SOURCE,
    )  # fmt: skip


def an_offering(slug: str, level: int = Level.MEDIUM) -> OfferingPart:
    name = slug.replace("-", " ").capitalize()
    nothing: list[Any] = []
    return OfferingPart(
        id=0, capability_slug=slug, capability_name=name, capability_uri=uri_of(slug), title=name, description="",
        unique="", intents=nothing, best_for=nothing, limitations=nothing, requires=nothing, input_types=nothing,
        output_types=nothing, input_labels=nothing, output_labels=nothing, failure_modes=nothing, evidence=nothing,
        against=nothing, confidence=Confidence(Level(level), level / 3, ""), by="editor", by_label="Editor",
    )  # fmt: skip


def uri_of(slug: str) -> str:
    return f"capability://{'image' if slug.startswith('image') else 'text'}.{slug}"


def offers(*slugs: str, level: int = Level.MEDIUM) -> tuple[OfferingPart, ...]:
    return tuple(an_offering(slug, level) for slug in slugs)


def a_subject(slug: str, **known: Any) -> Subject:
    """`ranked` may be a number."""
    given: dict[str, Any] = {
        "slug": slug,
        "name": slug.replace("-", " ").title(),
        "kind": Kind.MODEL.value,
        "publisher": "",
        "licence": "",
        "licence_class": "unknown",
        "is_verified": False,
        "ranked": None,
        "facts": (),
        "prices": (),
        "results": (),
        "offerings": (),
    } | known
    if isinstance(given["ranked"], (int, float)):
        given["ranked"] = a_rank(given["ranked"])
    return Subject(**given)


def terms_of(subjects: Sequence[Subject], broader: Mapping[str, str] | None = None) -> dict[str, Term]:
    broader = broader or {}
    slugs = {offering.capability_slug for it in subjects for offering in it.offerings} | set(broader.values())
    return {
        slug: Term(slug, slug.replace("-", " ").capitalize(), uri_of(slug), broader.get(slug, "")) for slug in slugs
    }


def a_table(
    *subjects: Subject, preferences: Preferences | None = None, broader: Mapping[str, str] | None = None
) -> Table:
    return table_of(
        subjects,
        terms=terms_of(subjects, broader),
        formula=FORMULA,
        generation=1,
        at=TODAY,
        preferences=preferences or Preferences(),
    )


def pair(one: dict[str, Any], other: dict[str, Any], preferences: Preferences | None = None) -> Table:
    return a_table(a_subject("ant", **one), a_subject("bee", **other), preferences=preferences)


def texts(table: Table, rule: str) -> list[str]:
    return [finding.text for finding in table.verdict.findings if finding.rule == rule]


def favoured(table: Table, rule: str) -> list[tuple[str, ...]]:
    return [finding.favours for finding in table.verdict.findings if finding.rule == rule]
