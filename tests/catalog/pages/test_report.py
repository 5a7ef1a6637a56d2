"""A reader reports an error, and sees what became of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from catalog.desk.reports import decide
from catalog.models import Artifact, Report
from tests.cast import erin
from tests.factories import make_artifact, make_fact

pytestmark = pytest.mark.django_db
WORDS = "The window is 64K, as the card says."


@pytest.fixture(autouse=True)
def nobody_has_reported() -> None:
    caches["limits"].clear()


@pytest.fixture
def artifact() -> Artifact:
    artifact = make_artifact(slug="heron", name="Heron")
    make_fact(artifact=artifact)
    return artifact


def send(client: Client, about: str = "/artifacts/heron/", **said: Any) -> Any:
    return client.post(f"/report/?about={about}", {"section": "facts", "text": WORDS, "website": "", **said})


def test_from_a_section_to_the_outcome(client: Client, artifact: Artifact) -> None:
    page = client.get("/artifacts/heron/").content.decode()
    assert "/report/?about=/artifacts/heron/&amp;section=facts" in page
    form = client.get("/report/?about=/artifacts/heron/&section=facts").content.decode()
    assert '<option value="facts" selected>' in form
    assert "Heron" in form
    answer = send(client)
    report = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{report.code}/")
    assert (report.artifact, report.section, report.address, report.text) == (
        artifact,
        "facts",
        "/artifacts/heron/",
        WORDS,
    )
    assert "An editor will look at it" in client.get(answer["Location"]).content.decode()
    decide(report, state="mended", outcome="It says 64K now.", by=erin())
    assert "It says 64K now." in client.get(answer["Location"]).content.decode()
    changes = client.get("/artifacts/heron/changes/").content.decode()
    assert "A reader reported an error in facts: mended" in changes
    assert "It says 64K now." in changes


def test_what_a_reader_wrote_is_shown_to_nobody(client: Client, artifact: Artifact) -> None:
    answer = send(client, text="<script>alert(1)</script> is wrong")
    assert "alert(1)" not in client.get(answer["Location"]).content.decode()
    assert "alert(1)" not in client.get("/artifacts/heron/changes/").content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": ""}, "Say in a sentence what is wrong"),
        ({"text": "wrong"}, "Say in a sentence what is wrong"),
        ({"text": "x" * 2_001}, "at most 2000 characters"),
        ({"section": "elsewhere"}, "Select a valid choice. elsewhere"),
    ],
)
def test_what_is_no_report_comes_back_with_its_words(
    client: Client, artifact: Artifact, said: dict[str, str], words: str
) -> None:
    answer = send(client, **said)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Report.objects.exists()


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(client: Client, artifact: Artifact) -> None:
    answer = send(client, website="https://spam.example")
    assert (answer.status_code, answer["Location"]) == (302, "/artifacts/heron/")
    assert not Report.objects.exists()


def test_five_an_hour(client: Client, artifact: Artifact) -> None:
    for number in range(5):
        assert send(client, text=f"{WORDS} {number}").status_code == 302
    answer = send(client, text="One more thing is wrong.")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "One more thing is wrong." in answer.content.decode(), "nothing that was written is lost"
    assert Report.objects.count() == 5


@pytest.mark.parametrize(
    "about", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/a b", "", "/x" * 200, "/nowhere/"]
)
def test_only_a_page_of_ours_is_reported(client: Client, about: str) -> None:
    form = client.get("/report/", {"about": about})
    assert form.status_code == 200
    assert "evil" not in form.content.decode()
    assert "javascript:" not in form.content.decode()
    answer = client.post(f"/report/?about={about}", {"section": "listing", "text": WORDS})
    assert answer.status_code == 302
    assert Report.objects.get().artifact is None
    assert client.get(answer["Location"]).status_code == 200


def test_a_draft_is_not_named(client: Client) -> None:
    make_artifact(slug="hidden", name="Hidden heron", lifecycle="draft", published_at=None)
    assert "Hidden heron" not in client.get("/report/?about=/artifacts/hidden/").content.decode()
    answer = send(client, about="/artifacts/hidden/")
    assert Report.objects.get().artifact is None
    assert "Hidden heron" not in client.get(answer["Location"]).content.decode()


def test_it_takes_a_token() -> None:
    assert send(Client(enforce_csrf_checks=True)).status_code == 403


def test_nothing_of_it_is_kept_or_indexed(client: Client, artifact: Artifact) -> None:
    for address in ("/report/?about=/artifacts/heron/", send(client)["Location"]):
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"]
        assert 'content="noindex"' in answer.content.decode()


def test_an_unknown_report_is_404(client: Client) -> None:
    assert client.get("/reports/nothing/").status_code == 404
