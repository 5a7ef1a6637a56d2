"""From nothing to a confirmed account, and what happens to those who were made by an operator."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from tests.accounts.conftest import PASSWORD, link_in_mail, log_in

pytestmark = pytest.mark.django_db
NEW = {"email": "Grace@unfragile.example", "password1": PASSWORD}


def test_whoever_signs_up_is_let_in_once_the_address_is_confirmed(client: Client) -> None:
    assert client.post("/accounts/signup/", NEW)["Location"] == "/accounts/confirm-email/"
    [message] = mail.outbox
    assert message.to == ["grace@unfragile.example"]
    assert log_in(client, "grace@unfragile.example")["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/")["Location"].startswith("/accounts/login/")

    link = link_in_mail()
    page = client.get(link)
    assert "Is this your address?" in page.text
    assert not EmailAddress.objects.get().verified, "opening a link, as mail scanners do, confirms nothing"
    assert client.post(link)["Location"] == "/accounts/login/"
    assert EmailAddress.objects.get().verified
    assert log_in(client, "grace@unfragile.example")["Location"] == "/accounts/"
    assert "grace@unfragile.example" in client.get("/accounts/").text


def test_a_new_account_has_no_rights_and_a_name_that_tells_nothing(client: Client) -> None:
    client.post("/accounts/signup/", {**NEW, "is_staff": "1", "is_superuser": "1", "username": "root"})
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert user.username.startswith("person-")
    assert "grace" not in user.username


@pytest.mark.parametrize("password", ["short", "password123", "grace@unfragile"])
def test_a_password_that_can_be_guessed_is_refused(client: Client, password: str) -> None:
    answer = client.post("/accounts/signup/", {**NEW, "password1": password})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text
    assert not User.objects.exists()


def test_a_link_cut_short_says_so(client: Client) -> None:
    client.post("/accounts/signup/", NEW)
    assert "That link is not good" in client.get(link_in_mail()[:-9] + "/").text


@pytest.mark.parametrize("page", ["invitations", "transfers", "digest"])
def test_nor_do_those_of_letters_to_owners(
    client: Client, db: None, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    client.get(f"/owner/{page}/a-word-that-opens-it/")
    paths = [record.__dict__.get("path", "") for record in caplog.records]
    assert f"/owner/{page}/…/" in paths
    assert "a-word-that" not in "".join(paths)


def test_links_of_mails_do_not_lie_in_the_log(client: Client, ada: User, caplog: pytest.LogCaptureFixture) -> None:
    client.post("/accounts/signup/", NEW)
    client.post("/accounts/password/reset/", {"email": ada.email})
    for number in (0, 1):
        client.get(link_in_mail(number))
    paths = [record.__dict__.get("path", "") for record in caplog.records]
    assert {"/accounts/confirm-email/…/", "/accounts/password/reset/key/…/"} <= set(paths)
    for number in (0, 1):
        secret = link_in_mail(number).rstrip("/").rpartition("/")[2]
        assert len(secret) > 20
        assert not [path for path in paths if secret in path]


def test_staff_made_by_an_operator_get_in_without_an_address(client: Client) -> None:
    """`createsuperuser` and the desk make accounts without a record that their address was confirmed."""
    User.objects.create_superuser("petra", password=PASSWORD)
    assert log_in(client, "petra", QUERY_STRING="next=/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_request_for_their_new_password_keeps_staff_from_nothing(client: Client) -> None:
    """It notes their address as one that is not confirmed, and anybody can ask for it."""
    User.objects.create_superuser("petra", "petra@unfragile.example", PASSWORD)
    Client().post("/accounts/password/reset/", {"email": "petra@unfragile.example"})
    assert log_in(client, "petra")["Location"] == "/accounts/"


def test_others_made_by_an_operator_are_asked_to_confirm_their_address(client: Client) -> None:
    User.objects.create_user("karl", "karl@unfragile.example", PASSWORD)
    assert log_in(client, "karl")["Location"] == "/accounts/confirm-email/"
    client.post(link_in_mail())
    assert log_in(client, "karl")["Location"] == "/accounts/"


def test_a_closed_account_is_told_so(client: Client, ada: User) -> None:
    User.objects.update(is_active=False)
    assert log_in(client, ada.email)["Location"] == "/accounts/inactive/"
    assert "closed" in client.get("/accounts/inactive/").text


def test_an_address_that_somebody_else_begins_to_claim_stays_whose_it_was(client: Client, ada: User) -> None:
    """Else anybody could keep editors from logging in by their address."""
    editor = User.objects.create_user("erna", "erna@unfragile.example", PASSWORD, is_staff=True)
    EmailAddress.objects.create(user=ada, email=editor.email, verified=False)
    log_in(client, editor.email)
    assert client.session["_auth_user_id"] == str(editor.pk)


def test_a_new_password_by_mail(client: Client, ada: User) -> None:
    """It opens the account, and nothing that was open stays so."""
    elsewhere = Client()
    log_in(elsewhere, ada.email)
    assert (
        client.post("/accounts/password/reset/", {"email": ada.email})["Location"] == "/accounts/password/reset/done/"
    )
    form = client.get(link_in_mail())["Location"]
    assert client.post(form, {"password1": f"new-{PASSWORD}", "password2": f"new-{PASSWORD}"}).status_code == 302
    assert log_in(client, ada.email).status_code == 200
    assert log_in(client, ada.email, f"new-{PASSWORD}")["Location"] == "/accounts/"
    assert elsewhere.get("/accounts/").status_code == 302
    assert "That link is not good" in Client().get(link_in_mail(0)).text


def test_a_new_address_takes_the_place_of_the_old_once_it_is_confirmed(client: Client, ada: User) -> None:
    log_in(client, ada.email)
    again = client.post("/accounts/email/", {"email": "lovelace@unfragile.example", "action_add": ""})
    assert again["Location"].startswith("/accounts/reauthenticate/"), "a borrowed session is not enough"
    client.post(again["Location"], {"password": PASSWORD})
    assert "lovelace@unfragile.example" in client.get("/accounts/email/").text
    assert User.objects.get().email == "ada@unfragile.example"
    link = link_in_mail()
    client.post(link)
    assert User.objects.get().email == "lovelace@unfragile.example"
    assert [m.to for m in mail.outbox] == [["lovelace@unfragile.example"], ["ada@unfragile.example"]]


def test_a_mail_server_that_is_down_is_no_error_of_the_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it tell who is known: both are answered as ever, and one may ask again later."""

    def refused(*args: object, **kwargs: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)
    assert client.post("/accounts/signup/", NEW)["Location"] == "/accounts/confirm-email/"
    assert client.post("/accounts/password/reset/", {"email": "nobody@unfragile.example"}).status_code == 302
    assert not mail.outbox
