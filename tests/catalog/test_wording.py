"""Values in words: what a reader sees of prices, sizes, dates and facts."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import wording
from catalog.choices import Meter, Signal
from catalog.factsheet import FACTS

THIN = wording.THIN
EXPONENT = re.compile(r"\d[eE][+-]?\d")


@pytest.mark.parametrize(
    ("amount", "currency", "per", "meter", "text"),
    [
        ("2.000000000000", "USD", 1_000_000, "input_tokens", "$2.00 per 1M input tokens"),
        ("0.0375", "USD", 1_000_000, "cached_input_tokens", "$0.0375 per 1M cached input tokens"),
        ("0.350", "USD", 1_000_000, "output_tokens", "$0.35 per 1M output tokens"),
        ("6E-7", "USD", 1, "input_tokens", "$0.0000006 per input token"),
        ("0.000000000001", "USD", 1, "character", "$0.000000000001 per character"),
        ("1E+3", "USD", 1, "request", f"$1{THIN}000.00 per request"),
        ("1200", "EUR", 1, "seat_month", f"€1{THIN}200.00 per seat and month"),
        ("20", "USD", 5, "seat_month", "$20.00 per 5 seats a month"),
        ("150", "JPY", 1, "image", "¥150.00 per image"),
        ("7.5", "CNY", 1_000, "image", "CN¥7.50 per 1K images"),
        ("3", "CHF", 60, "minute", "3.00 CHF per 60 minutes"),
        ("0", "USD", 1, "request", "Free per request"),
        ("0", "USD", 1, "download", "Free to download"),
        ("5", "USD", 1, "download", "$5.00 per download"),
    ],
)
def test_price(amount: str, currency: str, per: int, meter: str, text: str) -> None:
    assert wording.price(Decimal(amount), currency, per, meter) == text


def test_every_meter_has_its_words() -> None:
    for meter in Meter:
        assert wording.price(Decimal(1), "USD", 1, meter).startswith("$1.00 per ")


@given(
    st.decimals(min_value=0, max_value=10**11, places=12),
    st.integers(1, 2_000_000_000),
    st.sampled_from(Meter.values),
)
def test_a_price_never_prints_an_exponent_and_keeps_its_amount(amount: Decimal, per: int, meter: str) -> None:
    text = wording.price(amount, "USD", per, meter)
    assert not EXPONENT.search(text)
    assert text.startswith("Free ") is (amount == 0)
    if amount:
        figure = text.removeprefix("$").partition(" per ")[0].replace(THIN, "")
        assert Decimal(figure) == amount
        assert len(figure.partition(".")[2]) >= 2


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1_000, "1K"),
        (32_768, "32.8K"),
        (999_499, "999K"),
        (999_950, "1M"),
        (1_000_000, "1M"),
        (46_700_000_000, "46.7B"),
        (141_000_000_000, "141B"),
        (675_000_000_000, "675B"),
        (10**12, "1T"),
        (10**15, f"1{THIN}000T"),
    ],
)
def test_short(number: int, text: str) -> None:
    assert wording.short(number) == text


@given(st.integers(0, 10**18))
def test_short_and_size_never_print_an_exponent(number: int) -> None:
    assert not EXPONENT.search(wording.short(number))
    assert not EXPONENT.search(wording.size(number))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (512, "512 bytes"),
        (1_000, "1 kB"),
        (1_500_000, "1.5 MB"),
        (999_999_999, "1 GB"),
        (67 * 10**12, "67 TB"),
        (2 * 10**15, "2 PB"),
        (10**18, f"1{THIN}000 PB"),
    ],
)
def test_size(number: int, text: str) -> None:
    assert wording.size(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (12_345, f"12{THIN}345"), (10**7, f"10{THIN}000{THIN}000")]
)
def test_grouped(number: int, text: str) -> None:
    assert wording.grouped(number) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [("2026-05-31", "31 May 2026"), ("2026-05-01", "1 May 2026"), ("2026-05", "May 2026"), ("2026", "2026")],
)
def test_partial_date(text: str, words: str) -> None:
    assert wording.partial_date(text) == words


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("parameters_total", 141_000_000_000, "141B"),
        ("context_window", 32_768, f"32{THIN}768 tokens"),
        ("size_bytes", 67 * 10**12, "67 TB"),
        ("open_weights", True, "Yes"),
        ("open_weights", False, "No"),
        ("released", "2023-12", "December 2023"),
        ("input_modalities", ["text", "3d"], "Text, 3D"),
        ("languages", ["fr", "de"], "fr, de"),
        ("architecture", "Mixture of experts", "Mixture of experts"),
        ("retired_long_ago", ["a", 1], "a, 1"),  # no longer in the registry, still readable
        ("retired_long_ago", 5, "5"),
    ],
)
def test_fact(name: str, value: Any, text: str) -> None:
    assert wording.fact(name, value) == text


def test_every_number_of_the_registry_prints_plainly_at_both_ends() -> None:
    for spec in FACTS.values():
        if spec.type == "integer":
            for number in (spec.minimum, spec.maximum):
                assert not EXPONENT.search(wording.fact(spec.name, number)), spec.name


def test_reading_is_a_count_or_a_day() -> None:
    day = (dt.date(2025, 7, 24) - dt.date(1970, 1, 1)).days
    assert wording.reading(Signal.LIKES, 1_770.0) == f"1{THIN}770"
    assert wording.reading(Signal.LAST_COMMIT, float(day)) == "24 July 2025"


@pytest.mark.parametrize(
    ("number", "text"), [("8.3000", "8.3"), ("100.0000", "100"), ("0.0000", "0"), ("-3.50", "-3.5"), ("1E+3", "1000")]
)
def test_score(number: str, text: str) -> None:
    assert wording.score(Decimal(number)) == text


@pytest.mark.parametrize(
    ("texts", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listed(texts: list[str], sentence: str) -> None:
    assert wording.listed(texts) == sentence


@pytest.mark.real_data
def test_real_prices_never_print_an_exponent(real_data: Path) -> None:
    """Price tables state single tokens as 6e-07, and millions as 0.15."""
    providers = json.loads((real_data / "sources" / "models.dev" / "api.2026-05-31.json").read_text(encoding="utf-8"))
    amounts = [
        Decimal(str(amount))
        for provider in providers.values()
        for model in provider["models"].values()
        for amount in model.get("cost", {}).values()
        if isinstance(amount, int | float)
    ]
    assert len(amounts) > 5_000
    for amount in amounts:
        for per in (1_000_000, 1):
            text = wording.price(amount if per > 1 else amount / 1_000_000, "USD", per, "input_tokens")
            assert not EXPONENT.search(text), text
