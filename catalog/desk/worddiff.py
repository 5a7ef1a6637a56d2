"""What changed between two texts, by words: what stayed, what went, what came.

Pure. What stayed is cut in its middle, since a reader wants to see what did not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

SAME, GONE, CAME = "same", "gone", "came"
#: Words that are shown of what stayed, on either side of a change.
AROUND = 8
#: Words beyond which two texts are compared by lines: by words it would take seconds.
MOST = 3_000


@dataclass(frozen=True)
class Segment:
    how: Literal["same", "gone", "came"]
    text: str


def segments(was: str, now: str) -> tuple[Segment, ...]:
    before, after = _pieces(was), _pieces(now)
    if max(len(before), len(after)) > 2 * MOST:
        before, after = was.splitlines(keepends=True), now.splitlines(keepends=True)
    found: list[Segment] = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (how, start, end, from_, to) in enumerate(steps):
        if how == "equal":
            stayed = before[start:end]
            found.append(Segment("same", _shortened(stayed, place > 0, place < len(steps) - 1)))
            continue
        if end > start:
            found.append(Segment("gone", "".join(before[start:end])))
        if to > from_:
            found.append(Segment("came", "".join(after[from_:to])))
    return tuple(found)


def _pieces(text: str) -> list[str]:
    """Words with the space before them: a change then reads as whole words."""
    return re.findall(r"\s*\S+|\s+$", text)


def _shortened(pieces: list[str], follows_a_change: bool, precedes_one: bool) -> str:
    head = AROUND if follows_a_change else 0
    tail = AROUND if precedes_one else 0
    if len(pieces) <= head + tail + AROUND:
        return "".join(pieces)
    left = "".join(pieces[:head])
    right = "".join(pieces[len(pieces) - tail :]) if tail else ""
    return f"{left} … {right}"
