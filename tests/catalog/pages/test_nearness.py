"""Which capabilities a reader may have meant."""

from __future__ import annotations

import pytest

from catalog.columns import columns
from catalog.models import Synonym
from catalog.pages.nearness import capabilities_near
from catalog.state import live_state
from catalog.vocabulary import merge
from tests.factories import make_capability

pytestmark = pytest.mark.django_db


def near(text: str, count: int = 5) -> list[str]:
    return [term.name for term in capabilities_near(text, columns(live_state()), count=count)]


def test_the_nearest_comes_first() -> None:
    make_capability(name="Object detection", description="Finds things in a picture.")
    make_capability(name="Summarisation", description="Says the same in fewer words.")
    assert near("summarise a text")[0] == "Summarisation"
    assert near("find things in pictures")[0] == "Object detection"


def test_a_synonym_counts() -> None:
    odd = make_capability(name="Gist", description="")
    make_capability(name="Object detection", description="")
    Synonym.objects.create(capability=odd, text="text summarization")
    assert near("summarization of texts")[0] == "Gist"


def test_nothing_comes_near() -> None:
    make_capability(name="Object detection", description="Finds things in a picture.")
    assert near("🙂") == []
    assert near("") == []


def test_an_empty_vocabulary() -> None:
    assert near("summarise a text") == []


def test_a_merged_capability_is_not_offered() -> None:
    old, into = make_capability(name="Text summarization"), make_capability(name="Summarisation")
    assert near("summarization")[0] in ("Text summarization", "Summarisation")
    merge(old, into=into, why="x")
    assert near("summarization") == ["Summarisation"]


def test_no_more_than_asked_for() -> None:
    for n in range(8):
        make_capability(name=f"Summarisation {n}")
    assert len(near("summarisation", count=3)) == 3
