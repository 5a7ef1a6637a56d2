"""Which wishes are read out of an intent's words, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import DataType, Kind
from ranking.match import understanding
from ranking.match.understanding import understood_in


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("MCP server for GitHub issues", [("kind:mcp", "MCP server")]),
        ("I need a dataset of labelled images", [("kind:dataset", "dataset")]),
        ("a Python framework for agents", [("kind:framework", "Python framework")]),
        ("best LLM for writing tests", [("kind:model", "LLM")]),
        ("VS Code extension that explains code", [("kind:extension", "VS Code extension")]),
        ("free tool to draw diagrams", [("price:free", "free")]),
        ("transcribe meetings for free", [("price:free", "for free")]),
        ("image generation with open weights", [("weights:open", "open weights")]),
        ("open-source voice assistant", [("source:open", "open-source")]),
        ("chatbot that runs locally", [("runs:locally", "runs locally")]),
        ("self-hosted translation", [("runs:locally", "self-hosted")]),
        ("OCR under the MIT licence", [("licence:permissive", "MIT licence")]),
        ("speech to text", [("input:audio", "speech"), ("output:text", "text")]),
        ("convert PDFs into audio", [("input:document", "PDFs"), ("output:audio", "audio")]),
        ("free speech to text", [("price:free", "free"), ("input:audio", "speech"), ("output:text", "text")]),
    ],
)  # fmt: skip
def test_a_wish_is_found_with_its_words(query: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.facet, one.words) for one in understood_in(query)] == expected


@pytest.mark.parametrize(
    "query",
    [
        "",
        "summarise long texts",
        "gluten-free recipes",
        "a hotel with free breakfast",
        "evaluate my dataset",
        "I have a large dataset of orders to cluster",
        "tools that are not free",
        "fill in free-text answers",
        "hands-free dictation",
        "find a specific model of voltage regulator",
        "make the code faster",
        "agent of change",
        "serve a language model to many users",
        "run an llm quickly",
        "deploy the model to production",
        "chat with my dataset",
    ],
)
def test_what_is_no_wish(query: str) -> None:
    assert understood_in(query) == ()


def test_every_facet_is_one_of_the_catalog() -> None:
    """A wish for a kind or type that no artifact can have would never be met."""
    assert {kind for kind, *_ in understanding._KINDS} <= set(Kind.values)
    assert set(understanding._TYPES) <= set(DataType.values)


@given(st.text(alphabet=st.sampled_from("free opnwightsmcİß3d-to .,\N{ROCKET}"), max_size=120))
def test_the_words_stand_in_the_query(query: str) -> None:
    for one in understood_in(query):
        assert one.words
        assert one.words in " ".join(query.split()) or one.words in __import__("unicodedata").normalize("NFKC", query)
