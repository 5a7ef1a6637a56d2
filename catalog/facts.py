"""Which of several values of one fact is stated, and whether they are disputed.

Pure: takes the values that sources give, answers with a verdict. `derived.py` writes the answer down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.choices import Origin
from catalog.factsheet import FactSpec

#: Editor beats owner beats import beats AI.
PRECEDENCE = {Origin.EDITOR: 0, Origin.OWNER: 1, Origin.OBSERVED: 2, Origin.AI: 3}


@dataclass(frozen=True)
class Said:
    """One source's value. `is_own` is false for the value of a relative, held against this artifact's by lineage."""

    id: int
    value: Any
    origin: str
    retrieved_on: dt.date | None = None
    recorded_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    is_locked: bool = False
    is_own: bool = True
    #: Under what it holds, where an editor found that each is true under something of its own.
    condition: str = ""
    #: Its source does not say it any more: shown only where nobody says anything else, and no reason for a dispute.
    is_dropped: bool = False


@dataclass(frozen=True)
class Verdict:
    stated: Said | None
    is_disputed: bool
    others: tuple[Said, ...] = ()


def verdict_of(values: Sequence[Said], spec: FactSpec) -> Verdict:
    """The value to show and whether it is disputed.

    A settled value is stated and ends the dispute with all values known by then; one that disagrees and was written
    down later opens it again. Otherwise a locked value is stated, then the highest origin wins; within one origin the
    value that most sources give, then the newest. AI never disputes what anybody else says.
    """
    own = [value for value in values if value.is_own]
    if not own:
        return Verdict(None, is_disputed=False)
    settled = [value for value in own if value.settled_at]
    if settled:
        stated = max(settled, key=lambda v: (v.settled_at, v.id))
    else:
        stated = min(own, key=lambda v: _preference(v, values, spec))
    others = _others(values, stated, spec)
    heard = [
        value
        for value in others
        if value.origin != Origin.AI and not value.is_dropped and not _is_answered(value, stated)
    ]
    return Verdict(stated, is_disputed=bool(heard), others=others)


def _is_answered(value: Said, stated: Said) -> bool:
    """Whether the editor who settled on `stated` knew of the value, or found that it holds under something else."""
    if value.is_own and value.condition and value.condition != stated.condition:
        return True
    if stated.settled_at is None:
        return False
    return value.recorded_at is None or value.recorded_at <= stated.settled_at


def _others(values: Sequence[Said], stated: Said, spec: FactSpec) -> tuple[Said, ...]:
    return tuple(value for value in values if value is not stated and not spec.agrees(value.value, stated.value))


def _preference(value: Said, values: Sequence[Said], spec: FactSpec) -> tuple[bool, bool, int, int, int, int]:
    supporters = sum(
        spec.agrees(value.value, other.value)
        for other in values
        if other.origin == value.origin and not other.is_dropped
    )
    newest = -(value.retrieved_on or dt.date.min).toordinal()
    return not value.is_locked, value.is_dropped, PRECEDENCE[Origin(value.origin)], -supporters, newest, value.id
