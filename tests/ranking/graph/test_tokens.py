"""A token says what was served, and nobody but the site can make one."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace

import pytest

from ranking.graph.tokens import LEEWAY, LIFETIME, CannotRead, Served, mint, read

KEYS = [b"k" * 32, b"old" * 11]
NOW = 1_790_000_000
SERVED = Served(uuid.UUID(int=7), NOW, b"a" * 8, b"n" * 8, (3, 1, 2**40))


def test_it_says_what_was_served():
    assert read(mint(SERVED, KEYS), KEYS, now=NOW + 60) == SERVED


def test_the_key_before_is_still_read():
    assert read(mint(SERVED, KEYS[1:]), KEYS, now=NOW) == SERVED


@pytest.mark.parametrize("now", [NOW - LEEWAY - 1, NOW + LIFETIME + LEEWAY])
def test_it_runs_out(now):
    with pytest.raises(CannotRead):
        read(mint(SERVED, KEYS), KEYS, now=now)


def test_another_key_makes_none():
    with pytest.raises(CannotRead):
        read(mint(SERVED, [b"x" * 32]), KEYS, now=NOW)


@pytest.mark.parametrize("bad", ["", "x", "=", "a" * 2_000, "é" * 40, "../..", "\x00", "AAAA" * 30, " "])
def test_what_is_no_token_is_refused(bad):
    with pytest.raises(CannotRead):
        read(bad, KEYS, now=NOW)


def test_no_mutated_token_is_accepted():
    """10,000 tokens with letters changed, left out, added or exchanged."""
    draw = random.Random(5)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/."
    token = mint(SERVED, KEYS)
    tried = 0
    while tried < 10_000:
        changed = list(token)
        for _ in range(draw.choice((1, 1, 2, 5))):
            at = draw.randrange(len(changed))
            what = draw.randrange(4)
            if what == 0:
                changed[at] = draw.choice(letters)
            elif what == 1:
                del changed[at]
            elif what == 2:
                changed.insert(at, draw.choice(letters))
            else:
                other = draw.randrange(len(changed))
                changed[at], changed[other] = changed[other], changed[at]
        if "".join(changed) == token:
            continue
        tried += 1
        with pytest.raises(CannotRead):
            read("".join(changed), KEYS, now=NOW)


def test_a_token_of_other_artifacts_is_another_token():
    assert mint(SERVED, KEYS) != mint(replace(SERVED, artifacts=(3, 1)), KEYS)
