"""What is proposed while one types: names and needs that are public, in a few queries, and nothing is written down."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.columns import columns
from catalog.models import Artifact
from catalog.state import live_state
from ranking.graph import folding
from ranking.models import Search
from ranking.views import matching
from tests.catalog.pages.markup import Page
from tests.factories import make_artifact, make_capability, make_offering, make_publisher
from tests.ranking.graph.conftest import own_folders  # noqa: F401
from tests.ranking.graph.events import NOW, search
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
@remembered
def catalog() -> Artifact:
    publisher = make_publisher(name="Acme")
    scribe = make_artifact(name="Écrivain Scribe", slug="scribe", kind="model", publisher=publisher)
    make_artifact(name="Inscriber", slug="inscriber", kind="model")
    make_artifact(name="Scribble", slug="hidden", kind="model", lifecycle="draft")
    speech = make_capability(key="audio.transcription", slug="transcription", name="Speech transcription")
    make_capability(key="audio.scribing", slug="scribing", name="Scribing that nobody offers")
    make_offering(artifact=scribe, capability=speech)
    return scribe


def options(client: Client, text: str, **more: str) -> list[tuple[str, str | None]]:
    response = client.get("/search/suggestions/", {"q": text, **more})
    assert response.status_code == 200
    return [(one["data-value"], one.attributes.get("data-address")) for one in Page(response).all("li", role="option")]


def asked_by(people: int, text: str, artifact: Artifact, **given: object) -> None:
    for who in range(people):
        search(text, artifact, who=who, ago=1 + who % 4, **given)
    folding.fold(now=NOW)


def test_names_are_proposed_by_the_beginnings_of_their_words(client):
    """Accents and case do not count; the middle of a word does not begin it."""
    assert options(client, "scri") == [("Écrivain Scribe", "/artifacts/scribe/")]
    assert options(client, "SCRIBE ecri") == [("Écrivain Scribe", "/artifacts/scribe/")]
    assert options(client, "rivai") == []


@pytest.mark.parametrize("more", [{}, {"of": "artifacts"}])
def test_a_mistyped_name_is_proposed_where_nothing_else_is(client, more):
    assert [name for name, _ in options(client, "scrbie", **more)] == ["Écrivain Scribe"]
    assert options(client, "scrbie nothing", **more) == []


def test_a_capability_is_proposed_where_somebody_offers_it(client):
    assert options(client, "speech") == [("Speech transcription", "/capabilities/transcription/")]


def test_a_need_of_many_is_proposed_and_that_of_few_is_not(client, catalog):
    asked_by(9, "draw a logo", catalog)
    assert options(client, "draw a") == []
    asked_by(3, "draw a logo", catalog, network="ff")
    for who in range(20, 24):
        search("draw a logo", catalog, who=who, ago=2)
    folding.fold(now=NOW)
    assert options(client, "draw a") == [("draw a logo", "/search/?q=draw+a+logo")]


def test_a_made_up_need_is_marked(client, catalog):
    asked_by(12, "draw a logo", catalog, is_sample=True)
    assert "asked by 12 people, sample" in client.get("/search/suggestions/?q=draw").content.decode()


def test_a_need_stays_marked_where_only_some_of_it_is_made_up(client, catalog):
    asked_by(12, "draw a logo", catalog, is_sample=True)
    asked_by(1, "draw a logo", catalog, network="ff")
    assert ", sample" in client.get("/search/suggestions/?q=draw").content.decode()


def test_a_picker_gets_artifacts_alone_and_no_addresses(client):
    assert options(client, "scri", of="artifacts") == [("Écrivain Scribe", None)]
    assert options(client, "speech", of="artifacts") == []


@pytest.mark.parametrize(
    "text", ["", " ", "s", "?", "\x00", "a\x00b", "' OR 1=1 --", "%", "(", "\\", "🎧", "x" * 5_000]
)
def test_whatever_is_typed_is_answered(client, text):
    assert options(client, text) == []


def test_a_single_ideograph_is_enough(client):
    make_artifact(name="語 model", slug="go")
    assert options(client, "語") == [("語 model", "/artifacts/go/")]


def test_names_are_no_markup(client):
    make_artifact(name="<b>Bold</b> & co", slug="bold")
    response = client.get("/search/suggestions/?q=co")
    assert b"<b>" not in response.content
    assert options(client, "co") == [("<b>Bold</b> & co", "/artifacts/bold/")]


def test_nothing_of_it_is_written_down(client):
    options(client, "scribe")
    assert not Search.objects.exists()


def test_it_takes_four_queries_at_most_whatever_there_is(client):
    counts = []
    for more in (0, 30):
        for n in range(more):
            make_artifact(name=f"Scribe {n}")
        columns(live_state()).shown.clear()
        with CaptureQueriesContext(connection) as asked:
            options(client, "scribe")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


def test_who_types_for_ever_is_asked_to_wait(client, monkeypatch):
    monkeypatch.setattr(matching, "MOST_SUGGESTED", 2)
    codes = [client.get("/search/suggestions/?q=scribe").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert int(client.get("/search/suggestions/?q=scribe")["Retry-After"]) > 0
