"""Makes subjects of a comparison, and what they are made of, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from catalog import wording
from catalog.confidence import Confidence, Level
from catalog.factsheet import FACTS
from catalog.parts import Cited, FactPart, OfferingPart, PricePart, ResultPart, Statement
from ranking.comparison.subject import Ranked, Subject, Term
from ranking.scoring.ties import Standing

DAY = dt.date(2026, 6, 1)


def cited(title: str = "A paper", **overrides: Any) -> Cited:
    given = {"id": 1, "slug": "a-paper", "url": "https://example.org/paper", "kind": "paper", "kind_label": "Paper"}
    return Cited(**{**given, "title": title, "publisher_id": 1, "publisher_name": "P", "licence": "", **overrides})


def ranked(score: float, half: float = 4.0, **overrides: Any) -> Ranked:
    components = {"adoption": score, "quality": score, "ecosystem": score, "match": None, "freshness": score}
    given = {"percentile": score, "coverage": 1.0, "components": components, "momentum": 50.0, "survival": 0.8}
    return Ranked(Standing(score, max(0.0, score - half), min(100.0, score + half)), **{**given, **overrides})


def fact(name: str, value: Any, *others: Any, state: str = "") -> FactPart:
    """With each of the other values it is disputed, unless told otherwise."""
    spec = FACTS[name]
    statements = [
        Statement(v, wording.fact(name, v), cited(f"Source {n}"), DAY, "observed")
        for n, v in enumerate((value, *others))
    ]
    state = state or ("disputed" if others else "known")
    return FactPart(name, spec.label, spec.unit, value, statements[0].text, state, "", statements, "")


def price(amount: str, meter: str = "input_tokens", **overrides: Any) -> PricePart:
    given: dict[str, Any] = {"provider": "Alpha", "currency": "USD", "per": 1_000_000, "tier": "", **overrides}
    number = Decimal(amount)
    amount_text, unit_text = wording.price_columns(number, given["currency"], given["per"], meter)
    return PricePart(
        meter=meter, amount=number, amount_text=amount_text, unit_text=unit_text, valid_from=None, valid_to=None,
        is_current=True, source=cited(given["provider"]), retrieved_on=DAY, **given,
    )  # fmt: skip


def result(score: str, **overrides: Any) -> ResultPart:
    given: dict[str, Any] = {
        "benchmark": "MT-Bench", "version": "", "metric": "score", "higher_is_better": True, "measured_on": DAY,
        "standing": "verified", "standing_label": "Measured by somebody else", "low": None, "high": None, **overrides,
    }  # fmt: skip
    low, high = given["low"], given["high"]
    interval = f"{low}–{high}" if low is not None else ""
    return ResultPart(
        listing=None, score=Decimal(score), text=score, interval=interval, source=cited("A table"), **given
    )


def offering(slug: str, level: Level = Level.MEDIUM, **overrides: Any) -> OfferingPart:
    lists = dict.fromkeys(
        ("intents", "best_for", "limitations", "requires", "input_types", "output_types", "input_labels",
         "output_labels", "failure_modes", "evidence", "against"),
    )  # fmt: skip
    given: dict[str, Any] = {name: [] for name in lists}
    return OfferingPart(
        **{
            **given, "id": 1, "capability_slug": slug, "capability_name": slug.replace("-", " ").capitalize(),
            "capability_uri": f"capability://text.{slug}", "title": slug, "description": "Does it.", "unique": "",
            "confidence": Confidence(level, level / 4 + 0.1, "One independent source."), "by": "editor",
            "by_label": "Editor", **overrides,
        }
    )  # fmt: skip


def subject(slug: str = "alpha", **overrides: Any) -> Subject:
    given: dict[str, Any] = {
        "name": slug.capitalize(), "kind": "model", "publisher": "Maker", "licence": "MIT",
        "licence_class": "permissive",
        "is_verified": False, "ranked": None, "facts": (), "prices": (), "results": (), "offerings": (),
    }  # fmt: skip
    return Subject(slug=slug, **{**given, **overrides})


def terms_of(*subjects: Subject, broader: dict[str, str] | None = None, group: str = "text") -> dict[str, Term]:
    """A vocabulary of what they offer; `broader` by slug."""
    above = broader or {}
    slugs = {offering.capability_slug for it in subjects for offering in it.offerings} | set(above.values())
    return {
        slug: Term(slug, slug.replace("-", " ").capitalize(), f"capability://{group}.{slug}", above.get(slug, ""))
        for slug in sorted(slugs)
    }
