"""A code beside the password, and codes on paper for when the phone is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from tests.accounts.conftest import PASSWORD, code_by, code_of, link_in_mail, log_in, with_second_factor

pytestmark = pytest.mark.django_db
STEP = "/accounts/2fa/authenticate/"


def test_it_is_set_up_with_the_password_once_more(
    client: Client, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    log_in(client, ada.email)
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").text
    secret = re.search(r'totp-key">([A-Z2-7]+)<', page)
    assert secret
    assert 'src="data:image/svg+xml;base64,' in page
    assert client.post("/accounts/2fa/totp/activate/", {"code": "abc"}).status_code == 200
    now = code_by(secret[1])
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/accounts/2fa/totp/activate/", {"code": now})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"<li>(\d{8})</li>", client.get(done["Location"]).text)
    assert len(codes) == 10
    assert client.get("/accounts/2fa/recovery-codes/download/").text.split()[-10:] == codes
    assert "on, 10 recovery codes left" in client.get("/accounts/").text
    assert "Your second factor at Unfragile is on" in [m.subject for m in mail.outbox]


def test_a_password_alone_does_not_open_the_account(client: Client, ada: User) -> None:
    app = with_second_factor(ada)
    assert log_in(client, ada.email)["Location"] == STEP
    assert client.get("/accounts/").status_code == 302
    assert "That is not the code" in client.post(STEP, {"code": "12345"}).text
    assert client.post(STEP, {"code": code_of(app)})["Location"] == "/accounts/"
    assert client.get("/accounts/").status_code == 200


def test_a_code_is_good_once(ada: User) -> None:
    """Also while the app still shows it: somebody may have looked over the shoulder."""
    app = with_second_factor(ada)
    first, second = Client(), Client()
    for one in (first, second):
        log_in(one, ada.email)
    code = code_of(app)
    assert first.post(STEP, {"code": code}).status_code == 302
    assert second.post(STEP, {"code": code}).status_code == 200


def test_a_recovery_code_is_good_once(ada: User) -> None:
    with_second_factor(ada)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    for status in (302, 200):
        client = Client()
        log_in(client, ada.email)
        assert client.post(STEP, {"code": codes[0]}).status_code == status


def test_the_second_step_without_the_first_leads_to_the_first(client: Client, ada: User) -> None:
    with_second_factor(ada)
    assert client.get(STEP)["Location"] == "/accounts/login/"
    assert client.post(STEP, {"code": "000000"})["Location"] == "/accounts/login/"


def test_a_new_password_by_mail_is_no_way_around_it(client: Client, ada: User) -> None:
    with_second_factor(ada)
    client.post("/accounts/password/reset/", {"email": ada.email})
    new = {"password1": f"new-{PASSWORD}", "password2": f"new-{PASSWORD}"}
    client.post(client.get(link_in_mail())["Location"], new)
    assert log_in(client, ada.email, f"new-{PASSWORD}")["Location"] == STEP


def test_switching_it_off_takes_the_password_or_a_code_once_more(client: Client, ada: User) -> None:
    client.force_login(ada)
    with_second_factor(ada)
    asked = client.post("/accounts/2fa/totp/deactivate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(type="totp").exists()
    client.post("/accounts/reauthenticate/?next=/accounts/", {"password": PASSWORD})
    assert client.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.exists()


def test_secrets_do_not_lie_open_in_the_database(ada: User) -> None:
    secret = totp.generate_totp_secret()
    app = totp.TOTP.activate(ada, secret).instance
    app.refresh_from_db()
    assert secret not in str(app.data)
    assert app.wrap().validate_code(code_of(app))


def test_a_key_that_is_rotated_out_still_reads_and_one_that_is_gone_opens_nothing(ada: User, settings) -> None:
    app = with_second_factor(ada)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next one", [settings.SECRET_KEY]
    code = code_of(app)
    assert app.wrap().validate_code(code)
    settings.SECRET_KEY_FALLBACKS = []
    app.wrap()
    assert not any(app.wrap().validate_code(guess) for guess in (code, code_of(app), "", "000000"))
