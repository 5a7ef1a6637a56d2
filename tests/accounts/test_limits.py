"""No form takes more than its limit, however many come at once; and no limit keeps somebody from their own account."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, User
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory

from tests.accounts.conftest import PASSWORD, code_of, link_in_mail, log_in, with_second_factor
from unfragile_site.accounts import doors
from unfragile_site.accounts.doors import LOG_IN, RESET, SIGN_UP, guarded

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.7", "198.51.100.9"


def test_a_hundred_at_once_pass_no_more_than_the_limit() -> None:
    """Each is counted before it is looked at, in one step."""
    door = guarded(lambda request: HttpResponse("wrong"), LOG_IN)

    def attempt(number: int) -> int:
        request = RequestFactory().post("/accounts/login/", {"login": f"ada{number}", "password": "x"})
        request.user = AnonymousUser()
        return door(request).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(attempt, range(100)))
    assert statuses.count(200) == LOG_IN[0].most == 10
    assert statuses.count(429) == 90


def test_wrong_passwords_are_refused_with_when_to_come_back(client: Client, ada: User) -> None:
    for _ in range(10):
        assert log_in(client, ada.email, "wrong", REMOTE_ADDR=HERE).status_code == 200
    refused = log_in(client, ada.email, REMOTE_ADDR=HERE)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 300
    assert "Nothing is locked" in refused.text
    assert "no-store" in refused["Cache-Control"]


def test_whoever_tries_elsewhere_keeps_nobody_out(client: Client, ada: User) -> None:
    for _ in range(12):
        log_in(Client(), ada.email, "wrong", REMOTE_ADDR=THERE)
    assert log_in(client, ada.email, REMOTE_ADDR=HERE).status_code == 302


def test_right_passwords_do_not_count(ada: User) -> None:
    """A whole company signs in after lunch, from one address."""
    for _ in range(25):
        assert log_in(Client(), ada.email, REMOTE_ADDR=HERE).status_code == 302


def test_the_limit_ends(client: Client, ada: User) -> None:
    with time_machine.travel("2026-11-21 12:00:00+00:00", tick=False) as clock:
        for _ in range(11):
            last = log_in(client, ada.email, "wrong")
        assert last.status_code == 429
        clock.shift(int(last["Retry-After"]) + 1)
        assert log_in(client, ada.email).status_code == 302


def test_a_forged_header_is_no_new_network(ada: User, settings: Any) -> None:
    """Without a proxy of ours nothing is believed; with one, what it added."""
    for number in range(12):
        last = log_in(Client(), ada.email, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert last.status_code == 429
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    for number in range(12):
        last = log_in(Client(), ada.email, "wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, {HERE}")
    assert last.status_code == 429
    assert log_in(Client(), ada.email, HTTP_X_FORWARDED_FOR=f"{HERE}, {THERE}").status_code == 302


def test_a_household_of_ipv6_is_one_network(ada: User) -> None:
    for number in range(12):
        last = log_in(Client(), ada.email, "wrong", REMOTE_ADDR=f"2001:db8:1:2::{number}")
    assert last.status_code == 429
    assert log_in(Client(), ada.email, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_after_many_wrong_passwords_from_everywhere_the_right_one_takes_a_code_by_mail(ada: User) -> None:
    """No guess gets in any more, and its owner still does."""
    for number in range(doors.WRONG_PASSWORDS + 1):
        log_in(Client(), ada.email, "wrong", REMOTE_ADDR=f"198.51.{number}.1")
    client = Client()
    assert log_in(client, ada.email, REMOTE_ADDR=HERE)["Location"] == "/accounts/login/code/confirm/"
    assert client.get("/accounts/").status_code == 302
    assert "Somebody has tried many passwords" in client.get("/accounts/login/code/confirm/").text
    code = re.search(r"\n\n([A-Z0-9-]{6,})\n\n", str(mail.outbox[-1].body))
    assert code, mail.outbox[-1].body
    assert client.post("/accounts/login/code/confirm/", {"code": "WRONG1"}).status_code == 200
    assert client.post("/accounts/login/code/confirm/", {"code": code[1]})["Location"] == "/accounts/"


def test_codes_by_mail_are_limited_and_a_used_up_one_is_no_success(ada: User) -> None:
    for number in range(doors.WRONG_PASSWORDS + 1):
        log_in(Client(), ada.email, "wrong", REMOTE_ADDR=f"198.51.{number}.1")
    statuses = []
    while 429 not in statuses and len(statuses) < 9:
        client = Client()
        assert log_in(client, ada.email, REMOTE_ADDR=HERE).status_code == 302
        wrong = [client.post("/accounts/login/code/confirm/", {"code": "WRONG1"}) for _ in range(3)]
        statuses += [answer.status_code for answer in wrong]
    assert statuses == [200, 200, 302, 200, 200, 429]


def test_staff_without_an_address_are_not_asked_for_a_code_by_mail(client: Client) -> None:
    """There is nowhere to send it: that would be a lock that anybody can turn."""
    User.objects.create_superuser("petra", password=PASSWORD)
    for number in range(doors.WRONG_PASSWORDS + 1):
        log_in(Client(), "petra", "wrong", REMOTE_ADDR=f"198.51.{number}.1")
    assert log_in(client, "petra", REMOTE_ADDR=HERE)["Location"] == "/accounts/"


def test_codes_are_limited_and_a_new_password_opens_a_new_count(client: Client, ada: User) -> None:
    """Whoever has guessed the password can try five codes; and cannot keep its owner out by it."""
    app = with_second_factor(ada)
    burglar = Client()
    log_in(burglar, ada.email, REMOTE_ADDR=THERE)
    for _ in range(5):
        assert burglar.post("/accounts/2fa/authenticate/", {"code": "000000"}, REMOTE_ADDR=THERE).status_code == 200
    refused = burglar.post("/accounts/2fa/authenticate/", {"code": code_of(app)}, REMOTE_ADDR=THERE)
    assert (refused.status_code, "Retry-After" in refused) == (429, True)

    client.post("/accounts/password/reset/", {"email": ada.email})
    new = {"password1": f"new-{PASSWORD}", "password2": f"new-{PASSWORD}"}
    client.post(client.get(link_in_mail())["Location"], new)
    log_in(client, ada.email, f"new-{PASSWORD}")
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(app)})["Location"] == "/accounts/"


def test_resets_are_limited_for_each_address_and_network(client: Client, ada: User) -> None:
    for _ in range(RESET[0].most):
        assert client.post("/accounts/password/reset/", {"email": ada.email}, REMOTE_ADDR=THERE).status_code == 302
    refused = client.post("/accounts/password/reset/", {"email": ada.email}, REMOTE_ADDR=THERE)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 3600
    assert client.post("/accounts/password/reset/", {"email": ada.email}, REMOTE_ADDR=HERE).status_code == 302


def test_an_address_gets_five_mails_a_day_whoever_asks(ada: User) -> None:
    """The answer stays the same, and the links that came before are still good."""
    for number in range(9):
        answer = Client().post("/accounts/password/reset/", {"email": ada.email}, REMOTE_ADDR=f"198.51.{number}.1")
        assert answer.status_code == 302
    assert len(mail.outbox) == doors.MAILS
    assert Client().get(link_in_mail()).status_code == 302


def test_sign_ups_are_limited_for_each_network(client: Client) -> None:
    limit = SIGN_UP[0].most
    for number in range(limit + 1):
        data = {"email": f"p{number}@unfragile.example", "password1": PASSWORD}
        last = Client().post("/accounts/signup/", data, REMOTE_ADDR=HERE)
    assert last.status_code == 429
    assert User.objects.count() == limit == 20


@pytest.mark.parametrize(
    ("path", "data", "most"),
    [
        ("/accounts/reauthenticate/", {"password": "wrong"}, 10),
        ("/accounts/password/change/", {"oldpassword": "wrong", "password1": "x", "password2": "y"}, 10),
        ("/accounts/email/", {"email": "not an address", "action_add": ""}, 10),
        ("/accounts/2fa/recovery-codes/generate/", {}, 10),
    ],
)
def test_forms_of_those_signed_in_are_limited_as_well(
    client: Client, ada: User, path: str, data: dict[str, str], most: int
) -> None:
    client.force_login(ada)
    statuses = [client.post(path, data).status_code for _ in range(most + 1)]
    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429


def test_looking_at_a_form_counts_for_nothing(client: Client) -> None:
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        for _ in range(30):
            assert client.get(path).status_code == 200
