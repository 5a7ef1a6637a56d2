"""The 19 kinds."""

from __future__ import annotations

import pytest

from catalog.choices import Kind
from catalog.factsheet import facts_of
from catalog.kinds import KINDS


def test_there_are_19_and_each_is_described() -> None:
    assert len(Kind) == 19
    assert set(KINDS) == set(Kind.values)


@pytest.mark.parametrize("kind", Kind.values)
def test_each_has_a_label_a_plural_and_a_sentence(kind: str) -> None:
    spec = KINDS[kind]
    assert spec.label
    assert spec.plural != spec.label
    assert spec.sentence.endswith(".")
    assert spec.sentence[0].isupper()


def test_within_a_sentence_only_capitals_that_are_words_become_small() -> None:
    assert KINDS["mcp"].plural_within == "MCP servers"
    assert KINDS["api"].plural_within == "APIs"
    assert KINDS["webapp"].plural_within == "web apps"


def test_plurals_and_sentences_are_told_apart() -> None:
    assert len({spec.plural for spec in KINDS.values()}) == len(KINDS)
    assert len({spec.sentence for spec in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", Kind.values)
def test_each_has_facts_and_all_share_version_and_dates(kind: str) -> None:
    assert {"version", "released", "last_updated"} <= {spec.name for spec in facts_of(kind)}
