"""Signing in with GitHub, played by a server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.conftest import PASSWORD, log_in
from tests.accounts.test_pages import assert_ours

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/github/login/"


class GitHub:
    """Answers as it is told to, and notes what it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, str]] = {}
        self.sent: dict[str, str] = {}
        played = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                played.sent[self.path] = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                status, body = played.answers[self.path]
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body.encode())

            do_POST = do_GET  # noqa: N815 - the library's names

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.answers["/token"] = (200, json.dumps({"access_token": "t0ken", "token_type": "bearer"}))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def says(self, number: int, email: str, *, verified: bool = True) -> None:
        self.answers["/user"] = (200, json.dumps({"id": number, "login": "lovelace", "name": "Ada"}))
        self.answers["/emails"] = (200, json.dumps([{"email": email, "primary": True, "verified": verified}]))


@pytest.fixture
def github(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    played = GitHub()
    settings.ROOT_URLCONF = "tests.accounts.with_github"
    settings.ACCOUNTS = {**settings.ACCOUNTS, "GITHUB_LOGIN": True}
    ours = {"client_id": "ours", "secret": "sesame", "key": ""}
    settings.SOCIALACCOUNT_PROVIDERS = {"github": {**settings.SOCIALACCOUNT_PROVIDERS["github"], "APPS": [ours]}}
    for name, path in (("access_token_url", "/token"), ("profile_url", "/user"), ("emails_url", "/emails")):
        monkeypatch.setattr(GitHubOAuth2Adapter, name, played.url(path))
    yield played
    played.server.shutdown()
    played.server.server_close()


def go_and_come_back(client: Client, query: str = "") -> Any:
    sent = client.post(f"{LOGIN}{query}")
    asked = parse_qs(urlsplit(sent["Location"]).query)
    return client.get(f"/accounts/github/login/callback/?code=c0de&state={asked['state'][0]}")


def test_the_way_there_starts_with_a_form_and_carries_a_challenge(client: Client, github: GitHub) -> None:
    assert 'action="/accounts/github/login/"' in client.get("/accounts/login/").text
    assert_ours(client.get(LOGIN))
    sent = client.post(LOGIN)["Location"]
    asked = parse_qs(urlsplit(sent).query)
    assert sent.startswith("https://github.com/login/oauth/authorize?")
    assert asked["scope"] == ["user:email"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert "sesame" not in sent


@pytest.mark.parametrize("path", ["login/", "signup/", "github/login/"])
def test_browsers_let_the_form_go_to_github(client: Client, github: GitHub, path: str) -> None:
    """They hold `form-action` against redirects; no other page may send a form there."""
    assert "form-action 'self' https://github.com;" in client.get(f"/accounts/{path}")["Content-Security-Policy"] + ";"
    assert "github.com" not in client.get("/accounts/password/reset/")["Content-Security-Policy"]


def test_without_an_application_no_form_goes_there(client: Client) -> None:
    assert "github.com" not in client.get("/accounts/login/")["Content-Security-Policy"]


def test_whoever_comes_for_the_first_time_has_an_account(client: Client, github: GitHub) -> None:
    """Their address is confirmed where GitHub has done so; their key is not kept."""
    github.says(7, "ada@unfragile.example")
    assert go_and_come_back(client)["Location"] == "/accounts/"
    user = User.objects.get()
    assert (user.email, user.is_staff, user.has_usable_password()) == ("ada@unfragile.example", False, False)
    assert user.username.startswith("person-")
    assert EmailAddress.objects.get().verified
    assert SocialAccount.objects.get().uid == "7"
    assert not SocialToken.objects.exists()
    assert len(parse_qs(github.sent["/token"])["code_verifier"][0]) >= 43
    for path in ("", "3rdparty/", "password/set/"):
        assert_ours(client.get(f"/accounts/{path}"))


def test_the_number_counts_and_not_the_name(client: Client, github: GitHub) -> None:
    github.says(7, "ada@unfragile.example")
    go_and_come_back(client)
    github.says(8, "other@unfragile.example")
    go_and_come_back(Client())
    assert sorted(SocialAccount.objects.values_list("uid", "user__email")) == [
        ("7", "ada@unfragile.example"),
        ("8", "other@unfragile.example"),
    ]


def test_an_address_that_github_has_not_confirmed_is_confirmed_by_us(client: Client, github: GitHub) -> None:
    github.says(7, "ada@unfragile.example", verified=False)
    assert go_and_come_back(client)["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/").status_code == 302


def test_an_account_with_the_same_address_is_not_taken_over(client: Client, ada: User, github: GitHub) -> None:
    """GitHub's word for an address opens nothing that was made with a password."""
    github.says(7, ada.email)
    go_and_come_back(client)
    assert client.get("/accounts/").status_code == 302
    assert not SocialAccount.objects.filter(user=ada).exists()


def test_it_is_connected_by_whoever_is_signed_in(client: Client, ada: User, github: GitHub) -> None:
    github.says(7, "elsewhere@unfragile.example")
    log_in(client, ada.email)
    client.post("/accounts/reauthenticate/?next=/accounts/", {"password": PASSWORD})
    assert go_and_come_back(client, "?process=connect")["Location"] == "/accounts/3rdparty/"
    account = SocialAccount.objects.get(user=ada)
    assert_ours(client.get("/accounts/3rdparty/"))
    client.post("/accounts/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()


def test_an_answer_to_somebody_else_is_refused(client: Client, github: GitHub) -> None:
    github.says(7, "ada@unfragile.example")
    client.post(LOGIN)
    answer = client.get("/accounts/github/login/callback/?code=c0de&state=made-up")
    assert "did not say who you are" in answer.text
    assert not User.objects.exists()


@pytest.mark.parametrize("trouble", [500, 403, "garbage"])
def test_trouble_at_github_is_a_plain_sentence(client: Client, github: GitHub, trouble: Any) -> None:
    github.answers["/user"] = (200, "<html>") if trouble == "garbage" else (trouble, "no")
    assert "did not say who you are" in go_and_come_back(client).text


def test_whoever_says_no_there_is_told_so(client: Client, github: GitHub) -> None:
    sent = client.post(LOGIN)["Location"]
    state = parse_qs(urlsplit(sent).query)["state"][0]
    answer = client.get(f"/accounts/github/login/callback/?error=access_denied&state={state}", follow=True)
    assert "You told GitHub not to." in answer.text
