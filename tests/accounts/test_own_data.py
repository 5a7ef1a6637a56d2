"""What we hold of a person can be taken along, and goes with the account: self-service, at once, and for good."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact
from claims import audit, keys, listing, people
from claims.choices import ClaimState, Role
from claims.models import Claim, Invitation, Key, Member, Proof
from tests.accounts.conftest import PASSWORD, log_in
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
SURE = {"sure": "yes"}


@pytest.fixture
def scribe() -> Artifact:
    return make_artifact(name="Scribe", slug="scribe", kind="mcp")


@pytest.fixture
def claim(ada: User, scribe: Artifact) -> Claim:
    """Proven, with all that somebody may have by it."""
    now = timezone.now()
    it = Claim.objects.create(
        artifact=scribe, opened_by=ada, state=ClaimState.PROVEN, opened_at=now, first_proven_at=now
    )
    Member.objects.create(claim=it, user=ada, role=Role.OWNER, since=now)
    Proof.objects.create(
        claim=it, method="dns", place="maker.dev", scope="maker.dev", token="t", state="standing",
        issued_at=now, first_present_at=now, last_present_at=now,
    )  # fmt: skip
    keys.make(ada, name="Nightly", scopes=["claims:read"], days=30, now=now, claim=it)
    listing.propose(it, "listing", {"tagline": "Writes it down"}, by=ada, now=now, why="Shorter.")
    people.invite(it, "friend@unfragile.example", "analyst", by=ada, now=now)
    return it


@pytest.fixture
def hers(client: Client, ada: User) -> Client:
    log_in(client, ada.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def everywhere(text: str) -> list[str]:
    """Tables in which it stands anywhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(text in str(value) for row in cursor.fetchall() for value in row):
                found.append(table)
    return found


def test_the_file_has_all_of_it_and_no_secret(hers: Client, claim: Claim, ada: User) -> None:
    answer = hers.get("/accounts/data.json")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    held = json.loads(answer.content)
    assert held["auth.user"][0]["email"] == ada.email
    assert {"claims.claim", "claims.member", "claims.key", "claims.invitation", "catalog.proposal"} <= set(held)
    assert held["claims.key"][0]["name"] == "Nightly"
    ada.refresh_from_db()
    said = answer.content.decode()
    for secret in (ada.password, Key.objects.get().digest):
        assert secret not in said


def test_it_asks_for_the_password_once_more(client: Client, ada: User, settings: Any) -> None:
    log_in(client, ada.email)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    for address in ("data.json", "delete/"):
        assert "/accounts/reauthenticate/" in client.get(f"/accounts/{address}")["Location"]
    client.post("/accounts/delete/", SURE)
    assert User.objects.filter(pk=ada.pk).exists()


def test_deleted_nothing_says_that_it_was_they(hers: Client, claim: Claim, ada: User) -> None:
    other = Client()
    log_in(other, ada.email)
    Invitation.objects.create(
        claim=claim, email=ada.email, role=Role.ANALYST, token_digest="d", made_at=timezone.now(),
        expires_at=timezone.now() + dt.timedelta(days=3),
    )  # fmt: skip
    mail.outbox.clear()
    answer = hers.post("/accounts/delete/", SURE, follow=True)
    assert "Your account is gone" in answer.content.decode()
    assert everywhere(ada.email) == []
    assert everywhere(ada.username) == []
    claim.refresh_from_db()
    assert (claim.state, claim.opened_by) == (ClaimState.RELEASED, None)
    assert claim.artifact.proposals.count() == 1, "what was proposed is the listing's"
    assert [letter.to for letter in mail.outbox if "is gone" in letter.subject] == [[ada.email]]
    assert not [row for row in Session.objects.all() if "_auth_user_id" in row.get_decoded()]
    assert "/accounts/login/" in other.get("/owner/")["Location"]
    assert audit.verified()[1] == []


def test_what_others_look_after_too_stays_theirs(hers: Client, claim: Claim) -> None:
    grace = User.objects.create_user("person-grace", "grace@unfragile.example", PASSWORD)
    Member.objects.create(claim=claim, user=grace, role=Role.OWNER, since=timezone.now())
    assert "Hand them on" not in hers.get("/accounts/delete/").content.decode()
    hers.post("/accounts/delete/", SURE)
    claim.refresh_from_db()
    assert claim.state == ClaimState.PROVEN
    assert list(claim.members.values_list("user", flat=True)) == [grace.pk]


def test_it_says_what_will_be_nobodys(hers: Client, claim: Claim) -> None:
    page = hers.get("/accounts/delete/").content.decode()
    assert "Scribe" in page
    assert "Hand them on" in page


def test_without_the_tick_nothing_happens(hers: Client, ada: User) -> None:
    answer = hers.post("/accounts/delete/", {})
    assert answer.status_code == 400
    assert "Tick the box" in answer.content.decode()
    assert User.objects.filter(pk=ada.pk).exists()


def test_an_editors_account_is_for_the_operator(hers: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    answer = hers.post("/accounts/delete/", SURE)
    assert "closed by the operator" in answer.content.decode()
    assert User.objects.filter(pk=ada.pk).exists()


def test_the_table_that_holds_everything_of_a_person_is_complete(ada: User, claim: Claim) -> None:
    """The search for what is left finds what is there: else it could pass for no reason."""
    assert {"auth_user", "account_emailaddress"} <= set(everywhere(ada.email))
