"""/api/v1/me/claims/<pk>/: numbers, and proposals made, listed and taken back by programs."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.choices import ProposalState
from catalog.models import Artifact, Proposal
from claims import keys
from claims.api.numbers import NumbersSerializer
from claims.api.proposals import ProposalSerializer, SubmittedSerializer
from claims.choices import Role, Scope
from claims.models import Claim, Member, Repeat
from tests import cast
from tests.remembered import remembered
from tests.site.matrix import proven

pytestmark = pytest.mark.django_db
TAGLINE = {"section": "listing", "fields": {"tagline": "Writes what you say"}, "why": "It reads better."}


@pytest.fixture
@remembered
def claim() -> Claim:
    it, month_ago = proven("scribe", cast.olga()), timezone.now() - dt.timedelta(days=30)
    Claim.objects.update(first_proven_at=month_ago)
    it.members.update(since=month_ago)
    return it


def key(who: Any = None, *, scopes: Any = Scope.values) -> str:
    return keys.make(who or cast.olga(), name="A", scopes=scopes, days=30, now=timezone.now())[1]


def send(text: str, claim: Claim, said: Any, once: str | None = "first", method: str = "post", rest: str = "") -> Any:
    headers = {"Authorization": f"Bearer {text}"} | ({"Idempotency-Key": once} if once is not None else {})
    address = f"/api/v1/me/claims/{claim.pk}/proposals/{rest}"
    body = said if isinstance(said, str) else json.dumps(said)
    return Client().generic(method.upper(), address, body, content_type="application/json", headers=headers)


def test_numbers_are_those_of_the_page(claim: Claim) -> None:
    address = f"/api/v1/me/claims/{claim.pk}/analytics/"
    response = Client().get(address, headers={"Authorization": f"Bearer {key()}"})
    told = response.json()
    assert list(told) == list(NumbersSerializer().fields)
    assert list(told["weeks"][0]) == list(NumbersSerializer().fields["weeks"].child.fields)  # type: ignore[attr-defined]
    assert (told["shown"], told["intents"]) == (None, [])
    assert response["Cache-Control"].startswith("private")
    again = {"Authorization": f"Bearer {key()}", "If-None-Match": response["ETag"]}
    assert Client().get(address, headers=again).status_code == 304


@pytest.mark.parametrize(
    ("role", "scopes", "method", "rest", "status"),
    [
        (Role.ANALYST, ["analytics:read"], "get", "analytics/", 200),
        (Role.ANALYST, Scope.values, "get", "proposals/", 404),
        (Role.ANALYST, Scope.values, "post", "proposals/", 404),
        (Role.MAINTAINER, ["claims:read"], "get", "analytics/", 403),
        (Role.MAINTAINER, ["claims:read"], "get", "proposals/", 200),
        (Role.MAINTAINER, ["claims:read"], "post", "proposals/", 403),
        (Role.MAINTAINER, ["claims:read"], "delete", "proposals/1/", 403),
        (Role.MAINTAINER, ["proposals:write"], "delete", "proposals/1/", 404),
        (None, Scope.values, "get", "analytics/", 404),
        (None, Scope.values, "post", "proposals/", 404),
    ],
)
def test_scope_and_role_both_decide(
    claim: Claim, role: str | None, scopes: list[str], method: str, rest: str, status: int
) -> None:
    if role:
        Member.objects.create(claim=claim, user=cast.rui(), role=role, since=timezone.now())
    headers = {"Authorization": f"Bearer {key(cast.rui(), scopes=scopes)}", "Idempotency-Key": "k"}
    address = f"/api/v1/me/claims/{claim.pk}/{rest}"
    got = Client().generic(method.upper(), address, "{}", content_type="application/json", headers=headers)
    assert got.status_code == status


def test_a_proposal_is_made_listed_and_taken_back(claim: Claim) -> None:
    made = send(key(), claim, TAGLINE)
    assert made.status_code == 201
    assert list(made.json()) == list(SubmittedSerializer().fields)
    (proposed,) = made.json()["proposed"]
    assert list(proposed) == list(ProposalSerializer().fields)
    assert (proposed["after"], proposed["why"]) == ({"tagline": "Writes what you say"}, "It reads better.")
    assert Artifact.objects.get(pk=claim.artifact_id).tagline != "Writes what you say"
    text = key()
    listed = (
        Client().get(f"/api/v1/me/claims/{claim.pk}/proposals/", headers={"Authorization": f"Bearer {text}"}).json()
    )
    assert listed == {"next": None, "previous": None, "results": [proposed]}
    gone = send(text, claim, "", None, "delete", f"{proposed['id']}/")
    assert (gone.status_code, gone.json()["state"]) == (200, ProposalState.OUTDATED)
    assert send(text, claim, "", None, "delete", f"{proposed['id']}/").status_code == 409


def test_what_is_sent_twice_is_proposed_once(claim: Claim) -> None:
    text = key()
    first, second = send(text, claim, TAGLINE), send(text, claim, TAGLINE)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert send(key(), claim, TAGLINE).content == first.content, "of the account, and not of the key"
    assert Proposal.objects.count() == 1
    other = send(text, claim, {**TAGLINE, "why": "Another reason."})
    assert (other.status_code, other["Content-Type"]) == (422, "application/problem+json")
    assert send(text, proven("heron", cast.olga()), TAGLINE).status_code == 422, "another address"


def test_while_it_is_being_worked_on_it_is_a_conflict(claim: Claim) -> None:
    text = key()
    send(text, claim, TAGLINE)
    Repeat.objects.update(status=None)
    assert send(text, claim, TAGLINE).status_code == 409


@pytest.mark.parametrize("once", [None, "", "x" * 256, "caf\xe9"])
def test_without_a_good_idempotency_key_nothing_is_made(claim: Claim, once: str | None) -> None:
    response = send(key(), claim, TAGLINE, once)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["Idempotency-Key"]
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "section"),
        ({"section": "ranks"}, "section"),
        ({"section": "listing", "fields": {"slug": "better"}}, "slug"),
        ({"section": "listing", "fields": {"tagline": "javascript:alert(1)"}}, "tagline"),
        ({"section": "listing", "fields": {"tagline": "\x00"}}, "body"),
        ({"section": "listing", "fields": {"tagline": {"a": 1}}}, "tagline"),
        ({"section": "listing", "fields": []}, "fields"),
        ({**TAGLINE, "row": 10**30}, "row"),
        ({**TAGLINE, "row": "x"}, "row"),
        ({**TAGLINE, "state": "accepted"}, "state"),
        ({**TAGLINE, "why": "x" * 1001}, "why"),
        ([TAGLINE], "body"),
        ("{", "request"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_may_be_sent_again(claim: Claim, said: Any, field: str) -> None:
    text = key()
    response = send(text, claim, said)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert field in response.json().get("errors", {"request": []})
    assert not Proposal.objects.exists()
    assert send(text, claim, TAGLINE).status_code == 201, "with the same Idempotency-Key"


def test_too_much_in_a_day_says_when_to_go_on(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.listing.MOST_A_DAY", 1)
    text = key()
    assert send(text, claim, TAGLINE, "a").status_code == 201
    refused = send(text, claim, {"section": "listing", "fields": {"name": "Scribble"}}, "b")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 60
