"""Proposed offerings at the desk: answered in their row or on their page, by button or by one letter."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.choices import ProposalState, TakenApartBy
from catalog.desk import offered
from catalog.models import Artifact, Offering, Proposal
from tests.cast import erin, rui
from tests.factories import make_artifact, make_capability
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
QUEUE = "/admin/queue/offered/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(erin())
    return client


@pytest.fixture
@remembered
def waiting() -> list[Proposal]:
    make_capability(key="search.web", slug="web-search", name="Web search")
    make_capability(key="code.review", slug="code-review", name="Code review")
    text = "# Heron\n- Web search: <b>asks</b> many\n- Code review: reads a change\n"
    place = offered.Place("https://github.com/a/b")
    offered.take_apart(make_artifact(name="Heron"), text, words=offered.vocabulary(), place=place)
    return list(Proposal.objects.order_by("pk"))


def address(proposal: Proposal) -> str:
    return f"/admin/catalog/proposal/{proposal.pk}/"


def test_the_queue_shows_quote_capability_and_confidence(desk: Client, waiting: list[Proposal]) -> None:
    page = desk.get(QUEUE).content.decode()
    assert "Code review: reads a change" in page
    assert "https://github.com/a/b" in page
    assert "95 %" in page
    assert "&lt;b&gt;asks" in page  # what a text holds stays text
    for key in ("a", "e", "r"):
        assert page.count(f'data-key="{key}"') == 2


def test_accepted_in_its_row_the_next_is_at_hand(desk: Client, waiting: list[Proposal]) -> None:
    first, second = waiting
    answer = desk.post(address(first), {"answer": "accept"})
    assert answer["Location"] == f"{QUEUE}#p{second.pk}"
    offering = Offering.objects.get()
    assert (offering.capability, offering.taken_apart_by) == (first.capability, TakenApartBy.RULES)
    assert "Code review" not in desk.get(QUEUE).content.decode().partition("<table")[2]


def test_refused_in_its_row_it_is_gone(desk: Client, waiting: list[Proposal]) -> None:
    first, second = waiting
    assert desk.post(address(second), {"answer": "refuse"})["Location"] == QUEUE
    assert desk.post(address(first), {"answer": "refuse"})["Location"] == QUEUE
    assert {row.state for row in Proposal.objects.all()} == {ProposalState.REFUSED}
    assert "Nothing waits here." in desk.get(QUEUE).content.decode()
    assert not Offering.objects.exists()


def edited(**fields: Any) -> dict[str, Any]:
    return {"answer": "accept", "title": "Searches many", "description": "It asks many.", "capability": "Web search",
            "input_types": ["text"], **fields}  # fmt: skip


def test_edited_it_has_the_editors_words(desk: Client, waiting: list[Proposal]) -> None:
    assert desk.post(address(waiting[0]), edited()).status_code == 302
    offering = Offering.objects.get()
    assert (offering.title, offering.input_types, offering.taken_apart_by) == ("Searches many", ["text"], "editor")


def test_another_capability_is_named_by_any_of_its_words(desk: Client, waiting: list[Proposal]) -> None:
    desk.post(address(waiting[0]), edited(capability="code.review"))
    assert Offering.objects.get().capability.key == "code.review"


@pytest.mark.parametrize(("field", "value"), [("capability", "Flying"), ("title", ""), ("input_types", ["smell"])])
def test_what_cannot_be_is_refused_with_its_reason(
    desk: Client, waiting: list[Proposal], field: str, value: Any
) -> None:
    answer = desk.post(address(waiting[0]), edited(**{field: value}))
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    assert not Offering.objects.exists()


def test_decided_meanwhile_it_says_so(desk: Client, waiting: list[Proposal]) -> None:
    offered.refuse(Proposal.objects.get(pk=waiting[0].pk), by=erin())
    answer = desk.post(address(waiting[0]), {"answer": "accept"})
    assert "It has been decided: refused." in answer.content.decode()


def test_its_page_tells_where_the_words_stand(desk: Client, waiting: list[Proposal]) -> None:
    page = desk.get(address(waiting[0])).content.decode()
    assert "<blockquote" in page
    assert "line or entry 3" in page
    assert 'value="Code review"' in page


def test_a_reader_may_not(client: Client, waiting: list[Proposal]) -> None:
    person = rui()
    person.is_staff = True
    person.save()
    client.force_login(person)
    assert client.get(address(waiting[0])).status_code == 403
    assert client.post(address(waiting[0]), {"answer": "accept"}).status_code == 403


def test_the_action_reads_the_selected_listings(desk: Client) -> None:
    make_capability(key="search.web", slug="web-search", name="Web search")
    artifact: Artifact = make_artifact(tagline="Web search for all")
    sent = {"action": "take_apart", "_selected_action": [artifact.pk]}
    answer = desk.post("/admin/catalog/artifact/", sent, follow=True)
    assert "Read 1: 1 proposed, 0 known already." in answer.content.decode()
    assert Proposal.objects.get().artifact == artifact
