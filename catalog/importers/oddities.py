"""What of an entry nothing can have: prices and counts that are no numbers or less than nothing, days to come.

Pure. The feeds leave such values out, each where it reads it; here they become sentences on the entry's row, so that
whoever looks at the run can tell the publisher.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any

#: Keys of what is counted or paid, and of days that have been.
_COUNTED = re.compile(r"cost|pric|prompt$|completion$|count|likes|downloads|stars|forks|limit|context|tokens")
_PAST = re.compile(r"updat|creat|releas|modif|push|commit|publish", re.IGNORECASE)
_NO_NUMBER = re.compile(r"\s*[-+]?(nan|inf(inity)?)\s*", re.IGNORECASE)
_BELOW_ZERO = re.compile(r"\s*-\d{1,40}(\.\d{1,40})?(e[-+]?\d{1,3})?\s*", re.IGNORECASE)
_DAY = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})(?!\d)")
#: Sentences for one entry, and how deep they are looked for.
MOST, DEEPEST = 5, 6


def notes_of(raw: Any, on: dt.date) -> tuple[str, ...]:
    """`on`: the day on which the source was as it is."""
    found: dict[str, None] = {}
    _look(raw, (), on + dt.timedelta(days=1), found)
    return tuple(found)[:MOST]


def _look(value: Any, path: tuple[str, ...], last: dt.date, found: dict[str, None]) -> None:
    if isinstance(value, dict):
        if len(path) < DEEPEST:
            for name, part in value.items():
                _look(part, (*path, str(name)), last, found)
    elif isinstance(value, list | tuple):
        for part in value:
            if not isinstance(part, list | tuple):
                _look(part, path, last, found)
            elif len(path) < DEEPEST:
                _look(part, (*path, ""), last, found)
    elif path and (why := _why_not(value, path[-1], last)):
        found[f"{'.'.join(filter(None, path))[-80:]}: “{str(value).strip()[:40]}” is {why}; it is left out."] = None


def _why_not(value: Any, key: str, last: dt.date) -> str:
    if isinstance(value, float | Decimal | int) and not isinstance(value, bool):
        if not math.isfinite(value):
            return "no number"
        return "less than nothing" if value < 0 and _COUNTED.search(key) else ""
    if not isinstance(value, str):
        return ""
    if _COUNTED.search(key):
        if _NO_NUMBER.fullmatch(value):
            return "no number"
        return "less than nothing" if _BELOW_ZERO.fullmatch(value) and float(value) < 0 else ""
    if _PAST.search(key) and (match := _DAY.match(value)):
        day = tuple(map(int, match.groups()))
        return "a day to come" if day > (last.year, last.month, last.day) else ""
    return ""
