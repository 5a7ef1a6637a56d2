"""Whether texts can be stored: JSON can escape characters that no page and no PostgreSQL can hold.

Asked wherever texts come in: forms, tables, files, addresses that are looked up.
"""

from __future__ import annotations

import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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
