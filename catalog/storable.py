"""Whether texts can be stored: JSON can escape characters that no page and no PostgreSQL can hold.

Asked by the desk's forms and by the tables that editors send.
"""

from __future__ import annotations

import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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
