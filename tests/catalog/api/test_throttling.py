"""60 requests a minute by address, 300 with a key; and the seam by which keys come in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from catalog.api.views.kinds import KindViewSet

pytestmark = pytest.mark.django_db
KINDS = "/api/v1/kinds/"


@dataclass(frozen=True)
class Key:
    """All that throttling asks of a key."""

    rate_key: str
    throttle_scope: str = "key"


class FakeKeys(BaseAuthentication):
    """As an authenticator of a layer above will be: any text but “wrong” is a key."""

    def authenticate(self, request: Request) -> tuple[Any, Key] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        if text == "wrong":
            raise AuthenticationFailed("This key is not known.")
        return None, Key(text)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KindViewSet, "authentication_classes", [FakeKeys])


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(dt.datetime(2026, 6, 1, tzinfo=dt.UTC), tick=False) as traveller:
        yield traveller


def statuses(client: Client, count: int, **headers: str) -> list[int]:
    return [client.get(KINDS, headers=headers or None).status_code for _ in range(count)]


def test_sixty_a_minute_by_address(client: Client, one_moment: time_machine.Traveller) -> None:
    first = client.get(KINDS)
    assert first["RateLimit-Policy"] == '"anon";q=60;w=60'
    assert first["RateLimit"] == '"anon";r=59;t=60'
    one_moment.shift(20)
    assert statuses(client, 59) == [200] * 59
    refused = client.get(KINDS)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert refused["Retry-After"] == "40"
    assert refused["RateLimit"] == '"anon";r=0;t=40'
    assert refused.json()["type"].endswith("#error-too-many-requests")
    assert client.get(KINDS, REMOTE_ADDR="198.51.100.7").status_code == 200, "another address"
    one_moment.shift(41)
    assert client.get(KINDS).status_code == 200


def test_three_hundred_with_a_key_and_each_key_for_itself(client: Client, keys: None) -> None:
    assert set(statuses(client, 300, Authorization="Bearer a")) == {200}
    assert statuses(client, 1, Authorization="Bearer a") == [429]
    response = client.get(KINDS, headers={"Authorization": "Bearer b"})
    assert response["RateLimit-Policy"] == '"key";q=300;w=60'
    assert client.get(KINDS)["RateLimit"] == '"anon";r=59;t=60', "an address is counted apart from its keys"


def test_a_wrong_key_is_refused(client: Client, keys: None) -> None:
    response = client.get(KINDS, headers={"Authorization": "Bearer wrong"})
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response.json()["detail"] == "This key is not known."


def test_answers_that_cost_nothing_count_all_the_same(client: Client) -> None:
    etag = client.get(KINDS)["ETag"]
    for _ in range(59):
        assert client.get(KINDS, headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/api/v1/nowhere/").status_code == 429
    assert client.options(KINDS).status_code == 204, "a browser asks this by itself"


def test_a_forged_header_opens_no_second_account(client: Client) -> None:
    statuses(client, 60)
    assert statuses(client, 1, **{"X-Forwarded-For": "203.0.113.9"}) == [429]


def test_a_network_of_ipv6_counts_as_one(client: Client) -> None:
    for last in range(60):
        client.get(KINDS, REMOTE_ADDR=f"2001:db8::{last:x}")
    assert client.get(KINDS, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert client.get(KINDS, REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_addresses_are_not_written_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    cache = caches["limits"]
    original = cache.add
    monkeypatch.setattr(
        cache, "add", lambda key, *args, **kwargs: written.append(key) or original(key, *args, **kwargs)
    )
    client.get(KINDS, REMOTE_ADDR="203.0.113.9")
    assert written
    assert not any("203.0.113.9" in key for key in written)
