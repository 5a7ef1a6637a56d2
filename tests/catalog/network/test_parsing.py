"""JSON from a stranger."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.network import IMPORTS, CannotFetch, Why, fetch
from catalog.network.parsing import DEEPEST, json_of
from tests.loopback import OK, Loopback, saying
from tests.patience import PATIENCE


@pytest.mark.parametrize(
    ("body", "value"),
    [(b'{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}), (b"\xef\xbb\xbf[]", []), ('"ä"'.encode(), "ä"), (b"7", 7)],
)
def test_json_is_read(body: bytes, value: Any) -> None:
    assert json_of(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[1,]", b"<!doctype html>", b"[NaN]", b"[-Infinity]", b"{'a': 1}", b"[1] [2]",
        b"\xff\xfe[\x00]\x00", '"ä"'.encode("latin-1"), b"1" * 5_000, b'{"a": [1, 2',
    ],
)  # fmt: skip
def test_what_is_no_json_is_garbled(body: bytes) -> None:
    with pytest.raises(CannotFetch) as raised:
        json_of(body)
    assert raised.value.why == Why.GARBLED


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_as_deep_as_anybody_needs_and_no_deeper(opening: str, closing: str) -> None:
    """Deeper than Python itself can go among it."""
    deepest = opening * DEEPEST + "1" + closing * DEEPEST
    assert json.dumps(json_of(deepest.encode()), separators=(",", ":")) == deepest
    began = time.monotonic()
    for depth in (DEEPEST + 1, 500, 100_000):
        with pytest.raises(CannotFetch):
            json_of((opening * depth + "1" + closing * depth).encode())
    assert time.monotonic() - began < PATIENCE


@given(st.binary(max_size=60))
def test_whatever_comes_is_read_or_garbled(body: bytes) -> None:
    try:
        json_of(body)
    except CannotFetch as error:
        assert error.why is Why.GARBLED  # noqa: PT017 - either is fine


def test_an_answer_is_read_as_json(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(OK, b'{"a": 1}'))
    assert fetch("https://registry.dev/", profile=IMPORTS, door=loopback.door).json() == {"a": 1}
