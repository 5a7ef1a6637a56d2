"""A provider's prices as rows: a range where sources differ, and never a range from zero."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from catalog import wording
from catalog.importers.litellm import Row, provider_name
from catalog.pages.dossier.ranges import price_rows
from catalog.parts import Cited, PricePart

A, B = (Cited(n, title.lower(), title, "", "registry", "Registry", None, "", "") for n, title in enumerate("AB"))


def price(amount: str, source: Any = A, provider: str = "Heron", **overrides: Any) -> PricePart:
    meter, per = overrides.get("meter", "input_tokens"), overrides.get("per", 1_000_000)
    amount_text, unit_text = wording.price_columns(Decimal(amount), "USD", per, meter)
    given: dict[str, Any] = {
        "provider": provider, "meter": meter, "amount": Decimal(amount), "currency": "USD", "per": per,
        "amount_text": amount_text, "unit_text": unit_text, "tier": "", "valid_from": None, "valid_to": None,
        "is_current": True, "source": source, "retrieved_on": None,
    }  # fmt: skip
    return PricePart(**given | overrides)


def shown(*prices: PricePart) -> list[tuple[str, str, int]]:
    return [(row.price.provider, row.amount_text, len(row.said)) for row in price_rows(prices)]


def test_sources_that_differ_make_a_range_and_those_that_agree_a_price() -> None:
    assert shown(price("2"), price("0.65", B)) == [("Heron", "$0.65–$2.00", 2)]
    assert shown(price("2"), price("2", B)) == [("Heron", "$2.00", 2)]
    assert [row.is_range for row in price_rows([price("2"), price("2", B)])] == [False]


def test_a_provider_is_one_in_every_spelling() -> None:
    assert shown(price("2"), price("3", B, "HERON "), price("2", B, "Egret")) == [
        ("Heron", "$2.00–$3.00", 2),
        ("Egret", "$2.00", 1),
    ]


def test_no_range_begins_at_zero() -> None:
    rows = price_rows([price("2"), price("0", B)])
    assert [(row.price.amount, row.is_range) for row in rows] == [(2, False), (0, False)]


def test_conditions_and_units_are_rows_of_their_own() -> None:
    rows = shown(price("2"), price("1", tier="batch"), price("6", meter="output_tokens"), price("3", currency="EUR"))
    assert len(rows) == 4


def test_a_row_holds_since_the_first_day_that_a_source_names() -> None:
    dated = price("2", B, valid_from=dt.date(2026, 1, 2))
    (row,) = price_rows([price("2"), dated, price("2", B, valid_from=dt.date(2026, 3, 1))])
    assert row.valid_from == dt.date(2026, 1, 2)


def test_providers_of_a_cloud_are_that_cloud() -> None:
    names = [provider_name(Row("", name, "", "", {})) for name in ("vertex_ai-llama_models", "bedrock_converse", "new")]
    assert names == ["Vertex", "Amazon Bedrock", "new"]
