"""What a fetch asks for and follows, and what it says when it cannot: real servers on loopback, under public names."""

from __future__ import annotations

import gzip
import hashlib
import socket
import ssl
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from catalog.network import CLAIMS, FILES, IMPORTS, LINKS, CannotFetch, Profile, Why, download, fetch
from catalog.network.dialing import trusted
from tests.loopback import OK, PUBLIC, Loopback, saying


def why(loopback: Loopback, url: str, profile: Profile = IMPORTS, **asked: Any) -> Why:
    with pytest.raises(CannotFetch) as raised:
        fetch(url, profile=profile, door=loopback.door, **asked)
    return raised.value.why


def moved(to: str, status: str = "302 Found") -> Any:
    return saying(f"HTTP/1.1 {status}\nLocation: {to}")


# --- an answer --------------------------------------------------------------------------------------------------------


def test_an_answer_is_given_with_its_status_headers_and_body(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(f'{OK}\nETag: "7"\nLast-Modified: yesterday\nLink: <a>\nlink: <b>', b"{}"))
    answer = fetch("https://registry.dev/v0?a=b#c", profile=IMPORTS, door=loopback.door)
    assert (answer.status, answer.body, answer.final_url) == (200, b"{}", "https://registry.dev/v0?a=b")
    assert (answer.etag, answer.modified, answer.headers["link"]) == ('"7"', "yesterday", "<a>, <b>")
    assert loopback.dialled == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    "status", ["201 Created", "403 Forbidden", "404 Not Found", "429 Wait", "500 Oh", "300 Choose"]
)
def test_whatever_the_other_side_says_is_an_answer(loopback: Loopback, status: str) -> None:
    loopback.serve("registry.dev", saying(f"HTTP/1.1 {status}", b"why"))
    answer = fetch("https://registry.dev/", profile=IMPORTS, door=loopback.door)
    assert (answer.status, answer.body) == (int(status[:3]), b"why")


def test_we_say_who_asks_and_nothing_of_the_environment(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    """No proxy, stored password or cookie is used, though the environment offers them."""
    (tmp_path / ".netrc").write_text("machine registry.dev login erin password secret")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://unfragile.dev", "Unfragile <desk@unfragile.dev>"
    loopback.serve("registry.dev", saying(f"{OK}\nSet-Cookie: a=b"))
    for _ in range(2):
        fetch("https://registry.dev/", profile=CLAIMS, door=loopback.door)
    for request in loopback.asked:
        assert "User-Agent: Unfragile/0.1 (+https://unfragile.dev; desk@unfragile.dev)\r\n" in request
        assert "Accept-Encoding: identity\r\n" in request
        assert "Host: registry.dev\r\n" in request
        assert "cookie" not in request.lower()
        assert "authorization" not in request.lower()


def test_what_has_not_changed_comes_back_as_304(loopback: Loopback) -> None:
    def handler(opened: socket.socket, request: bytes) -> None:
        is_known = b'If-None-Match: "7"\r\n' in request and b"If-Modified-Since: yesterday\r\n" in request
        saying("HTTP/1.1 304 Not Modified\nContent-Encoding: gzip\nContent-Length: 900" if is_known else OK)(
            opened, b""
        )

    loopback.serve("registry.dev", handler)
    url = "https://registry.dev/"
    answer = fetch(url, profile=IMPORTS, etag='"7"', modified="yesterday", door=loopback.door)
    assert (answer.is_unchanged, answer.body) == (True, b"")
    assert not fetch(url, profile=IMPORTS, door=loopback.door).is_unchanged


def test_a_question_can_have_a_body_and_headers(loopback: Loopback) -> None:
    def echo(opened: socket.socket, request: bytes) -> None:
        saying(OK, request.partition(b"\r\n\r\n")[2] or opened.recv(99))(opened, request)

    loopback.serve("registry.dev", echo)
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
    answer = fetch(
        "https://registry.dev/", profile=IMPORTS, method="POST", headers=headers, body=b"{}", door=loopback.door
    )
    assert answer.body == b"{}"
    assert "Authorization: Bearer x\r\n" in loopback.asked[0]
    assert "Content-Length: 2\r\n" in loopback.asked[0]


@pytest.mark.parametrize("etag", ["a\r\nX: y", "\x00", "\u20ac"])
def test_what_was_kept_and_is_no_header_is_not_sent(loopback: Loopback, etag: str) -> None:
    loopback.serve("registry.dev", saying(OK))
    assert why(loopback, "https://registry.dev/", etag=etag) == Why.GARBLED
    assert loopback.asked in ([], [""])


def test_a_page_that_is_only_asked_about_is_not_read(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(f"{OK}\nContent-Length: 99999999999"))
    assert fetch("https://registry.dev/", profile=LINKS, door=loopback.door).body == b""


@pytest.mark.parametrize("coding", ["gzip", "X-GZIP"])
def test_one_layer_of_gzip_is_taken_off(loopback: Loopback, coding: str) -> None:
    text = b"a line of a registry\n" * 100_000
    loopback.serve("registry.dev", saying(f"{OK}\nContent-Encoding: {coding}", gzip.compress(text)))
    assert fetch("https://registry.dev/", profile=IMPORTS, door=loopback.door).body == text
    assert "Accept-Encoding: gzip\r\n" in loopback.asked[0]


# --- into a file ------------------------------------------------------------------------------------------------------


def test_a_download_is_a_file_with_its_size_and_digest(loopback: Loopback, tmp_path: Path) -> None:
    text, to = b"0123456789abcdef" * 200_000, tmp_path / "registry.json"
    loopback.serve("registry.dev", saying(f'{OK}\nETag: "7"', text))
    answer = download("https://registry.dev/", profile=FILES, to=to, door=loopback.door)
    assert (answer.path, answer.size, answer.sha256) == (to, len(text), hashlib.sha256(text).hexdigest())
    assert to.read_bytes() == text
    assert answer.etag == '"7"'


def kept(loopback: Loopback, folder: Path, said: Any) -> Any:
    """Downloads at most 1,000 bytes over a file that has been there before, which has to stay."""
    to = folder / "registry.json"
    to.write_text("before")
    loopback.serve("registry.dev", said)
    try:
        return download("https://registry.dev/", profile=replace(FILES, most_bytes=1_000), to=to, door=loopback.door)
    finally:
        assert to.read_text() == "before"
        assert [path.name for path in folder.glob("registry*")] == ["registry.json"]


@pytest.mark.parametrize("status", ["304 Not Modified", "404 Not Found", "206 Partial Content", "500 Oh"])
def test_what_is_no_200_leaves_the_file_as_it_was(loopback: Loopback, tmp_path: Path, status: str) -> None:
    answer = kept(loopback, tmp_path, saying(f"HTTP/1.1 {status}", b"no"))
    assert (answer.status, answer.path) == (int(status[:3]), None)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (saying("oh"), Why.GARBLED),
        (saying(f"{OK}\nContent-Length: 9", b"half"), Why.GARBLED),
        (saying(OK, b"x" * 1_001), Why.TOO_LARGE),
    ],
)
def test_a_failure_leaves_the_file_as_it_was(loopback: Loopback, tmp_path: Path, said: Any, reason: Why) -> None:
    with pytest.raises(CannotFetch) as raised:
        kept(loopback, tmp_path, said)
    assert raised.value.why == reason


# --- redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["301 a", "302 a", "303 a", "307 a", "308 a"])
def test_imports_follow_a_redirect(loopback: Loopback, status: str) -> None:
    loopback.serve("registry.dev", moved("//mirror.dev/new", status))
    loopback.serve("mirror.dev", saying(OK, b"there"))
    answer = fetch("https://registry.dev/", profile=IMPORTS, door=loopback.door)
    assert (answer.body, answer.final_url) == (b"there", "https://mirror.dev/new")


@pytest.mark.parametrize(
    "to",
    ["https://mirror.dev/", "/elsewhere", "https://registry.dev/x", "http://registry.dev/", "https://127.0.0.1/"],
)
def test_claims_follow_none(loopback: Loopback, to: str) -> None:
    loopback.serve("registry.dev", moved(to))
    assert why(loopback, "https://registry.dev/", CLAIMS) == Why.REDIRECT
    assert len(loopback.dialled) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(loopback: Loopback) -> None:
    def handler(opened: socket.socket, request: bytes) -> None:
        left = int(request.split()[1].removeprefix(b"/"))
        (moved(f"/{left - 1}") if left else saying(OK, b"there"))(opened, request)

    loopback.serve("registry.dev", handler)
    assert fetch("https://registry.dev/3", profile=IMPORTS, door=loopback.door).body == b"there"
    assert why(loopback, "https://registry.dev/4") == Why.REDIRECT
    assert len(loopback.dialled) == 4 + 4


@pytest.mark.parametrize(
    "to",
    [
        "http://mirror.dev/", "https://mirror.dev:8443/", "https://user@mirror.dev/", "https://127.0.0.1/",
        "https://localhost/", "https://[::1]/", "https://2130706433/", "file:///etc/passwd", "gopher://mirror.dev/",
        "http://169.254.169.254/latest/meta-data/", "https://metadata.google.internal/",
    ],
)  # fmt: skip
def test_a_redirect_to_where_we_would_not_go_is_not_followed(loopback: Loopback, to: str) -> None:
    """From https to http among them."""
    loopback.serve("registry.dev", moved(to))
    loopback.serve("mirror.dev", saying(OK), port=80)
    assert why(loopback, "https://registry.dev/") == Why.REDIRECT
    assert loopback.dialled == [(PUBLIC, 443)]


def test_a_redirect_to_a_name_that_is_inside_is_not_dialled(loopback: Loopback) -> None:
    loopback.serve("registry.dev", moved("https://mirror.dev/"))
    loopback.answers["mirror.dev"] = [ip_address("10.0.0.1")]
    assert why(loopback, "https://registry.dev/") == Why.UNREACHABLE
    assert loopback.dialled == [(PUBLIC, 443)]


def test_http_may_lead_to_https(loopback: Loopback) -> None:
    loopback.serve("registry.dev", moved("https://registry.dev/"), port=80)
    loopback.serve("registry.dev", saying(OK, b"safe"))
    assert fetch("http://registry.dev/", profile=IMPORTS, door=loopback.door).body == b"safe"


def test_no_header_of_the_callers_is_carried_to_another_host_nor_back(loopback: Loopback) -> None:
    loopback.serve("registry.dev", lambda opened, request: moved(
        "https://mirror.dev/" if b"GET /a " in request else "/c")(opened, request)
        if b"GET /c " not in request else saying(OK)(opened, request))  # fmt: skip
    loopback.serve("mirror.dev", moved("https://registry.dev/c"))
    asked = {"etag": '"7"', "modified": "yesterday", "headers": {"Authorization": "Bearer x"}}
    fetch("https://registry.dev/a", profile=IMPORTS, door=loopback.door, **asked)  # type: ignore[arg-type]
    assert ["Bearer x" in request for request in loopback.asked] == [True, False, False]
    assert ["If-None-Match" in request for request in loopback.asked] == [True, False, False]
    assert ["If-Modified-Since" in request for request in loopback.asked] == [True, False, False]


def test_what_is_sent_is_not_sent_on(loopback: Loopback) -> None:
    loopback.serve("registry.dev", moved("/there", "307 a"))
    assert why(loopback, "https://registry.dev/", method="POST", body=b"{}") == Why.REDIRECT


def test_only_the_hosts_of_a_list_are_asked(loopback: Loopback) -> None:
    loopback.serve("registry.dev", moved("https://mirror.dev/"))
    loopback.serve("mirror.dev", saying(OK))
    only = IMPORTS.only("registry.dev")
    assert why(loopback, "https://mirror.dev/", only) == Why.ADDRESS
    assert why(loopback, "https://registry.dev/", only) == Why.REDIRECT
    both = IMPORTS.only("registry.dev", "mirror.dev")
    assert fetch("https://registry.dev/", profile=both, door=loopback.door).status == 200


def test_claims_ask_over_https_only(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(OK), port=80)
    assert why(loopback, "http://registry.dev/", CLAIMS) == Why.ADDRESS
    assert loopback.dialled == []


# --- names and connections --------------------------------------------------------------------------------------------


def test_a_name_that_changes_its_mind_gains_nothing_by_it(loopback: Loopback) -> None:
    """It is resolved once for each connection, and what was judged is dialled."""
    answers = iter([[PUBLIC], [ip_address("127.0.0.1")], [ip_address("10.0.0.1")]])
    resolved: list[str] = []

    def resolver(name: str, seconds: float) -> Any:
        resolved.append(name)
        loopback.resolver(name, seconds)
        return next(answers)

    loopback.serve("registry.dev", moved("/again"))
    with pytest.raises(CannotFetch) as raised:
        fetch("https://registry.dev/", profile=IMPORTS, door=replace(loopback.door, resolver=resolver))
    assert raised.value.why == Why.UNREACHABLE
    assert loopback.dialled == [(PUBLIC, 443)]
    assert resolved == ["registry.dev.", "registry.dev."]


def test_the_next_address_is_tried_where_one_refuses(loopback: Loopback) -> None:
    other = ip_address("2606:4700:4700::1111")
    loopback.answers["registry.dev"] = [other, PUBLIC]
    loopback.serve("registry.dev", saying(OK))
    door = loopback.door

    def dialer(address: Any, port: int, seconds: float) -> socket.socket:
        if address == other:
            loopback.dialled.append((address, port))
            raise TimeoutError
        return door.dialer(address, port, seconds)

    assert fetch("https://registry.dev/", profile=IMPORTS, door=replace(door, dialer=dialer)).status == 200
    assert loopback.dialled == [(other, 443), (PUBLIC, 443)]


def test_a_certificate_of_another_name_is_refused(loopback: Loopback) -> None:
    loopback.serve("elsewhere.dev", saying(OK))
    assert why(loopback, "https://elsewhere.dev/") == Why.CERTIFICATE
    assert loopback.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(OK))
    with pytest.raises(CannotFetch) as raised:
        fetch("https://registry.dev/", profile=IMPORTS, door=replace(loopback.door, tls=trusted))
    assert raised.value.why == Why.CERTIFICATE


def test_tls_is_verified_and_not_older_than_1_2() -> None:
    context = trusted()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.cert_store_stats()["x509_ca"] > 50


# --- no oracle --------------------------------------------------------------------------------------------------------


def test_there_are_no_more_than_eight_answers_to_why() -> None:
    assert len(Why) <= 8


def test_blocked_refused_filtered_and_unknown_cannot_be_told_apart(loopback: Loopback) -> None:
    """Neither by what the caller is told, nor by how long it takes."""

    def filtered(address: Any, port: int, seconds: float) -> socket.socket:
        loopback.clock.ahead += seconds
        raise TimeoutError

    def unknown(name: str, seconds: float) -> Any:
        loopback.clock.ahead += 0.2
        raise OSError("no such name")

    blocked = replace(loopback.door, resolver=lambda name, seconds: [ip_address("10.0.0.1")])
    doors = [blocked, loopback.door, replace(loopback.door, dialer=filtered), replace(loopback.door, resolver=unknown)]
    told, took = set(), []
    for number, door in enumerate(doors):
        began = loopback.clock.now()
        with pytest.raises(CannotFetch) as raised:
            fetch(f"https://host{number}.dev/", profile=CLAIMS, door=door)
        took.append(loopback.clock.now() - began)
        told.add((raised.value.why, str(raised.value), raised.value.retry_after))
    assert len(told) == 1
    assert max(took) - min(took) < 0.1
    assert min(took) == pytest.approx(CLAIMS.seconds, abs=0.1)


# --- the operator's own -----------------------------------------------------------------------------------------------


def test_an_endpoint_of_the_operators_may_lie_anywhere(loopback: Loopback, settings: Any) -> None:
    settings.NETWORK_ENDPOINTS = ["http://files:8080", "http://127.0.0.1:11434"]
    loopback.answers["files"] = [ip_address("10.0.0.1")]
    loopback.serve("files", saying(OK, b"file"), port=8080)
    loopback.serve("127.0.0.1", saying(OK, b"model"), port=11434)
    only = IMPORTS.only("registry.dev")
    assert fetch("http://127.0.0.1:11434/v1", profile=IMPORTS, door=loopback.door).body == b"model"
    assert fetch("http://files:8080/a", profile=only, door=loopback.door).body == b"file"


@pytest.mark.parametrize("profile", [CLAIMS, LINKS], ids=lambda profile: profile.name)
@pytest.mark.parametrize("url", ["http://files:8080/a", "https://files.dev/a"])
def test_a_stranger_cannot_name_it(loopback: Loopback, settings: Any, profile: Profile, url: str) -> None:
    settings.NETWORK_ENDPOINTS = ["http://files:8080", "https://files.dev"]
    loopback.answers["files.dev"] = [ip_address("10.0.0.1")]
    assert why(loopback, url, profile) in (Why.ADDRESS, Why.UNREACHABLE)
    assert loopback.dialled == []


@pytest.mark.parametrize(
    "url", ["http://files:8081/", "https://files:8080/", "http://files/", "http://127.0.0.1:8080/"]
)
def test_another_origin_is_not_the_endpoint(loopback: Loopback, settings: Any, url: str) -> None:
    settings.NETWORK_ENDPOINTS = ["http://files:8080"]
    assert why(loopback, url) == Why.ADDRESS
    assert loopback.dialled == []


def test_nobody_can_send_us_to_an_endpoint_but_itself(loopback: Loopback, settings: Any) -> None:
    settings.NETWORK_ENDPOINTS = ["http://files:8080", "https://files.dev"]
    loopback.answers |= {"files": [ip_address("10.0.0.1")], "files.dev": [ip_address("10.0.0.1")]}
    loopback.serve("registry.dev", moved("https://files.dev/"))
    assert why(loopback, "https://registry.dev/") == Why.UNREACHABLE
    assert loopback.dialled == [(PUBLIC, 443)]
    loopback.serve("files", lambda opened, request: (
        moved("/b") if b"GET /a " in request else saying(OK, b"file"))(opened, request), port=8080)  # fmt: skip
    assert fetch("http://files:8080/a", profile=IMPORTS, door=loopback.door).body == b"file"


def test_addresses_of_this_site_are_not_dialled(loopback: Loopback, settings: Any) -> None:
    settings.OWN_ADDRESSES = [f"{PUBLIC}/32"]
    assert why(loopback, "https://registry.dev/") == Why.UNREACHABLE
    assert loopback.dialled == []
