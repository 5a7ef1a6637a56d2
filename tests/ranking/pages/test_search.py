"""The search page: answers with reasons, near misses that look different, choices by a button and never by a link."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact
from ranking import indexing
from ranking.graph import folding, recording
from ranking.models import Feedback, Search
from tests.factories import make_artifact, make_capability, make_offering
from tests.ranking.graph.conftest import own_folders  # noqa: F401
from tests.ranking.graph.events import NOW, choose, search
from tests.ranking.pages.conftest import Look

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 Firefox/140"


@pytest.fixture
def reader() -> Client:
    return Client(headers={"user-agent": FIREFOX})


@pytest.fixture
def catalog() -> None:
    speech = make_capability(key="audio.transcription", slug="transcription", name="Speech transcription")
    for name in ("Scribe", "Stenographer"):
        artifact = make_artifact(name=name, slug=name.lower(), kind="model", tagline="Turns speech into text")
        make_offering(
            artifact=artifact,
            capability=speech,
            title=f"{name} writes down speech",
            description="Transcribes podcasts and meetings.",
            limitations=["No podcast longer than an hour."],
        )
    for name, does in (
        ("Painter", "Generates pictures from a text"),
        ("Clerk", "Fills in forms on web pages"),
        ("Librarian", "Finds research papers on a topic"),
        ("Cook", "Plans meals for a week"),
        ("Weather", "Forecasts rain for a place"),
        ("Chemist", "Predicts how molecules react"),
    ):
        make_artifact(name=name, slug=name.lower(), kind="model", tagline=does)
    indexing.refresh(now=timezone.now())


def test_the_empty_page_says_how_to_begin(look: Look):
    assert "Say it in your own words" in look("/search/").source


def test_an_answer_has_its_capability_reasons_and_limits(reader, catalog):
    body = reader.get("/search/", {"q": "transcribe a podcast"}).content.decode()
    assert "Speech transcription" in body
    assert "Its listing has" in body
    assert "Known limitation: No podcast longer than an hour." in body
    assert "/compare/scribe-vs-stenographer/" in body


@pytest.mark.parametrize("text", ["stenografer", "scrybe"])
def test_a_mistyped_name_leads_to_the_artifact(reader, catalog, text):
    body = reader.get("/search/", {"q": text}).content.decode()
    meant = body[body.index("Did you mean") :].partition("</p>")[0]
    assert meant.count("<a ") == 1
    assert f'href="/artifacts/{ {"scrybe": "scribe"}.get(text, "stenographer") }/"' in meant


@pytest.mark.parametrize(
    "text", ["scribe", "transcribe a podcast", "meals", "painters", "scrybe my meetings for me please"]
)
def test_what_is_no_mistyped_name_is_not_asked_about(reader, catalog, text):
    assert "Did you mean" not in reader.get("/search/", {"q": text}).content.decode()


def test_a_word_of_a_listing_is_not_taken_for_a_slip(reader, catalog):
    """It is near to a name, and yet says what somebody wants."""
    make_artifact(name="Podcaster", slug="podcaster", kind="model")
    make_artifact(name="Broadcast", slug="broadcast", kind="model", tagline="Sends podcests")
    indexing.refresh(now=timezone.now())
    assert "Did you mean" not in reader.get("/search/", {"q": "podcests"}).content.decode()
    assert "Did you mean" in reader.get("/search/", {"q": "podcazter"}).content.decode()


def test_answers_are_never_kept_and_set_no_cookie(reader, catalog):
    response = reader.get("/search/", {"q": "transcribe a podcast"})
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert response["X-Robots-Tag"] == "noindex"


def test_a_search_is_written_down_once_the_answer_has_gone(reader, catalog):
    reader.get("/search/", {"q": "transcribe a podcast"})
    found = Search.objects.get()
    assert found.answered
    assert len(found.shown) >= 2
    assert not found.is_program


def test_asking_for_the_head_alone_is_no_search(reader, catalog):
    assert reader.head("/search/", {"q": "transcribe a podcast"}).status_code == 200
    assert not Search.objects.exists()


def test_programs_are_told_apart(catalog):
    Client(headers={"user-agent": "Googlebot/2.1"}).get("/search/", {"q": "transcribe a podcast"})
    assert Search.objects.get().is_program


def test_what_is_still_being_typed_is_neither_written_nor_chosen(reader, catalog):
    response = reader.get("/search/", {"q": "transc"}, headers={"HX-Request": "true", "HX-Trigger-Name": "q"})
    body = response.content.decode()
    assert not Search.objects.exists()
    assert "/search/choose/" not in body
    assert 'hx-trigger="load delay:2500ms"' in body, "it settles once typing has stopped"


def form_of(body: str) -> dict[str, str]:
    start = body.index('name="token" value="') + len('name="token" value="')
    return {"token": body[start : body.index('"', start)], "artifact": "scribe"}


def test_choosing_is_noted_and_leads_on(reader, catalog):
    form = form_of(reader.get("/search/", {"q": "transcribe a podcast"}).content.decode())
    response = reader.post("/search/choose/", form)
    assert response.status_code == 302
    assert response["Location"].startswith("/search/chosen/?")
    assert Feedback.objects.get().doubt == ""
    assert "did it work?" in reader.get(response["Location"]).content.decode()


def test_following_a_link_chooses_nothing(reader, catalog):
    form = form_of(reader.get("/search/", {"q": "transcribe a podcast"}).content.decode())
    assert reader.get("/search/choose/", form).status_code == 405
    reader.get("/search/chosen/", form)
    reader.get("/artifacts/scribe/")
    assert not Feedback.objects.exists()


def test_an_outcome_is_taken_once(reader, catalog):
    form = form_of(reader.get("/search/", {"q": "transcribe a podcast"}).content.decode())
    first = reader.post("/search/chosen/", {**form, "worked": "yes", "comment": "fast"})
    again = reader.post("/search/chosen/", {**form, "worked": "no"})
    assert "Thank you" in first.content.decode()
    assert again.status_code == first.status_code == 200
    assert Feedback.objects.get().worked is True


@pytest.mark.parametrize("changes", [{"worked": ""}, {"worked": "yes", "token": "x"}])
def test_an_outcome_that_cannot_be_taken_says_why(reader, catalog, changes):
    form = form_of(reader.get("/search/", {"q": "transcribe a podcast"}).content.decode())
    response = reader.post("/search/chosen/", {**form, **changes})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_a_choice_with_a_stale_token_still_leads_to_the_artifact(reader, catalog):
    response = reader.post("/search/choose/", {"token": "stale", "artifact": "scribe"})
    assert response["Location"] == "/artifacts/scribe/"


def test_wishes_in_the_words_are_chips_that_can_be_taken_away(reader, catalog):
    make_artifact(name="Free scribe", slug="free-scribe", kind="mcp", tagline="An MCP server that transcribes podcasts")
    indexing.refresh(now=timezone.now())
    body = reader.get("/search/", {"q": "an mcp server to transcribe podcasts"}).content.decode()
    assert "without=kind%3Amcp" in body
    assert "stenographer" not in body
    wider = reader.get(
        "/search/", {"q": "an mcp server to transcribe podcasts", "without": "kind:mcp"}
    ).content.decode()
    # It is seen to be off, can be put back, and stays off when the form is sent again.
    assert "Taken as plain words" in wider
    assert '<input type="hidden" name="without" value="kind:mcp">' in wider


def test_wishes_that_nothing_meets_are_said_to_be_left_aside(reader, catalog):
    body = reader.get("/search/", {"q": "free transcription tool that runs locally"}).content.decode()
    assert "Left aside, because nothing here is known to be so: Free, Runs locally." in body
    assert "without=price" not in body


def test_a_reason_that_rests_on_made_up_choices_says_so(reader, catalog):
    """Public or not, as quoted or as something like it."""
    scribe = Artifact.objects.get(slug="scribe")
    for who in range(12):
        one = search("note down what is spoken", scribe, who=who, ago=1 + who % 4, is_sample=True)
        choose(one, scribe, is_sample=True)
    folding.fold(now=NOW)
    indexing.refresh(now=NOW)
    body = reader.get("/search/", {"q": "note down what is spoken"}).content.decode()
    assert "People who asked “note down what is spoken” chose it (sample)." in body


def test_filters_that_are_none_are_left_out(reader, catalog):
    response = reader.get("/search/", {"q": "transcribe", "kind": "nonsense", "without": ["x", "kind:y", ":"]})
    assert response.status_code == 200


def test_who_asks_too_often_is_told_when_to_go_on(reader, catalog, monkeypatch):
    monkeypatch.setattr("ranking.views.matching.MOST", 2)
    answers = [reader.get("/search/", {"q": "transcribe"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_markup_in_a_query_is_text(reader, catalog):
    body = reader.get("/search/", {"q": "<script>alert(1)</script> podcast"}).content.decode()
    assert "<script>alert" not in body


def test_the_number_of_queries_does_not_grow_with_the_answers(reader, catalog, django_assert_max_num_queries):
    reader.get("/search/", {"q": "transcribe a podcast"})
    with django_assert_max_num_queries(12):
        reader.get("/search/", {"q": "transcribe meetings"})


def test_characters_that_nothing_can_keep_are_no_error(reader, catalog):
    """PostgreSQL takes no NUL in a text."""
    form = form_of(reader.get("/search/", {"q": "transcribe a podcast"}).content.decode())
    assert reader.get("/search/", {"q": "a\x00b", "kind": "\x00", "without": "\x00:\x00"}).status_code == 200
    assert reader.post("/search/chosen/", {**form, "worked": "yes", "comment": "a\x00b"}).status_code == 200
    assert reader.post("/search/choose/", {"token": "\x00", "artifact": "\x00"}).status_code == 404
    assert reader.get("/search/chosen/", {"token": "\x00", "artifact": "\x00"}).status_code == 404
    assert reader.get("/intents/a%00b/").status_code == 404


def test_nothing_is_left_to_be_written(reader, catalog):
    reader.get("/search/", {"q": "transcribe a podcast"})
    recording.write()
    assert Search.objects.count() == 1
