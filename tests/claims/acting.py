"""What people do in tests of claims, and what is left of it."""

from __future__ import annotations

import re

from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from claims.choices import Role
from claims.models import AuditEntry, Claim, Member
from tests.claims.conftest import NOW

RUI = "rui@unfragile.example"


def join(claim: Claim, person: User, role: str = Role.MAINTAINER) -> Member:
    return Member.objects.create(claim=claim, user=person, role=role, since=NOW)


def link(number: int = -1) -> str:
    found = re.search(r"https?://[^/\s]+(/owner/(?:invitations|transfers)/\S+)", str(mail.outbox[number].body))
    assert found, mail.outbox[number].body
    return found[1]


def roles(claim: Claim) -> dict[str, str]:
    return dict(claim.members.values_list("user__username", "role"))


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("verb", flat=True)[2:])


def page(claim: Claim, rest: str = "people/") -> str:
    return f"/owner/claims/{claim.pk}/{rest}"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


def asked_for_password(client: Client, response: object, name: str = "olga") -> object:
    """Says it; what was sent before goes on by itself."""
    assert response.status_code == 302  # type: ignore[attr-defined]
    again = response["Location"]  # type: ignore[index]
    assert again.startswith("/accounts/reauthenticate/")
    return client.post(again, {"password": name, "next": again.partition("next=")[2].replace("%2F", "/")}, follow=True)
