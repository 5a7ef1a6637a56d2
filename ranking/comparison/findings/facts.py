"""What the facts say: who takes more, who measured higher, what is old, derived or disputed. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from catalog import wording
from catalog.factsheet import FACTS
from ranking.comparison.findings.case import Case, Found, found
from ranking.comparison.phrases import are, as_much, inside, names
from ranking.comparison.table import Cell, FactRow, Group, State

#: Days between two last updates from which the older one is worth a word.
FAR_APART = 180
#: Said of two, and of more.
_LARGER = {
    "context_window": ("has the larger context window", "has the largest context window"),
    "max_output": ("gives the longer output", "gives the longest output"),
}


def larger(case: Case) -> Iterator[Found]:
    """Of what more is better; what only its owner says is told as that, and wins nothing.

    What is disputed is left out and told once, by the rule of disputes.
    """
    for name, (of_two, of_more) in _LARGER.items():
        known = sorted(case.known(name), key=lambda pair: (-pair[1].value, pair[0].slug))
        if len(known) < 2 or case.rows[name].better < 1:
            continue
        (first, most), (_, second) = known[0], known[1]
        if FACTS[name].agrees(most.value, second.value):
            continue
        missing = case.not_known(name)
        cells = dict(zip([it.slug for it in case.subjects], case.rows[name].cells, strict=True))
        disputed = any(cells[it.slug].state == State.DISPUTED for it in missing)
        blank = [it for it in missing if cells[it.slug].state == State.UNKNOWN]
        unknown = f" That of {names(blank)} is not known." if blank else ""
        # Of nothing there is no multiple.
        ratio = f", {as_much(most.value, second.value)}" if second.value else ""
        is_claim = most.mark == "owner"
        own = f"{most.text}{_by_owner(most)}"
        if len(known) == 2:
            whose = "" if case.is_pair else f" of {known[1][0].name}"
            words, told = of_two, f"{own} against {second.text}{whose}{_by_owner(second)}{ratio}"
        else:
            rest = ", ".join(f"{it.name} at {cell.text}{_by_owner(cell)}" for it, cell in known[1:])
            words, told = of_more, f"{own}{f'{ratio} as the next' if ratio else ''}; {rest}"
        clause = "" if missing or is_claim else f"{first.name} {words}"
        among = f" of the {'two' if len(known) == 2 else 'three'} that nobody disputes" if disputed else ""
        text = f"{first.name} {words}{among}: {told}.{unknown}"
        yield found("larger", text, (name,), [] if is_claim else [first], clause=clause)


def _by_owner(cell: Cell) -> str:
    return " (its owner says so)" if cell.mark == "owner" else ""


def benchmarks(case: Case) -> Iterator[Found]:
    """The same benchmark, version and metric; ahead only where the intervals lie apart."""
    for row in case.rows.values():
        if row.group != Group.BENCHMARKS or not row.better or not row.differs:
            continue
        known = case.known(row.name)
        known.sort(key=lambda pair: (-row.better * pair[1].value["score"], pair[0].slug))
        if len(known) < 2 or known[0][1].value["score"] == known[1][1].value["score"]:
            continue
        (first, best), *rest = known
        figures = ", ".join(f"{it.name} at {cell.text}{_claim(cell)}" for it, cell in known)
        bare = [it for it, cell in known if _interval(cell) is None]
        if bare:
            whose = "these scores are" if len(bare) == len(known) else f"the score of {names(bare)} is"
            text = f"On {row.label}: {figures}; {whose} without an interval, so the difference may be chance."
            yield found("benchmark", text, (row.name,))
        elif all(_apart(best, cell, row.better) for _, cell in rest):
            is_claim = any(cell.mark == "owner" for _, cell in known)
            text = f"{first.name} does better on {row.label}: {figures}. The intervals lie apart."
            clause = "" if is_claim else f"{first.name} does better on {row.label.partition(',')[0]}"
            yield found("benchmark", text, (row.name,), [] if is_claim else [first], clause=clause)


def _claim(cell: Cell) -> str:
    return " (claimed by its maker)" if cell.mark == "owner" else ""


def _interval(cell: Cell) -> tuple[float, float] | None:
    low, high = cell.value["low"], cell.value["high"]
    return None if low is None or high is None else (low, high)


def _apart(better: Cell, worse: Cell, direction: int) -> bool:
    one, other = _interval(better), _interval(worse)
    if one is None or other is None:
        return False
    return one[0] > other[1] if direction > 0 else one[1] < other[0]


def updated(case: Case) -> Iterator[Found]:
    """Who was left alone much longer. A month or a year alone counts by the day that makes the gap smaller."""
    known = sorted(case.known("last_updated"), key=lambda pair: (_days(pair[1])[0], pair[0].slug), reverse=True)
    if len(known) < 2:
        return
    cell = known[0][1]
    behind = [(it, old) for it, old in known[1:] if (_days(cell)[0] - _days(old)[1]).days > FAR_APART]
    if not behind:
        return
    told = ", ".join(f"{it.name} {_when(old)}" for it, old in behind)
    fresh = [(it, new) for it, new in known if new.value == cell.value]
    were = "was" if len(fresh) == 1 else "were"
    text = f"{names(it for it, _ in fresh)} {were} last updated {_when(cell)}, {told}."
    yield found("updated", text, ("last_updated",), [it for it, new in fresh if not new.mark])


def _when(cell: Cell) -> str:
    return f"{'on' if len(cell.value) == 10 else 'in'} {cell.text}"


def _days(cell: Cell) -> tuple[dt.date, dt.date]:
    """The first and the last day that a date such as 2026, 2026-05 or 2026-05-31 may mean."""
    year, *rest = (int(part) for part in cell.value.split("-"))
    month = rest[0] if rest else None
    if len(rest) == 2:
        day = dt.date(year, rest[0], rest[1])
        return day, day
    last = calendar.monthrange(year, month or 12)[1]
    return dt.date(year, month or 1, 1), dt.date(year, month or 12, last)


def derived(case: Case) -> Iterator[Found]:
    by_slug = {it.slug: it for it in case.subjects}
    for it in case.subjects:
        parents = [by_slug[slug] for slug in it.derived_from if slug in by_slug]
        if parents and "derived_from" in case.rows:
            yield found("derived", f"{it.name} is derived from {names(parents)}.", ("derived_from",))


def deprecated(case: Case) -> Iterator[Found]:
    over = [it for it, cell in case.known("deprecated") if cell.value is True]
    rest = case.others(*over)
    if over:
        whole = "both are" if case.is_pair else "all are"
        clause = f"{names(over)} {are(over)} deprecated" if rest else f"{whole} deprecated"
        text = (
            f"{clause[:1].upper() if not rest else clause[:1]}{clause[1:]}: kept for the record, no longer recommended."
        )
        yield found("deprecated", text, ("deprecated",), rest, clause=clause)


def chosen(case: Case) -> Iterator[Found]:
    """How often, of how many times shown. It speaks for nobody, and of made-up searches nothing is told."""
    shown = {it.slug: cell.value for it, cell in case.known("shown")}
    told = [
        f"{it.name} in {wording.grouped(cell.value)} of {wording.grouped(shown[it.slug])} cases"
        for it, cell in case.known("chosen")
        if shown.get(it.slug) and not it.counts_sample
    ]
    if told:
        text = f"Chosen when it was shown for an intent: {', '.join(told)}."
        if any(it.counts_sample for it in case.subjects):
            text += " Made-up searches of the demo are among them."
        yield found("chosen", text, ("chosen", "shown"))


def disputes(case: Case) -> Iterator[Found]:
    """All in one: no other rule looks at such a cell, and a reader should know."""
    rows: dict[tuple[str, ...], list[FactRow]] = {}
    for row in case.rows.values():
        about = tuple(
            it.slug for it, cell in zip(case.subjects, row.cells, strict=True) if cell.state == State.DISPUTED
        )
        if about:
            rows.setdefault(about, []).append(row)
    by_slug = {it.slug: it for it in case.subjects}
    told = [
        f"about the {_labels(disputed)} of {names(by_slug[slug] for slug in about)}" for about, disputed in rows.items()
    ]
    if told:
        text = f"Sources disagree {wording.listed(told)}; nothing said here rests on that."
        yield found("disputed", text, tuple(row.name for disputed in rows.values() for row in disputed))


def _labels(rows: list[FactRow]) -> str:
    return wording.listed([inside(row.label) for row in rows])
