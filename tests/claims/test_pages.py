"""Owners' pages: each does what it says, and somebody else's claim is not there."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact
from claims import ownership
from claims.models import Claim, Look, Proof
from tests import cast
from tests.claims.conftest import World, place_of
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
WELL_KNOWN = "https://www.maker.dev/.well-known/unfragile.json"


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


@pytest.fixture
def oskar() -> Client:
    client = Client()
    client.force_login(cast.oskar())
    return client


@pytest.fixture
def at_the_world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """What the pages have looked for is looked for on loopback."""
    monkeypatch.setattr("claims.checking.Reach", lambda: world.reach)
    return world


@pytest.fixture
def claimed(scribe: Artifact) -> Proof:
    return ownership.open_claim(scribe, place_of(scribe, "well_known"), by=cast.olga(), now=timezone.now())


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def test_all_of_it_asks_for_log_in(client: Client, scribe: Artifact) -> None:
    for address in ("/owner/", "/owner/claim/scribe/", "/owner/claims/1/"):
        response = client.get(address)
        assert response.status_code == 302
        assert f"next={address}" in response["Location"]


def test_the_ways_are_offered_with_what_they_show(olga: Client, scribe: Artifact) -> None:
    told = text_of(olga.get("/owner/claim/scribe/"))
    for words in (
        "A DNS record",
        "A file in the repository",
        "github.com/maker/scribe",
        "everything below it",
    ):
        assert words in told


def test_from_the_choice_to_the_badge(olga: Client, at_the_world: World, scribe: Artifact) -> None:
    ways = [place.method for place in ownership.places(scribe)]
    response = olga.post("/owner/claim/scribe/", {"place": ways.index("well_known")}, follow=True)
    proof = Proof.objects.get()
    assert proof.token in response.content.decode()
    assert "It waits for its proof" in text_of(response)

    asked = olga.post(f"/owner/claims/{proof.claim_id}/check/", follow=True)
    assert "There is nothing at that address (404)." in text_of(asked)

    at_the_world.say(WELL_KNOWN, {"unfragile-challenges": [proof.token]})
    Proof.objects.update(last_checked_at=None)  # ten seconds later
    told = text_of(olga.post(f"/owner/claims/{proof.claim_id}/check/", follow=True))
    assert "It is yours" in told
    assert "Markdown" in told
    page = Client().get("/artifacts/scribe/")
    assert "Proven by a file on the website: www.maker.dev." in text_of(page)
    assert "owner verified" in Client().get("/badge/scribe.svg").content.decode()


@pytest.mark.parametrize("place", ["", "99", "-1", "x", "1" * 400])
def test_what_is_no_way_is_said(olga: Client, scribe: Artifact, place: str) -> None:
    response = olga.post("/owner/claim/scribe/", {"place": place})
    assert response.status_code == 400
    assert "Choose one of the ways." in text_of(response)
    assert not Claim.objects.exists()


def test_what_names_no_place_of_its_own_cannot_be_proven(olga: Client, db: None) -> None:
    make_artifact(name="Lost", slug="lost", homepage="", repository="")
    assert "There is no way to prove this one" in text_of(olga.get("/owner/claim/lost/"))


def test_somebody_elses_claim_is_not_there(oskar: Client, claimed: Proof) -> None:
    here = f"/owner/claims/{claimed.claim_id}/"
    assert oskar.get(here).status_code == 404
    for act in ("check", "another-way", "give-up"):
        assert oskar.post(f"{here}{act}/", {"sure": "yes", "place": "0"}).status_code == 404
    assert Claim.objects.get().state == "pending"
    assert not Look.objects.exists()


def test_nothing_happens_by_following_a_link(olga: Client, claimed: Proof) -> None:
    for act in ("check", "another-way", "give-up"):
        assert olga.get(f"/owner/claims/{claimed.claim_id}/{act}/").status_code == 405


def test_too_many_looks_are_refused_with_the_time_to_come_back(
    olga: Client, at_the_world: World, claimed: Proof
) -> None:
    here = f"/owner/claims/{claimed.claim_id}/check/"
    for _ in range(5):
        assert olga.post(here).status_code == 302
        Proof.objects.update(last_checked_at=None)
    response = olga.post(here)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3601
    assert Look.objects.count() == 5


def test_giving_up_has_to_be_meant(olga: Client, claimed: Proof) -> None:
    here = f"/owner/claims/{claimed.claim_id}/give-up/"
    assert "Tick the box" in text_of(olga.post(here, follow=True))
    assert Claim.objects.get().state == "pending"
    assert "has ended" in text_of(olga.post(here, {"sure": "yes"}, follow=True))
    assert Claim.objects.get().state == "released"


def test_another_word_makes_the_first_worthless(olga: Client, claimed: Proof) -> None:
    olga.post(f"/owner/claims/{claimed.claim_id}/another-way/", {"place": "0"})
    told = olga.get(f"/owner/claims/{claimed.claim_id}/").content.decode()
    assert claimed.token not in told
    assert Proof.objects.get(state="pending").token in told


# --- the badge as an image -------------------------------------------------------------------------------------------


def test_a_badge_says_what_holds_and_is_kept_for_five_minutes(client: Client, scribe: Artifact) -> None:
    response = client.get("/badge/scribe.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=300"
    assert "not claimed" in response.content.decode()
    assert client.get("/badge/scribe.svg", headers={"if-none-match": response["ETag"]}).status_code == 304
    assert "not ranked yet" in client.get("/badge/scribe.svg?show=rank").content.decode()


def test_a_badge_of_what_is_not_public_is_not_there(client: Client, db: None) -> None:
    make_artifact(name="Draft", slug="draft", lifecycle="draft")
    for slug in ("draft", "nothing"):
        assert client.get(f"/badge/{slug}.svg").status_code == 404
