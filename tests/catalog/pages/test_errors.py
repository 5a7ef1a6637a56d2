"""What stands at an address where nothing is, nothing is any more, or something broke."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from catalog.publishing import withdraw
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.markup import Page
from tests.catalog.pages.shelves import Shelves

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/artifacts/nothing/",
        "/artifacts/nothing/changes/",
        "/capabilities/nothing/",
        "/sources/nothing/",
        "/artifacts/%00/",
        "/artifacts/no%20slug/",
        "/artifacts/%ED%A0%80/",  # a lone surrogate
        "/artifacts/" + "x" * 5_000 + "/",
    ],
)
def test_an_unknown_address_is_a_page_that_leads_on(look: Look, db: None, address: str) -> None:
    page = look(address, status=404)
    assert page.one("h1").text == "Nothing at this address"
    assert {"/", "/artifacts/", "/capabilities/"} <= set(page.main.hrefs())


def test_error_pages_are_not_for_search_engines_nor_kept(client: Client, shelves: Shelves) -> None:
    for address in ("/artifacts/nothing/", "/artifacts/withdrawn/"):
        response = client.get(address)
        page = Page(response)
        assert page.meta("robots") == "noindex"
        assert page.all("link", rel="canonical") == []
        assert "ETag" not in response
        assert "public" not in response.get("Cache-Control", "")


def test_a_tombstone_says_what_it_was_and_why_it_went(look: Look, shelves: Shelves) -> None:
    withdraw(shelves.rival, reason="Its licence was a misunderstanding.")
    page = look("/artifacts/rival/", status=410)
    assert page.one("h1").text == "Rival"
    assert "This model was withdrawn" in page.main.text
    assert "Its licence was a misunderstanding." in page.main.text


def test_an_alias_of_a_withdrawn_artifact_leads_to_the_tombstone(look: Look, shelves: Shelves) -> None:
    withdraw(shelves.full, reason="Gone.")
    assert "Gone." in look("/artifacts/full-v1/", status=410).main.text


def test_a_draft_that_is_withdrawn_was_never_here(client: Client, shelves: Shelves) -> None:
    """Nobody outside has heard of it, so nobody is told its name or the reason."""
    withdraw(shelves.draft, reason="Secret.")
    response = client.get("/artifacts/draft/")
    assert response.status_code == 404
    assert b"Secret" not in response.content


def test_a_broken_page_says_so_without_details(
    client: Client, shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("catalog.views.artifacts.dossier_of", fail)
    client.raise_request_exception = False
    response = client.get("/artifacts/full/")
    page = Page(response)
    assert response.status_code == 500
    assert page.one("h1").text == "Something broke on our side"
    assert page.one("main").hrefs() == ["/"]
    assert "secret detail" not in page.source
    assert "ETag" not in response


def test_an_address_without_its_slash_is_sent_on(client: Client, shelves: Shelves) -> None:
    response = client.get("/artifacts/full?x=1")
    assert (response.status_code, response["Location"]) == (301, "/artifacts/full/?x=1")


def test_a_foreign_host_is_refused(client: Client, shelves: Shelves) -> None:
    """Else a kept page or a link in a mail could carry somebody else's address."""
    assert "elsewhere.example" not in settings.ALLOWED_HOSTS
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
