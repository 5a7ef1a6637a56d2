"""A published word verifies whoever drew it, for that listing and that way, and nobody and nothing else."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from claims import proofs, tokens
from claims.choices import Method, Outcome
from claims.proofs import Asked, Reach

PEOPLE, LISTINGS = range(10), range(10)
ATTEMPTS = 10_000
PLACES = {
    Method.REPOSITORY: "github.com/maker/thing-{}",
    Method.DNS: "thing-{}.dev",
    Method.WELL_KNOWN: "thing-{}.dev",
    Method.META: "https://thing-{}.dev/",
}
Publish = Callable[[list[str]], None]


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Every place there is says these words: the worst that somebody with all of them could do."""
    said: list[str] = []

    def fetch(address: str, **how: Any) -> Any:
        if "api.github.com" in address:
            path = address.partition("/repos/")[2]
            told = {"id": 1, "owner": {"id": 2}, "full_name": path, "default_branch": "main"}
            body = json.dumps({**told, "fork": False, "private": False}).encode()
        elif "raw.githubusercontent.com" in address:
            body = "\n".join(said).encode()
        elif "/.well-known/" in address:
            body = json.dumps({"unfragile-challenges": said}).encode()
        else:
            tags = "".join(f'<meta name="unfragile-challenge" content="{word}">' for word in said)
            body = f"<head>{tags}</head>".encode()
        return SimpleNamespace(final_url=address, status=200, address="", body=body, json=lambda: json.loads(body))

    for module in ("well_known", "meta_tag", "repository_file"):
        monkeypatch.setattr(f"claims.proofs.{module}.fetch", fetch)
    monkeypatch.setattr(
        "claims.proofs.dns_txt.txt_records",
        lambda *args, **how: SimpleNamespace(agreed=frozenset(said), disputed=frozenset()),
    )

    def put(words: list[str]) -> None:
        said[:] = words

    return put


def found(method: Method, listing: int, token: str) -> Outcome:
    return proofs.look(method, Asked(PLACES[method].format(listing), token), Reach()).outcome


@pytest.mark.parametrize("method", Method)
def test_the_right_word_is_found(publish: Publish, method: Method) -> None:
    """Otherwise that no other one is would say nothing."""
    token = tokens.challenge()
    publish([tokens.challenge(), token])
    assert found(method, 1, token) == Outcome.PRESENT


def test_of_ten_thousand_words_of_others_none_verifies_anybody(publish: Publish) -> None:
    """Across people, listings and ways, and changed in small ways, wherever they are published."""
    drawn = {which: tokens.challenge() for which in itertools.product(PEOPLE, LISTINGS, Method)}
    assert len(set(drawn.values())) == len(drawn)
    keys, draw = list(drawn), random.Random(8)
    changed: list[Callable[[str], str]] = [
        str,
        str.upper,
        lambda word: word[:-1],
        lambda word: f"{word}a",
        lambda word: f"“{word}”",
        lambda word: word.replace("-", "\u2010"),
        lambda word: word.removeprefix(tokens.PREFIX),
    ]
    accepted = []
    for number in range(ATTEMPTS):
        mine, theirs = draw.sample(keys, 2)
        change = changed[number % len(changed)]
        # Their words as they are; mine only in a form that is not mine.
        publish([change(drawn[theirs]), *(() if change is str else (change(drawn[mine]),))])
        if found(mine[2], mine[1], drawn[mine]) == Outcome.PRESENT:
            accepted.append((mine, theirs))
    assert accepted == []


def test_a_word_has_two_hundred_random_bits_in_letters_that_every_place_can_hold() -> None:
    words = {tokens.challenge() for _ in range(1_000)}
    assert len(words) == 1_000
    for word in words:
        secret = word.removeprefix(tokens.PREFIX)
        assert len(secret) == 40
        assert set(secret) <= set("abcdefghijklmnopqrstuvwxyz234567")
