"""Nobody learns from us which addresses have accounts: same answers, same length, same work."""

from __future__ import annotations

import time
from typing import Any

import environ
import pytest
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
#: Of the same length, so that answers that name them can be compared.
KNOWN, UNKNOWN = "ada@unfragile.example", "eve@unfragile.example"


def answers(address: str, path: str, data: dict[str, str]) -> list[Any]:
    """Everything of an answer that somebody outside can see, and of the page it leads to."""
    client = Client()
    said = []
    for answer in (client.post(path, data), client.get("/accounts/confirm-email/"), client.get("/accounts/login/")):
        body = answer.text.replace(address, "ADDRESS")
        if token := getattr(answer, "context", None) and answer.context.get("csrf_token"):
            body = body.replace(str(token), "TOKEN")
        headers = {k: v for k, v in answer.items() if k not in ("X-Request-ID", "Content-Security-Policy", "Expires")}
        cookies = {name: {**morsel, "expires": ""} for name, morsel in answer.cookies.items()}
        said.append((answer.status_code, headers, len(answer.content), body, cookies))
    return said


FORMS = {
    "sign-up": ("/accounts/signup/", lambda a: {"email": a, "password1": PASSWORD + "!"}),
    "log-in": ("/accounts/login/", lambda a: {"login": a, "password": "not-the-password"}),
    "reset": ("/accounts/password/reset/", lambda a: {"email": a}),
}


@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_addresses_get_the_same_answer(form: str, ada: User) -> None:
    """Status, headers, cookies, body, length; and the pages after it."""
    path, data = FORMS[form]
    known, unknown = answers(KNOWN, path, data(KNOWN)), answers(UNKNOWN, path, data(UNKNOWN))
    assert known == unknown
    assert User.objects.filter(email=KNOWN).count() == 1


def test_a_wrong_password_reads_the_same_for_names_and_addresses(client: Client, ada: User) -> None:
    said = set()
    for login in ("ada@unfragile.example", "person-ada", "nobody", "no@unfragile.example"):
        page = client.post("/accounts/login/", {"login": login, "password": "no"}).text
        said.add(page.partition('role="alert">')[2].partition("<")[0])
    assert said == {"That log-in and password do not go together."}


def test_each_of_them_gets_one_mail(client: Client, ada: User) -> None:
    """So the owner of a known address learns of it, and the time for sending is the same."""
    for address in (KNOWN, UNKNOWN):
        for form in ("sign-up", "reset"):
            path, data = FORMS[form]
            Client().post(path, data(address))
    assert sorted((m.to[0], m.subject) for m in mail.outbox) == [
        (KNOWN, "A new password for Unfragile"),
        (KNOWN, "You have an account at Unfragile"),
        (UNKNOWN, "A new password for Unfragile"),  # of the account that the sign-up has just made
        (UNKNOWN, "Confirm your address for Unfragile"),
    ]


def test_an_address_without_an_account_hears_so_by_mail_alone(client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": UNKNOWN})
    assert [m.subject for m in mail.outbox] == ["No account at Unfragile with this address"]


@pytest.mark.parametrize("form", ["sign-up", "log-in"])
@pytest.mark.parametrize("address", [KNOWN, UNKNOWN, "person-ada@"])
def test_each_answer_takes_one_hash(form: str, address: str, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one thing that takes long enough to be measured from outside."""
    hashed = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
    path, data = FORMS[form]
    if form == "sign-up" and address.endswith("@"):
        address = "karl@unfragile.example"
    Client().post(path, data(address))
    assert len(hashed) == 1


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_comes_no_sooner_than_the_slowest(form: str, ada: User, settings: Any) -> None:
    """What is left of a difference drowns: all of them wait for the same moment."""
    settings.ACCOUNTS = {**settings.ACCOUNTS, "STEADY_SECONDS": 0.5}
    path, data = FORMS[form]
    took = []
    for address in (KNOWN, UNKNOWN):
        started = time.perf_counter()
        Client().post(path, data(address))
        took.append(time.perf_counter() - started)
    assert min(took) >= 0.5


def test_that_moment_is_a_second_outside_of_tests() -> None:
    """Later than a hash takes: `bench/telling_nothing.py` shows that."""
    from unfragile_site.accounts.configuration import accounts

    assert accounts(environ.Env(), "x", testing=False)[0]["STEADY_SECONDS"] == 1.0
