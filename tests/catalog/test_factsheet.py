"""The registry of facts: what each takes, refuses, and when two values agree."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import DataType, Kind
from catalog.factsheet import FACTS, CannotAccept, FactSpec, facts_of


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("parameters_total", 141_000_000_000, 141_000_000_000),
        ("context_window", 1, 1),
        ("open_weights", False, False),
        ("architecture", "  Mixture of experts ", "Mixture of experts"),
        ("version", 3.1, "3.1"),  # YAML reads an unquoted version as a number
        ("version", 2, "2"),
        ("released", "2026-05-31", "2026-05-31"),
        ("released", "2026-05", "2026-05"),
        ("released", 2026, "2026"),
        ("released", dt.date(2026, 5, 31), "2026-05-31"),
        ("released", dt.datetime(2026, 5, 31, 12, tzinfo=dt.UTC), "2026-05-31"),
        ("released", "2024-02-29", "2024-02-29"),
        ("languages", ["fr", " de ", "fr"], ["fr", "de"]),
        ("languages", ("fr",), ["fr"]),
        ("input_modalities", ["text", "image"], ["text", "image"]),
    ],
)
def test_a_good_value_is_stored_as(name: str, value: Any, stored: Any) -> None:
    assert FACTS[name].clean(value) == stored
    assert FACTS[name].clean(FACTS[name].clean(value)) == stored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parameters_total", True),  # booleans are integers to Python alone
        ("parameters_total", "141000000000"),
        ("parameters_total", 1.5),
        ("parameters_total", None),
        ("parameters_total", 0),
        ("parameters_total", -1),
        ("parameters_total", 10**16),
        ("open_weights", 1),
        ("open_weights", "yes"),
        ("open_weights", None),
        ("architecture", ""),
        ("architecture", "   "),
        ("architecture", True),
        ("architecture", None),
        ("architecture", ["a"]),
        ("architecture", "x" * 201),
        ("released", "2026-02-30"),
        ("released", "2025-02-29"),
        ("released", "2026-13"),
        ("released", "2026-00"),
        ("released", "2026-05-00"),
        ("released", "31 May 2026"),
        ("released", "2026-5-31"),
        ("released", "2026-05-31T00:00:00"),
        ("released", "2026-05-31\n"),
        ("released", "1949-12-31"),
        ("released", "2100-01-02"),
        ("released", "0000"),
        ("released", True),
        ("released", None),
        ("released", "２０２６-05-31"),  # digits of another script: no page could print them as a date
        ("languages", "fr"),
        ("languages", []),
        ("languages", ["fr", ""]),
        ("languages", ["fr", 1]),
        ("languages", {"fr": 1}),
        ("input_modalities", ["smell"]),
        ("input_modalities", ["text", True]),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(name: str, value: Any) -> None:
    with pytest.raises(CannotAccept) as refusal:
        FACTS[name].clean(value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("parameters_total", 140_600_000_000, 141_000_000_000, True),  # rounded
        ("parameters_total", 141_000_000_000, 176_000_000_000, False),
        ("context_window", 32_000, 32_768, True),  # both are called 32K
        ("context_window", 32_768, 65_536, False),
        ("context_window", 128_000, 131_072, True),
        ("tool_count", 12, 13, False),
        ("size_bytes", 67 * 10**12, 65 * 10**12, True),
        ("size_bytes", 67 * 10**12, 60 * 10**12, False),
        ("open_weights", True, False, False),
        ("open_weights", True, True, True),
        ("released", "2026-05", "2026-05-31", True),
        ("released", "2026", "2026-05", True),
        ("released", "2026-05-30", "2026-05-31", False),
        ("released", "2025", "2026-05-31", False),
        ("languages", ["fr", "de"], ["DE", "FR"], True),
        ("languages", ["fr"], ["fr", "de"], False),
        ("input_modalities", ["text", "image"], ["image", "text"], True),
        ("authentication", "api key", "API key", True),
        ("authentication", "OAuth", "API key", False),
        ("architecture", "MoE", "Sparse mixture of experts", True),  # free text: other words are no contradiction
    ],
)
def test_agreement(name: str, one: Any, other: Any, expected: bool) -> None:
    assert FACTS[name].agrees(one, other) is expected
    assert FACTS[name].agrees(other, one) is expected


def test_agreement_has_its_edge_at_the_tolerance() -> None:
    spec = FactSpec("n", "N", "integer", frozenset({Kind.MODEL}), tolerance=0.01)
    assert spec.agrees(99, 100)
    assert not spec.agrees(98, 100)
    assert FactSpec("n", "N", "integer", frozenset({Kind.MODEL})).agrees(0, 0)


_days = st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(1, 10_000),
    "text": st.text("aAbB", min_size=1, max_size=3),
    "boolean": st.booleans(),
    "date": st.one_of(
        _days.map(dt.date.isoformat), _days.map(lambda d: f"{d:%Y-%m}"), _days.map(lambda d: str(d.year))
    ),
    "list": st.lists(st.text("aAbB", min_size=1, max_size=2), min_size=1, max_size=4),
    "types": st.lists(st.sampled_from(DataType.values), min_size=1, max_size=4),
}
specs_with_values = st.sampled_from(list(FACTS.values())).flatmap(
    lambda spec: st.tuples(st.just(spec), _VALUES[spec.type], _VALUES[spec.type])
)


@given(specs_with_values)
def test_agreement_is_symmetric_and_each_value_agrees_with_itself(case: tuple[FactSpec, Any, Any]) -> None:
    spec, one, other = case
    assert spec.agrees(one, other) == spec.agrees(other, one)
    assert spec.agrees(one, one)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


@given(st.sampled_from(list(FACTS.values())), anything)
def test_any_value_is_cleaned_for_good_or_refused(spec: FactSpec, value: Any) -> None:
    try:
        stored = spec.clean(value)
    except CannotAccept:
        return
    assert spec.clean(stored) == stored
    assert spec.agrees(stored, stored)


def test_facts_of_a_kind_come_in_page_order() -> None:
    names = [spec.name for spec in facts_of(Kind.MODEL)]
    assert names[:3] == ["parameters_total", "parameters_active", "context_window"]
    assert names == [name for name in FACTS if name in set(names)]
    assert "tool_count" not in names
    assert "tool_count" in [spec.name for spec in facts_of(Kind.MCP)]


def test_every_fact_has_a_type_that_can_be_cleaned_and_belongs_to_a_kind() -> None:
    for name, spec in FACTS.items():
        assert name == spec.name
        assert spec.type in _VALUES
        assert spec.kinds
        assert spec.label
