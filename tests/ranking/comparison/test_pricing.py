"""What a month costs, and what each unit does: only what providers are known to ask, in one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ranking.comparison.preferences import Workload
from ranking.comparison.pricing import cost_of, price_rows
from ranking.comparison.table import State
from tests.ranking.comparison.subjects import price, subject

MONTH = Workload(input_tokens=2_000_000, output_tokens=1_000_000)


def both(provider: str, of_input: str, of_output: str, **overrides: object) -> tuple:
    return (
        price(of_input, provider=provider, **overrides),
        price(of_output, "output_tokens", provider=provider, **overrides),
    )


def test_a_month_costs_what_the_cheapest_provider_asks_for_all_of_it() -> None:
    it = subject(prices=(*both("Dear", "2", "6"), *both("Cheap", "1", "3")))
    cost = cost_of(it, MONTH)
    assert cost is not None
    assert (cost.provider, cost.amount, cost.currency) == ("Cheap", Decimal("5.00"), "USD")


def test_a_provider_whose_price_for_a_part_is_unknown_is_not_taken_for_free() -> None:
    it = subject(prices=(price("0.01", provider="Half known"), *both("Whole", "1", "3")))
    cost = cost_of(it, MONTH)
    assert cost is not None
    assert cost.provider == "Whole"
    assert cost_of(subject(prices=(price("0.01"),)), MONTH) is None


def test_a_price_with_a_condition_is_not_the_readers_price() -> None:
    assert cost_of(subject(prices=both("Alpha", "1", "3", tier="over 200K tokens")), MONTH) is None


def test_who_asks_by_the_call_is_paid_by_the_call() -> None:
    it = subject(prices=(price("0.005", "request", per=1),))
    cost = cost_of(it, Workload(calls=1_000))
    assert cost is not None
    assert cost.amount == Decimal("5.00")
    assert cost_of(it, MONTH) is None


def test_calls_add_to_tokens_where_both_are_asked_for() -> None:
    it = subject(prices=(*both("Alpha", "1", "3"), price("0.01", "request", per=1)))
    cost = cost_of(it, Workload(2_000_000, 1_000_000, 100))
    assert cost is not None
    assert cost.amount == Decimal("6.00")


def test_less_than_a_cent_is_not_rounded_to_nothing() -> None:
    cost = cost_of(subject(prices=both("Alpha", "1", "3")), Workload(input_tokens=10, output_tokens=10))
    assert cost is not None
    assert cost.amount == Decimal("0.00004")


def test_prices_of_two_currencies_say_nothing_of_which_is_less() -> None:
    row = row_of([subject("a", prices=(price("1"),)), subject("b", prices=(price("1", currency="EUR"),))])
    assert row.differs
    assert row.better == 0


def row_of(subjects: list, name: str = "price.input_tokens", workload: Workload | None = None):
    return next(row for row in price_rows(subjects, workload or Workload()) if row.name == name)


def test_a_unit_is_shown_from_the_cheapest_provider_to_the_dearest() -> None:
    cell = row_of([subject(prices=(price("3", provider="B"), price("2", provider="A")))]).cells[0]
    assert cell.text == "$2.00–$3.00 per 1M input tokens"
    assert cell.note == "at 2 providers"
    assert [statement.source.title for statement in cell.said] == ["A", "B"]
    assert (cell.value["amount"], cell.value["highest"]) == (2e-6, 3e-6)


def test_what_is_given_away_does_not_hide_what_is_asked() -> None:
    cell = row_of([subject(prices=(price("0", provider="Trial"), price("2", provider="A")))]).cells[0]
    assert cell.text == "$2.00 per 1M input tokens"


def test_an_unknown_price_is_unknown_and_not_free() -> None:
    rows = {row.name: row for row in price_rows([subject("a", prices=(price("1"),)), subject("b")], MONTH)}
    assert rows["price.input_tokens"].cells[1].state == State.UNKNOWN
    assert rows["free"].cells[1].state == State.UNKNOWN
    assert rows["price.workload"].cells[1].state == State.UNKNOWN
    assert not rows["price.input_tokens"].differs


@pytest.mark.parametrize(
    ("given", "value", "text"),
    [
        ((price("0", "download", per=1),), True, "Free to download"),
        ((price("0", provider="Trial", tier="20 a day"),), True, "At Trial"),
        ((price("1"),), False, "No"),
    ],
)
def test_free_use_names_how(given: tuple, value: bool, text: str) -> None:
    cell = row_of([subject(prices=given)], "free").cells[0]
    assert (cell.value, cell.text) == (value, text)


def test_the_condition_of_free_use_is_told() -> None:
    cell = row_of([subject(prices=(price("0", provider="Trial", tier="20 a day"),))], "free").cells[0]
    assert cell.note == "20 a day"


def test_the_dearest_price_for_the_largest_month_has_a_cost() -> None:
    """However absurd: both are taken in, so the page has to show their product."""
    cost = cost_of(subject(prices=(price("999999999999", per=1),)), Workload(input_tokens=10**15))
    assert cost is not None
    assert cost.amount == Decimal("999999999999000000000000000")
