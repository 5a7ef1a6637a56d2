"""What has changed since a day in the past: two tables of the same artifacts, row by row. Pure.

Only what was kept of that day can have changed. A rank that moved within its own band is said to have stayed in it, and
what follows from the rank (its components, its percentile) is not told again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityCell, CapabilityRow, Cell, FactRow, Group, Has, State, Table
from ranking.wording import whole

UNKNOWN = "unknown"
#: Told in a way of its own; and what nobody keeps of past days.
APART = (Group.RANK, Group.MATCHES)
_OFFERED, _ABSENT = "has it", "lacks it"


@dataclass(frozen=True)
class Changed:
    """One cell that says something else now."""

    #: Of its row.
    name: str
    label: str
    slug: str
    then: str
    now: str
    #: Of a rank: whether it is now outside the band it had then; None of all else.
    beyond_band: bool | None = None


@dataclass(frozen=True)
class Changes:
    #: The Monday whose ranks are shown; None where none was kept.
    ranks_of: dt.date | None
    #: The day from which facts of all of them are kept; None where those shown are complete.
    facts_from: dt.date | None
    #: What is not known of that day, in a sentence; empty where all is.
    note: str
    rows: tuple[Changed, ...]


def changed(then: Table, now: Table, *, without_facts: Collection[str] = ()) -> tuple[Changed, ...]:
    """`without_facts`: slugs of those whose facts of that day nobody kept. Both tables have the same artifacts."""
    return tuple(
        found
        for place, it in enumerate(then.subjects)
        for found in _of_one(then, now, place, it, has_facts=it.slug not in without_facts)
    )


def _of_one(then: Table, now: Table, place: int, it: Subject, *, has_facts: bool) -> Iterator[Changed]:
    yield from _rank(it, now.subjects[place])
    if not has_facts:
        return
    before = {row.name: row for row in then.facts if row.group not in APART}
    after = {row.name: row for row in now.facts if row.group not in APART}
    for name in dict.fromkeys([*before, *after]):
        one, other = _said(before.get(name), place), _said(after.get(name), place)
        if one != other:
            yield Changed(name, (before.get(name) or after[name]).label, it.slug, one, other)
    offered, offers = _offered(then, place), _offered(now, place)
    for name in dict.fromkeys([*offered, *offers]):
        label = offered.get(name) or offers[name]
        one, other = (_OFFERED if name in of else _absence(table, name, place) for of, table in
                      ((offered, then), (offers, now)))  # fmt: skip
        if one != other:
            yield Changed(f"capability.{name}", label, it.slug, one, other)


def _rank(then: Subject, now: Subject) -> Iterator[Changed]:
    before, after = _rank_text(then), _rank_text(now)
    if before == after:
        return
    beyond = None
    if then.ranked is not None and now.ranked is not None:
        was = then.ranked.standing
        beyond = not was.low <= now.ranked.standing.score <= was.high
    yield Changed("rank", "Rank", then.slug, before, after, beyond)


def _rank_text(it: Subject) -> str:
    if it.ranked is None:
        return "not ranked"
    standing = it.ranked.standing
    return f"{whole(standing.score)} ({whole(standing.low)}–{whole(standing.high)})"


def _said(row: FactRow | None, place: int) -> str:
    cell: Cell | None = row.cells[place] if row else None
    if cell is None or cell.state in (State.UNKNOWN, State.DOES_NOT_APPLY):
        return UNKNOWN
    return f"{cell.text} (disputed)" if cell.state == State.DISPUTED else cell.text


def _offered(table: Table, place: int) -> dict[str, str]:
    """Names by slug. In whichever row a capability stands: near ones are joined in one table and not in the other."""
    return {part.capability_slug: part.capability_name for part in table.subjects[place].offerings}


def _absence(table: Table, slug: str, place: int) -> str:
    row = next((row for row in table.capabilities if row.slug == slug), None)
    cell: CapabilityCell | None = row.cells[place] if isinstance(row, CapabilityRow) else None
    return _ABSENT if cell is not None and cell.state == Has.LACKS else UNKNOWN
