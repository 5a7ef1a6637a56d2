"""/api/v1/search, /resolve and /feedback."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ranking import indexing
from ranking.models import Feedback, Search
from tests.factories import make_artifact, make_capability, make_identifier, make_offering
from tests.ranking.graph.conftest import own_folders  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog() -> None:
    speech = make_capability(key="audio.transcription", slug="transcription", name="Speech transcription")
    for name, kind in (("Scribe", "mcp"), ("Stenographer", "model")):
        artifact = make_artifact(name=name, slug=name.lower(), kind=kind, tagline="Turns speech into text")
        make_offering(artifact=artifact, capability=speech, title="Writes", description="Transcribes podcasts.")
        if kind == "mcp":
            make_identifier(artifact=artifact, scheme="npm", value="@acme/scribe")
    indexing.refresh(now=timezone.now())


def post(client: Client, name: str, body: Any) -> Any:
    return client.post(f"/api/v1/{name}", body, content_type="application/json")


def found(client: Client, **asked: Any) -> dict[str, Any]:
    return client.get("/api/v1/search", {"q": "transcribe a podcast", **asked}).json()


def test_search_has_the_fixed_shape(client, catalog):
    response = client.get("/api/v1/search", {"q": "transcribe a podcast", "limit": 1})
    body = response.json()
    assert response["Cache-Control"] == "no-store"
    assert {"query", "intent", "answered", "confidence", "token", "matches", "near"} <= set(body)
    (match,) = body["matches"] or body["near"]
    assert {"artifact", "capability", "score", "why"} <= set(match)
    assert match["capability"] == {"slug": "transcription", "name": "Speech transcription"}
    assert {"slug", "name", "kind", "tagline", "url", "rank", "verified"} <= set(match["artifact"])


def test_with_and_without_a_slash(client, catalog):
    assert client.get("/api/v1/search/", {"q": "podcast"}).status_code == 200
    assert client.post("/api/v1/resolve/", {"intent": "podcast"}, content_type="application/json").status_code == 200


def test_a_kind_narrows(client, catalog):
    body = found(client, kind="mcp")
    assert [one["artifact"]["slug"] for one in body["matches"] + body["near"]] == ["scribe"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": ""},
        {"q": " "},
        {"q": "x", "limit": 0},
        {"q": "x", "limit": 51},
        {"q": "x", "kind": "y"},
        {"q": "x", "z": 1},
    ],
)
def test_what_is_not_understood_is_named(client, catalog, asked):
    response = client.get("/api/v1/search", asked)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"]


def test_asking_for_the_head_alone_is_no_search(client, catalog):
    assert client.head("/api/v1/search", {"q": "transcribe a podcast"}).status_code == 200
    assert not Search.objects.exists()


def test_resolve_names_the_best_and_how_to_use_it(client, catalog):
    body = post(client, "resolve", {"intent": "transcribe a podcast", "kind": "mcp", "limit": 3}).json()
    best = body["best"] or body["near"][0]
    assert best["artifact"]["slug"] == "scribe"
    if body["best"]:
        assert best["invocation"] == {"text": "npx -y @acme/scribe", "scheme": "npm"}


@pytest.mark.parametrize(
    "sent",
    [{}, [], "x", {"intent": ""}, {"intent": "x" * 501}, {"intent": "x", "limit": "many"}, {"intent": "x", "more": 1},
     {"intent": "x", "constraints": {"price": "cheap"}}, {"intent": "x", "constraints": {"colour": "red"}},
     {"intent": "x", "constraints": []}, {"intent": 5, "kind": []}],
)  # fmt: skip
def test_resolve_refuses_what_it_does_not_understand(client, catalog, sent):
    response = post(client, "resolve", sent)
    assert response.status_code in (200, 400)
    if sent not in ({"intent": 5, "kind": []},):
        assert response.status_code == 400


@pytest.mark.parametrize("door", ["resolve", "feedback"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 50_000, 400),
        (b'{"intent":' * 4_000 + b"1" + b"}" * 4_000, 400),
        (b'{"intent": "' + b"x" * 70_000 + b'"}', 413),
        (b'{"intent": NaN}', 400),
        (b'{"intent": "\xff"}', 400),
        (b'{"intent": "\\ud800"}', 400),
        (b"", 400),
    ],
)
def test_a_body_that_cannot_be_read_says_why(client, door, body, status):
    response = client.post(f"/api/v1/{door}", body, content_type="application/json")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]


def test_feedback_answers_the_same_whether_it_counts_or_not(client, catalog):
    body = found(client)
    slug = (body["matches"] or body["near"])[0]["artifact"]["slug"]
    sent = {"token": body["token"], "artifact": slug, "choice": True}
    first, again = post(client, "feedback", sent), post(client, "feedback", sent)
    assert first.status_code == again.status_code == 202
    assert first.content == again.content
    assert Feedback.objects.count() == 1


def test_an_outcome_follows_a_choice(client, catalog):
    body = found(client)
    slug = (body["matches"] or body["near"])[0]["artifact"]["slug"]
    post(client, "feedback", {"token": body["token"], "artifact": slug, "choice": True})
    post(client, "feedback", {"token": body["token"], "artifact": slug, "outcome": "failed", "comment": "slow"})
    assert list(Feedback.objects.order_by("pk").values_list("act", "worked")) == [("choice", None), ("outcome", False)]


def test_what_was_not_served_cannot_be_chosen(client, catalog):
    make_artifact(name="Other", slug="other")
    for slug in ("other", "nobody"):
        response = post(client, "feedback", {"token": found(client)["token"], "artifact": slug, "choice": True})
        assert response.status_code == 422
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"token": "x"}, 422), ({"choice": False}, 400), ({"outcome": "great"}, 400), ({"comment": "x" * 501}, 400)],
)
def test_feedback_that_is_wrong_says_so(client, catalog, changes, status):
    body = found(client)
    slug = (body["matches"] or body["near"])[0]["artifact"]["slug"]
    response = post(client, "feedback", {"token": body["token"], "artifact": slug, "choice": True, **changes})
    assert response.status_code == status
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("door", ["search", "resolve"])
def test_of_a_thousand_requests_in_a_second_most_are_told_to_wait(client, catalog, door, time_machine):
    """From one address; another one is answered meanwhile. Nobody waits for an engine, and nothing breaks."""
    time_machine.move_to("2026-11-21T12:00:00Z", tick=False)
    ask = (
        (lambda **given: client.get("/api/v1/search", {"q": "podcast"}, **given))
        if door == "search"
        else (lambda **given: client.post("/api/v1/resolve", {"intent": "podcast"}, "application/json", **given))
    )
    answers = [ask() for _ in range(1_000)]
    assert [one.status_code for one in answers] == [200] * 60 + [429] * 940
    assert {one["Retry-After"] for one in answers[60:]} == {"60"}
    assert {one["Content-Type"] for one in answers[60:]} == {"application/problem+json"}
    assert ask(REMOTE_ADDR="198.51.100.7").status_code == 200
