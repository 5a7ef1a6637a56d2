"""The match graph's and the index's tasks by hand: the same functions, and a line of what they did."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from ranking import indexing
from ranking.models import Intent, MatchIndex, Salt, Search
from tests.factories import make_artifact
from tests.ranking.graph.conftest import own_folders  # noqa: F401
from tests.ranking.graph.events import choose, search

pytestmark = pytest.mark.django_db


def told(name: str, **options: object) -> str:
    out = io.StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue().strip()


def test_events_are_folded_and_the_index_knows():
    """The first time everything; a second time there is nothing left to do, and anew is everything."""
    artifact = make_artifact(name="Scribe", slug="scribe")
    assert told("fold_feedback") == "searches=0 feedback=0, everything anew"
    choose(search("transcribe a podcast", artifact), artifact)
    assert told("fold_feedback") == "searches=1 feedback=1"
    assert Intent.objects.get().searches_count == 1
    index = MatchIndex.objects.get(is_live=True)
    assert told("fold_feedback") == "searches=0 feedback=0"
    assert MatchIndex.objects.get(is_live=True) == index
    assert told("fold_feedback", anew=True) == "searches=1 feedback=1, everything anew"


def test_the_index_is_made_once_and_again_when_asked():
    make_artifact(name="Scribe", slug="scribe")
    assert told("refresh_index").startswith("Index 1: 1 documents, made anew in")
    assert told("refresh_index").startswith("Nothing has changed")
    assert told("refresh_index", anew=True).startswith("Index 2: 1 documents, made anew in")
    assert indexing.engine() is not None


def test_old_words_and_salts_are_forgotten():
    make_artifact(name="Scribe", slug="scribe")
    search("transcribe a podcast", ago=9_000, is_folded=True)
    Salt.objects.create(purpose="actor", starts_on=timezone.now().date().replace(year=2020), value="00")
    assert told("forget_searches") == "words=1 salts=1"
    assert Search.objects.get().text == ""
    assert told("forget_searches") == "words=0 salts=0"
