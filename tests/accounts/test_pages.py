"""The account pages: in the site's frame, kept by nobody; and what they change on all the others, which is next to
nothing.
"""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.accounts.conftest import link_in_mail, log_in, with_second_factor
from tests.factories import make_artifact
from unfragile_site.accounts.urls import urlpatterns

pytestmark = pytest.mark.django_db

FOR_ALL = {"login/", "signup/", "inactive/", "confirm-email/", "password/reset/", "password/reset/done/",
           "password/reset/key/done/"}  # fmt: skip
FOR_THEM = {"", "logout/", "email/", "password/change/", "2fa/", "2fa/totp/activate/", "delete/"}
WITH_SECOND_FACTOR = {"2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
                      "2fa/reauthenticate/", "reauthenticate/"}  # fmt: skip
#: Reached halfway only; in other files of this folder.
ON_THE_WAY = {"data.json", "login/code/confirm/", "2fa/authenticate/", "password/set/", "2fa/recovery-codes/download/",
              r"^confirm-email/(?P<key>[-:\w]+)/$",
              r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"}  # fmt: skip


def assert_ours(answer) -> None:
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    page = answer.text
    assert '<meta name="robots" content="noindex">' in page
    assert page.count("<h1>") == 1
    assert re.search(r"<title>\s*\S", page)
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        if 'type="hidden"' not in field and "aria-label" not in field:
            name = re.search(r' id="([^"]+)"', field)
            assert name, field
            assert f'for="{name[1]}"' in page, field
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
        assert "csrfmiddlewaretoken" in form


def test_every_address_is_looked_at_here() -> None:
    assert {str(p.pattern) for p in urlpatterns} == FOR_ALL | FOR_THEM | WITH_SECOND_FACTOR | ON_THE_WAY


@pytest.mark.parametrize("path", sorted(FOR_ALL))
def test_a_page_for_everybody(client: Client, path: str) -> None:
    assert_ours(client.get(f"/accounts/{path}"))
    assert not Session.objects.exists(), "looking makes no session"


@pytest.mark.parametrize("path", sorted(FOR_THEM | WITH_SECOND_FACTOR))
def test_a_page_for_whoever_is_signed_in(client: Client, ada: User, path: str) -> None:
    assert "/accounts/login/" in client.get(f"/accounts/{path}", follow=True).redirect_chain[0][0] or path == "logout/"
    log_in(client, ada.email)
    if path in WITH_SECOND_FACTOR:
        with_second_factor(ada)
    client.post("/accounts/reauthenticate/", {"password": "stronger-through-disorder"})
    assert_ours(client.get(f"/accounts/{path}"))


def test_pages_on_the_way(client: Client, ada: User) -> None:
    client.post("/accounts/signup/", {"email": "grace@unfragile.example", "password1": "stronger-through-disorder"})
    assert_ours(client.get(link_in_mail()))
    client.post("/accounts/password/reset/", {"email": ada.email})
    assert_ours(client.get(client.get(link_in_mail())["Location"]))
    with_second_factor(ada)
    log_in(client, ada.email)
    assert_ours(client.get("/accounts/2fa/authenticate/"))
    other = Client()
    without = User.objects.create_user("person-b", "b@unfragile.example", is_staff=True)
    other.force_login(without)
    assert_ours(other.get("/accounts/password/set/"))


def test_signing_out_takes_a_post(client: Client, ada: User) -> None:
    log_in(client, ada.email)
    client.get("/accounts/logout/")
    assert client.get("/accounts/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/accounts/").status_code == 302


def test_a_form_without_its_token_is_refused(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    for path in ("login/", "signup/", "password/reset/", "logout/"):
        assert client.post(f"/accounts/{path}", {"login": "x"}).status_code == 403


def test_programs_get_pages_like_everybody(client: Client, ada: User) -> None:
    """allauth would answer them with JSON, which is another door to the same forms."""
    answer = log_in(client, ada.email, "wrong", HTTP_ACCEPT="application/json", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("name", ["github_login", "socialaccount_connections", "socialaccount_signup"])
def test_without_an_application_there_is_no_github(client: Client, name: str) -> None:
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse(name)
    assert "GitHub" not in client.get("/accounts/login/").text
    assert client.get("/accounts/github/login/").status_code == 404


# --- all the other pages ----------------------------------------------------------------------------------------------


def test_a_reader_gets_neither_session_nor_cookie(client: Client) -> None:
    artifact = make_artifact()
    for path in ("/", "/artifacts/", f"/artifacts/{artifact.slug}/", "/kinds/", "/methodology/", "/nowhere/"):
        answer = client.get(path)
        assert 'href="/accounts/login/">Sign in</a>' in answer.text, path
        assert "Set-Cookie" not in answer.headers, path
        assert not client.cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", ["/", "/artifacts/", "/methodology/", "/docs/api/", "/nowhere/"])
def test_a_page_for_somebody_is_kept_by_nobody_and_shown_to_nobody_else(client: Client, ada: User, path: str) -> None:
    """First theirs, then a reader's, then theirs again: each gets their own."""
    make_artifact()
    reader = Client()
    log_in(client, ada.email)
    for _ in range(2):
        mine = client.get(path)
        assert 'href="/accounts/">Account</a>' in mine.text
        assert "public" not in mine.get("Cache-Control", "")
        assert "Cookie" in mine["Vary"]
        others = reader.get(path)
        assert 'href="/accounts/login/">Sign in</a>' in others.text
    tag = others.get("ETag", "none")
    assert client.get(path, headers={"if-none-match": tag}).status_code == mine.status_code, "nor by its tag"


def test_signed_out_the_kept_page_is_shown_again(client: Client, ada: User) -> None:
    make_artifact()
    log_in(client, ada.email)
    client.get("/artifacts/")
    client.post("/accounts/logout/")
    assert 'href="/accounts/login/">Sign in</a>' in client.get("/artifacts/").text
