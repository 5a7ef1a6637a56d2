"""The demo's claim is proven by a word that the demo serves, through the same door as any other, and says so."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Artifact, Proposal, Report
from claims import checking, demo, ownership
from claims import listing as owned
from claims.badge import badge_of, image_of
from claims.choices import ClaimState, Outcome
from claims.models import Claim, Proof, Reply
from claims.queues import QUEUES
from tests import auditing
from tests.claims.conftest import NOW
from tests.factories import make_artifact, make_contrast, make_offering
from unfragile_site import demo_owner

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/.well-known/unfragile.json"


@pytest.fixture(autouse=True)
def emptied_log(transactional_db: None) -> Iterator[None]:
    yield
    auditing.empty()


@pytest.fixture
def listing() -> Artifact:
    return make_artifact(
        name="Brave Search MCP",
        slug=demo_owner.LISTING,
        kind="mcp",
        repository="https://github.com/brave/brave-search-mcp",
    )


@pytest.fixture
def served(live_server: Any, settings: Any) -> str:
    settings.SITE_URL = live_server.url
    settings.NETWORK_ENDPOINTS = [live_server.url]
    return str(live_server.url)


def test_it_is_found_at_the_site_itself(served: str, listing: Artifact) -> None:
    demo_owner.lay_out(User.objects.create_user("owner"), now=NOW)
    demo_owner.prove(now=NOW)
    claim = Claim.objects.get()
    assert (claim.state, claim.is_demo) == (ClaimState.PROVEN, True)
    badge = badge_of(listing.pk, now=NOW)
    assert badge is not None
    assert badge.is_demo
    assert "demo owner" in image_of(listing, show="owner", style="flat", now=NOW)
    listing.refresh_from_db()
    assert listing.verified_how.startswith("this is part of the demo")


def test_its_owner_has_asked_something_of_the_editors_once(served: str, listing: Artifact) -> None:
    """So that their queue and the owner's page have something to show; withdrawn, it is not asked for again."""
    owner = User.objects.create_user("owner")
    of_rival = make_offering(artifact=make_artifact(name="Exa", slug=demo_owner.RIVAL, kind="mcp"))
    sentence = make_contrast(offering=of_rival, artifact=listing, text="Brave returns snippets.")
    demo_owner.lay_out(owner, now=NOW)
    demo_owner.prove(now=NOW)
    proposal = Proposal.objects.get()
    assert [(reply.contrast, reply.text) for reply in Reply.objects.all()] == [(sentence, demo_owner.REPLY)]
    assert [(asked.artifact, asked.text, asked.asked_by) for asked in Report.objects.exclude(wish="")] == [
        (listing, demo_owner.REQUEST, owner)
    ]
    assert (proposal.artifact, proposal.proposed_by, proposal.after) == (listing, owner, demo_owner.PROPOSED)
    owned.withdraw(Claim.objects.get(), proposal.pk, by=owner, now=NOW)
    demo_owner.prove(now=NOW)
    assert (Proposal.objects.count(), Reply.objects.count(), Report.objects.exclude(wish="").count()) == (1, 1, 1)


def test_twice_makes_one_and_what_was_given_up_stays_so(served: str, listing: Artifact) -> None:
    owner = User.objects.create_user("owner")
    demo_owner.lay_out(owner, now=NOW)
    demo_owner.lay_out(owner, now=NOW)
    ownership.give_up(Claim.objects.get(), by=owner, now=NOW)
    demo_owner.lay_out(owner, now=NOW)
    assert Claim.objects.get().state == ClaimState.RELEASED


def test_another_word_at_that_place_proves_nothing(served: str, listing: Artifact) -> None:
    proof = demo.open_claim(listing, by=User.objects.create_user("owner"), now=NOW)
    proof.token = "unfragile-another"  # as if the place had been read before it was written
    look = checking.look_for(proof, now=NOW)
    assert look is not None
    assert look.outcome == Outcome.ABSENT
    assert Claim.objects.get().state == ClaimState.PENDING


def test_the_page_says_that_its_makers_have_claimed_nothing(served: str, listing: Artifact, client: Client) -> None:
    demo_owner.lay_out(User.objects.create_user("owner"), now=NOW)
    demo_owner.prove(now=NOW)
    assert "Part of this demo" in client.get(f"/artifacts/{listing.slug}/").content.decode()


def test_nothing_is_served_where_there_is_no_such_claim(client: Client, listing: Artifact) -> None:
    assert client.get(PATH).status_code == 404
    proof = demo.open_claim(listing, by=User.objects.create_user("owner"), now=NOW)
    assert json.loads(client.get(PATH).content)["unfragile-challenges"] == [proof.token]
    ownership.give_up(proof.claim, by=proof.claim.opened_by, now=NOW)
    assert client.get(PATH).status_code == 404


def test_there_is_none_in_production(settings: Any, listing: Artifact) -> None:
    settings.PRODUCTION = True
    with pytest.raises(RuntimeError):
        demo.open_claim(listing, by=User.objects.create_user("owner"), now=NOW)


def test_a_database_of_a_demo_proves_nothing_in_production(served: str, listing: Artifact, settings: Any) -> None:
    """Its badge is confirmed by nobody any more, so it lapses after a week."""
    demo_owner.lay_out(User.objects.create_user("owner"), now=NOW)
    demo_owner.prove(now=NOW)
    settings.PRODUCTION = True
    later = NOW + dt.timedelta(days=7)
    look = checking.look_for(Claim.objects.get().proofs.get(), now=later)
    assert look is not None
    assert look.outcome == Outcome.UNKNOWN
    badge = badge_of(listing.pk, now=later)
    assert badge is None or not badge.is_proven


def test_there_is_no_other_way_than_the_demos(listing: Artifact) -> None:
    owner = User.objects.create_user("owner")
    EmailAddress.objects.create(user=owner, email="owner@demo.example", verified=True, primary=True)
    proof = demo.open_claim(listing, by=owner, now=NOW)
    with pytest.raises(ownership.CannotClaim, match="demo"):
        ownership.open_claim(listing, ownership.places(listing)[0], by=owner, now=NOW)
    assert Proof.objects.get() == proof


def test_two_more_quarrel_for_the_editors(served: str, listing: Artifact) -> None:
    make_artifact(name="Tavily MCP", slug=demo_owner.DISPUTED, kind="mcp")
    demo_owner.lay_out(User.objects.create_user("owner"), now=NOW)
    demo_owner.prove(now=NOW)
    states = dict(Claim.objects.values_list("opened_by__username", "state"))
    assert states == {"owner": "proven", "mira": "proven", "noor": "contested"}
    waiting = QUEUES["claimed-twice"]
    assert waiting.count(User.objects.get(username="owner"), NOW) == 1
    assert [item.what for item in waiting.items(User.objects.get(username="owner"), NOW)] == ["Tavily MCP"]
