"""What a comparison is called: the slugs of its artifacts, in one order. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

SEPARATOR = "-vs-"
LEAST, MOST = 2, 4
#: Where its page is.
ADDRESS = re.compile(r"/compare/([^/]{1,500})/")


class CannotCompare(Exception):
    """These are not two to four different artifacts. Says in a sentence what to do."""


def key_of(slugs: Collection[str]) -> str:
    """By the alphabet, so that the order says nothing about who is better and never changes."""
    return SEPARATOR.join(sorted(slugs))


def address_of(key: str) -> str:
    return f"/compare/{key}/"


def slugs_in(key: str) -> list[str]:
    """The slugs, whatever their case, each once. Raises CannotCompare where there are too few or too many."""
    return checked(key.lower().split(SEPARATOR))


def checked(slugs: Collection[str]) -> list[str]:
    found = list(dict.fromkeys(slug for slug in slugs if slug))
    if len(found) < LEAST:
        if len([slug for slug in slugs if slug]) > len(found):
            raise CannotCompare("Both names are the same artifact. Choose another one to set beside it.")
        raise CannotCompare("A comparison takes two to four artifacts. Choose one more.")
    if len(found) > MOST:
        raise CannotCompare(f"A comparison takes two to four artifacts, not {len(found)}. Leave some out.")
    return found
