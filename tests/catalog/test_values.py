"""How editors write values: words and numbers, read back as they were."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import values
from catalog.factsheet import FACTS, CannotAccept


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("context_window", "65536", 65536),
        ("context_window", " 65,536 ", 65536),
        ("context_window", "128k", 128_000),
        ("parameters_total", "7.25B", 7_250_000_000),
        ("parameters_total", "141 billion", 141_000_000_000),
        ("open_weights", "Yes", True),
        ("open_weights", "false", False),
        ("languages", "en, fr", ["en", "fr"]),
        ("languages", '["a, b", "c"]', ["a, b", "c"]),
        ("input_modalities", "Text, image", ["text", "image"]),
        ("released", "2024-04", "2024-04"),
        ("architecture", "Sparse mixture, 8 experts", "Sparse mixture, 8 experts"),
        ("architecture", '"[odd] name"', "[odd] name"),
    ],
)
def test_values_in_words(name: str, text: str, value: Any) -> None:
    assert values.read(FACTS[name], text) == value


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("context_window", "many", "whole number such as"),
        ("context_window", "1.5", "whole number"),
        ("context_window", "1,5k", "whole number"),
        ("parameters_total", "7,25B", "whole number"),
        ("context_window", "[" * 100_000, "."),
        ("context_window", "[1", "."),
        ("open_weights", "perhaps", "yes or no"),
        ("input_modalities", "smell", "not a data type"),
        ("released", "someday", "takes a date"),
        ("languages", " , ", "list of texts"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, text: str, complaint: str) -> None:
    with pytest.raises(CannotAccept, match=complaint):
        values.read(FACTS[name], text)


plain = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40).filter(
    lambda text: text.strip() == text
)


@given(st.one_of(st.booleans().map(lambda v: ("open_weights", v)), st.integers(1, 10**9).map(lambda v: ("rows", v))))
def test_numbers_and_answers_come_back_as_they_were(case: tuple[str, Any]) -> None:
    name, value = case
    assert values.read(FACTS[name], values.written(value)) == value


@given(st.lists(plain, min_size=1, max_size=4, unique=True))
def test_lists_come_back_as_they_were(value: list[str]) -> None:
    """Whatever stands in them: commas, line ends, brackets."""
    assert values.read(FACTS["languages"], values.written(value)) == value


@given(plain)
def test_texts_come_back_as_they_were(value: str) -> None:
    assert values.read(FACTS["architecture"], values.written(value)) == value


def test_failures_are_written_one_a_line() -> None:
    text = "Loses the thread | common | Ask again\nStops early"
    read = values.failures(text)
    assert read == [
        {"mode": "Loses the thread", "frequency": "common", "mitigation": "Ask again"},
        {"mode": "Stops early", "frequency": "unknown", "mitigation": ""},
    ]
    assert values.failures(values.failures_written(read)) == read
