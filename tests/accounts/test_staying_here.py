"""Where to go after signing in: to a page of this site, or to the account."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.conftest import log_in

ELSEWHERE = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example/%2e%2e",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example",
    "\t//evil.example", " //evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example", "HTTPS://evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "//testserver@evil.example",
    "https://testserver@evil.example", "https://testserver.evil.example", "//evil.example\\@testserver",
    "https://evil.example#testserver", "https://evil.example?testserver", "evil.example", "../evil", "?next=x",
    "/ /evil.example", "/\x00/evil.example", "http://[::1]evil", "/\r\nSet-Cookie: a=b", "//google%E3%80%82com",
    "\u2028//evil.example", "https://localhost/", "http://testserver/",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=repr)
@pytest.mark.django_db
def test_nobody_is_sent_elsewhere(client: Client, ada: User, wanted: str) -> None:
    at = f"/accounts/login/?next={quote(wanted)}"
    answer = client.post(at, {"login": ada.email, "password": "stronger-through-disorder", "next": wanted})
    assert answer["Location"] == "/accounts/"
    assert client.get(at)["Location"] == "/accounts/", "also not who is signed in already"
    assert client.post(f"/accounts/logout/?next={quote(wanted)}")["Location"] == "/"


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=repr)
@pytest.mark.django_db
def test_no_editor_is_sent_elsewhere(admin_client: Client, wanted: str) -> None:
    assert admin_client.get(f"/admin/login/?next={quote(wanted)}")["Location"] == "/admin/"


@pytest.mark.parametrize("wanted", ["/", "/artifacts/?kind=mcp&page=2", "/compare/a-vs-b/", "/docs/api/#errors"])
@pytest.mark.django_db
def test_a_page_of_ours_is_gone_to(client: Client, ada: User, wanted: str) -> None:
    client.get(f"/accounts/login/?next={quote(wanted)}")
    assert log_in(client, ada.email, QUERY_STRING=f"next={quote(wanted)}")["Location"] == wanted
