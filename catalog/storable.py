"""Whether texts can be stored: JSON can escape characters that no page and no PostgreSQL can hold.

Asked wherever texts come in: forms, tables, files, addresses that are looked up. Names moreover lose what would turn
the sentence around that they stand in.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: Unicode's embeddings, overrides and isolates, which work beyond the name that they stand in.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def storable(text: str) -> str:
    """The text without what nothing can keep."""
    return _UNSTORABLE.sub("", text)


def is_unstorable(value: Any) -> bool:
    """Of a text, or of lists and dictionaries of texts however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if _UNSTORABLE.search(one):
                return True
        elif isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
    return False


def unturned(name: str) -> str:
    """Without what would turn the words around it."""
    return name if name.isascii() else _TURNING.sub("", name)


def isolated(name: str) -> str:
    """For a sentence in plain text: what is written from right to left keeps its own order and moves nothing else.

    Pages have <bdi> for it.
    """
    name = unturned(name)
    if name.isascii() or not any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in name):
        return name
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"
