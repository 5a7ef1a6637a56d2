"""Who gets to the editors' desk: staff alone; with a second factor, and not for ever, where the site asks for it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.conftest import PASSWORD, code_of, log_in, with_second_factor

pytestmark = pytest.mark.django_db
DESK = "/admin/queue/disputes/"
NOON = "2026-11-21 12:00:00+00:00"


@pytest.fixture
def petra(settings: Any) -> User:
    settings.ADMIN_SECOND_FACTOR = True
    return User.objects.create_superuser("petra", "petra@unfragile.example", PASSWORD)


def come_in(client: Client, user: User) -> Any:
    app = with_second_factor(user)
    log_in(client, user.username, QUERY_STRING=f"next={DESK}")
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(app)})["Location"] == DESK
    return app


def test_the_desk_has_the_log_in_of_the_site(client: Client) -> None:
    assert client.get(DESK)["Location"] == f"/admin/login/?next={DESK}"
    assert client.get(f"/admin/login/?next={DESK}")["Location"] == f"/accounts/login/?next={DESK}"
    assert client.post("/admin/login/", {"username": "petra", "password": PASSWORD}).status_code == 302
    assert "sessionid" not in client.cookies


def test_owners_never_get_in(client: Client, ada: User) -> None:
    """Nor do they see that form which asks for somebody else's name."""
    log_in(client, ada.email)
    for path in ("/admin/", DESK, "/admin/catalog/artifact/"):
        answer = client.get(path, follow=True)
        assert answer.status_code == 403
        assert "Not for these eyes" in answer.text
    assert client.get("/accounts/").status_code == 200, "they stay signed in"


def test_without_the_setting_a_password_is_enough(client: Client) -> None:
    User.objects.create_superuser("petra", password=PASSWORD)
    log_in(client, "petra")
    assert client.get(DESK).status_code == 200


def test_an_editor_without_a_second_factor_is_told_how_to_get_one(client: Client, petra: User) -> None:
    log_in(client, "petra")
    answer = client.get(DESK, follow=True)
    assert answer.status_code == 403
    assert 'href="/accounts/2fa/totp/activate/"' in answer.text
    assert "stays shut until you have a second factor" in client.get("/accounts/").text


def test_an_editor_with_one_gets_in(client: Client, petra: User) -> None:
    come_in(client, petra)
    assert client.get(DESK).status_code == 200


def test_one_set_up_after_the_log_in_is_asked_for(client: Client, petra: User) -> None:
    """Who took over the session before has not shown it."""
    log_in(client, "petra")
    app = with_second_factor(petra)
    asked = client.get(DESK, follow=True)
    assert asked.redirect_chain[-1][0] == f"/accounts/2fa/reauthenticate/?next={DESK}"
    assert client.post(asked.redirect_chain[-1][0], {"code": code_of(app)})["Location"] == DESK
    assert client.get(DESK).status_code == 200


def test_an_idle_desk_asks_again(client: Client, petra: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        come_in(client, petra)
        for _ in range(3):
            assert client.get(DESK).status_code == 200
            clock.shift(29 * 60)
        assert client.get(DESK).status_code == 200
        clock.shift(31 * 60)
        assert client.get(DESK, follow=True).redirect_chain[-1][0] == f"/accounts/login/?next={DESK}"
        assert client.get("/accounts/").status_code == 302, "the whole session has ended"


def test_after_a_working_day_it_asks_in_any_case(client: Client, petra: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        come_in(client, petra)
        for _ in range(24):
            assert client.get(DESK).status_code == 200
            clock.shift(20 * 60)
        clock.shift(60)
        assert client.get(DESK, follow=True).redirect_chain[-1][0] == f"/accounts/login/?next={DESK}"


def test_a_session_is_written_once_a_minute_at_most(client: Client, petra: User) -> None:
    from django.contrib.sessions.models import Session

    come_in(client, petra)
    client.get(DESK)
    before = Session.objects.get(session_key=client.session.session_key).session_data
    client.get(DESK)
    assert Session.objects.get(session_key=client.session.session_key).session_data == before


def test_the_desk_has_no_form_of_its_own_for_passwords(client: Client) -> None:
    """Which would take any number of tries."""
    client.force_login(User.objects.create_superuser("petra", password=PASSWORD))
    assert client.post("/admin/password_change/", {"old_password": "x"})["Location"] == "/accounts/password/change/"


def test_nobody_looks_at_the_second_factors_of_others(admin_client: Client) -> None:
    for path in ("mfa/authenticator/", "account/emailaddress/", "socialaccount/socialapp/"):
        assert admin_client.get(f"/admin/{path}").status_code == 404
