"""The pages of who looks after a listing: what owners, others and those they invite see and may do there."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact
from claims import ownership, people
from claims.choices import Role
from claims.models import Claim, Invitation, Member
from tests import cast
from tests.claims.acting import RUI, asked_for_password, join, link, page, roles, signed_in, text_of
from tests.claims.conftest import held_by, place_of
from tests.factories import make_artifact

DAY = dt.timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters_at_once")]


@pytest.fixture
def mine(scribe: Artifact, client: Client) -> Claim:
    """Olga's, who is signed in."""
    held = held_by(cast.olga(), scribe, now=timezone.now())
    mail.outbox.clear()
    client.force_login(cast.olga())
    return held


def test_from_the_invitation_to_the_end(client: Client, mine: Claim) -> None:
    answer = client.post(page(mine), {"invite-email": RUI, "invite-role": "maintainer"}, follow=True)
    assert "Invited. They have three days" in text_of(answer)
    assert RUI in text_of(answer)
    here = link()
    away = Client().get(here)
    assert away["Location"].endswith(f"next={here}")
    wrong = signed_in(cast.oskar()).get(here)
    assert wrong.status_code == 403
    assert "for another address" in text_of(wrong)
    assert "rui" not in wrong.content.decode()
    assert "Scribe" not in wrong.content.decode()
    rui = signed_in(cast.rui())
    assert "Will you look after Scribe as maintainer?" in text_of(rui.get("/owner/"))
    assert "asks you to be its maintainer" in text_of(rui.get(here))
    assert Invitation.objects.get().answered_at is None
    assert "It is yours" in text_of(rui.post(here, {"answer": "yes"}, follow=True))
    assert "Maintainer" in text_of(rui.get("/owner/"))
    assert rui.get(here).status_code == 410
    told = text_of(rui.get(page(mine)))
    assert "olga@unfragile.example" in told
    assert "Invite somebody" not in told
    client.post(page(mine, f"people/{Member.objects.get(user=cast.rui()).pk}/"), {"remove": "yes"})
    assert rui.get(page(mine)).status_code == 404


def test_known_and_unknown_addresses_are_answered_alike(client: Client, mine: Claim) -> None:
    cast.rui()
    pages = []
    with time_machine.travel(timezone.now(), tick=False):
        for email in (RUI, "nix@unfragile.example"):
            answer = client.post(page(mine), {"invite-email": email, "invite-role": "analyst"}, follow=True)
            Invitation.objects.all().delete()
            told = answer.content.decode().replace(email, "X")
            told = re.sub(r'value="\w{64}"|invitations/\d+', "", told)  # keys against forgery, and numbers
            pages.append((answer.status_code, answer.redirect_chain, told))
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2


def test_limits_are_said_with_the_time_to_come_back(client: Client, mine: Claim) -> None:
    for number in range(people.MOST_A_DAY):
        people.invite(mine, f"p{number}@unfragile.example", "analyst", by=cast.olga(), now=timezone.now())
    answer = client.post(page(mine), {"invite-email": RUI, "invite-role": "analyst"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3 * 24 * 3600 + 1
    assert "wait for an answer" in text_of(answer)
    assert RUI in answer.content.decode(), "what was typed stays"


def test_an_owner_is_made_and_unmade_with_the_password(client: Client, mine: Claim) -> None:
    """Whoever finds the page open makes nobody an owner, and removes none."""
    asked = client.post(page(mine), {"invite-email": RUI, "invite-role": "owner"})
    assert not Invitation.objects.exists()
    asked_for_password(client, asked)
    assert Invitation.objects.get().role == "owner"
    join(mine, cast.oskar(), Role.OWNER)
    other = signed_in(cast.oskar())
    member = Member.objects.get(user=cast.olga())
    asked = other.post(page(mine, f"people/{member.pk}/"), {"remove": "yes"})
    assert Member.objects.filter(pk=member.pk).exists()
    asked_for_password(other, asked, "oskar")
    assert not Member.objects.filter(pk=member.pk).exists()


def test_somebody_elses_people_are_not_there(mine: Claim) -> None:
    now = timezone.now()
    row = people.invite(mine, RUI, "analyst", by=cast.olga(), now=now)
    oskar = signed_in(cast.oskar())
    other = held_by(cast.oskar(), make_artifact(name="Two", slug="two", homepage="https://www.maker.dev/two"), now=now)
    member = Member.objects.get(claim=mine)
    assert oskar.get(page(mine)).status_code == 404
    theirs = (f"people/{member.pk}/", f"invitations/{row.pk}/withdraw/")
    for rest in ("people/", "leave/", "transfer/", "transfer/call-off/", *theirs):
        assert oskar.post(page(mine, rest), {"remove": "yes", "sure": "yes"}).status_code == 404
    for rest in theirs:
        assert oskar.post(page(other, rest), {"remove": "yes"}).status_code == 404
    assert oskar.get(f"/owner/invitations/{row.pk}/").status_code == 404
    for token in ("nothing", "x" * 500, "%00", "9" * 40):
        assert oskar.get(f"/owner/invitations/{token}/").status_code == 404
        assert oskar.get(f"/owner/transfers/{token}/").status_code == 404
    assert people.waiting(mine, now=now).get() == row


def test_a_maintainer_leaves_and_has_to_mean_it(mine: Claim) -> None:
    join(mine, cast.rui())
    rui = signed_in(cast.rui())
    assert "Tick the box" in text_of(rui.post(page(mine, "leave/"), follow=True))
    assert "You no longer look after Scribe" in text_of(rui.post(page(mine, "leave/"), {"sure": "yes"}, follow=True))
    assert roles(mine) == {"olga": "owner"}


@pytest.mark.parametrize(
    "sent",
    [
        {"invite-email": "not one", "invite-role": "owner"},
        {"invite-email": RUI, "invite-role": "king"},
        {"invite-email": RUI},
        {"invite-email": "a@b.example\x00", "invite-role": "analyst"},
        {},
    ],
)
def test_what_cannot_be_invited_is_said_beside_it(client: Client, mine: Claim, sent: dict[str, str]) -> None:
    answer = client.post(page(mine), sent)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Invitation.objects.exists()


def test_what_waits_for_its_proof_has_no_people_yet(client: Client, scribe: Artifact) -> None:
    proof = ownership.open_claim(scribe, place_of(scribe, "dns"), by=cast.olga(), now=timezone.now())
    client.force_login(cast.olga())
    assert "Once the listing is yours alone" in text_of(client.get(page(proof.claim)))
    answer = client.post(page(proof.claim), {"invite-email": RUI, "invite-role": "analyst"})
    assert not Invitation.objects.exists()
    assert answer.status_code == 400
