"""The facts table: what is known of each artifact, a row for each thing. Pure."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from typing import Any

from catalog import wording
from catalog.choices import COMPONENTS, Kind, LicenceClass
from catalog.factsheet import FACTS, FactSpec
from catalog.kinds import KINDS
from catalog.parts import FactPart, ResultPart, Statement
from ranking.comparison.preferences import Workload
from ranking.comparison.pricing import price_rows
from ranking.comparison.subject import Ranked, Subject
from ranking.comparison.table import Cell, FactRow, Group, State
from ranking.wording import THIN, chance, whole

NOT_RANKED = "Not ranked yet: there is not enough evidence."
NOT_READ = "Nobody has read this from a source yet."
SAMPLE = "Made-up searches of the demo are counted: no evidence, and no rank is made of them."


def fact_rows(subjects: Sequence[Subject], workload: Workload) -> tuple[FactRow, ...]:
    """A row about which nothing is known of anybody is left out; that nobody is ranked is said."""
    rows = [
        *_of_itself(subjects),
        *_of_rank(subjects),
        *price_rows(subjects, workload),
        *_of_terms(subjects),
        *_of_facts(subjects),
        *_of_benchmarks(subjects),
        *_of_matches(subjects),
    ]
    return tuple(
        row
        for row in rows
        if row.name == "rank" or any(cell.state in (State.KNOWN, State.DISPUTED) for cell in row.cells)
    )


def unknown(note: str = NOT_READ) -> Cell:
    return Cell(State.UNKNOWN, note=note)


def differing(cells: Sequence[Cell], agrees: Callable[[Any, Any], bool] = operator.eq) -> bool:
    """Whether two of those that are known say different things."""
    known = [cell.value for cell in cells if cell.state in (State.KNOWN, State.DISPUTED)]
    return any(not agrees(known[0], value) for value in known[1:])


def _row(name: str, label: str, group: Group, cells: Sequence[Cell], *, better: int = 0) -> FactRow:
    return FactRow(name, label, group, tuple(cells), differing(cells), better)


def _of_itself(subjects: Sequence[Subject]) -> Iterator[FactRow]:
    cells = [Cell(State.KNOWN, it.kind, KINDS[it.kind].label) for it in subjects]
    yield _row("kind", "Kind", Group.TERMS, cells)
    cells = [Cell(State.KNOWN, it.publisher, it.publisher) if it.publisher else unknown() for it in subjects]
    yield _row("publisher", "Publisher", Group.TERMS, cells)
    if any(it.is_deprecated for it in subjects):
        cells = [Cell(State.KNOWN, it.is_deprecated, "Yes" if it.is_deprecated else "No") for it in subjects]
        yield _row("deprecated", "Deprecated", Group.TERMS, cells)
    if any(it.derived_from for it in subjects):
        names = {it.slug: it.name for it in subjects}
        cells = [_derived_cell(it, names) for it in subjects]
        yield _row("derived_from", "Derived from", Group.TERMS, cells)


def _derived_cell(it: Subject, names: Mapping[str, str]) -> Cell:
    """From others that stand here; what else it derives from, its own page tells."""
    parents = [slug for slug in it.derived_from if slug in names]
    if not parents:
        return unknown("No source says that it is derived from another one here.")
    return Cell(State.KNOWN, parents, wording.listed([names[slug] for slug in parents]))


def _of_rank(subjects: Sequence[Subject]) -> Iterator[FactRow]:
    def row(name: str, label: str, value: Callable[[Ranked], Any], text: Callable[[Any], str], missing: str) -> FactRow:
        cells = []
        for it in subjects:
            found = value(it.ranked) if it.ranked else None
            if found is None:
                cells.append(unknown(missing if it.ranked else NOT_RANKED))
            else:
                cells.append(Cell(State.KNOWN, found, text(found)))
        return FactRow(name, label, Group.RANK, tuple(cells), _tells(cells))

    yield row("rank", "Rank", _rank_value, _rank_text, NOT_RANKED)
    yield row(
        "percentile",
        "Within its kind",
        lambda it: it.percentile,
        lambda share: f"above {whole(share)}{THIN}%",
        "Too few of its kind are ranked to say.",
    )
    for name in COMPONENTS:
        yield row(
            name,
            name.capitalize(),
            partial(_component, name=name),
            lambda score: str(whole(score)),
            "No data: it weighs nothing.",
        )
    yield row(
        "momentum", "Momentum", lambda it: it.momentum, lambda score: str(whole(score)), "Too little history to say."
    )
    yield row("survival", "Alive in a year", lambda it: it.survival, chance, "Too little history to say.")
    yield row("coverage", "Evidence there", lambda it: it.coverage, lambda share: f"{whole(100 * share)}{THIN}%", "")


def _component(it: Ranked, name: str) -> float | None:
    return it.components.get(name)


def _rank_value(it: Ranked) -> dict[str, float]:
    return {"score": it.standing.score, "low": it.standing.low, "high": it.standing.high}


def _rank_text(value: dict[str, float]) -> str:
    return f"{whole(value['score'])} ({whole(value['low'])}–{whole(value['high'])})"


def _tells(cells: Sequence[Cell]) -> bool:
    """Numbers that print alike are alike."""
    return len({cell.text for cell in cells if cell.state == State.KNOWN}) > 1


def _of_terms(subjects: Sequence[Subject]) -> Iterator[FactRow]:
    classes = []
    for it in subjects:
        if it.licence_class == LicenceClass.UNKNOWN:
            classes.append(unknown("What its licence allows is not known."))
        else:
            classes.append(Cell(State.KNOWN, it.licence_class, str(LicenceClass(it.licence_class).label)))
    yield _row("licence_class", "Licence class", Group.TERMS, classes)
    licences = [
        Cell(State.KNOWN, it.licence, wording.licence(it.licence)) if it.licence else unknown() for it in subjects
    ]
    yield _row("licence", "Licence", Group.TERMS, licences)
    badges = [Cell(State.KNOWN, it.is_verified, "Yes" if it.is_verified else "No") for it in subjects]
    if any(it.is_verified for it in subjects):
        yield _row("verified", "Owner proven", Group.TERMS, badges)


def _of_facts(subjects: Sequence[Subject]) -> Iterator[FactRow]:
    kinds = {Kind(it.kind) for it in subjects}
    for name, spec in FACTS.items():
        if spec.kinds & kinds:
            cells = tuple(_fact_cell(it, spec) for it in subjects)
            yield FactRow(name, spec.label, Group.FACTS, cells, differing(cells, spec.agrees), _BETTER.get(name, 0))


#: Facts of which more is better for everybody. Few are: more parameters also cost more.
_BETTER = {"context_window": 1, "max_output": 1}


def _fact_cell(it: Subject, spec: FactSpec) -> Cell:
    if Kind(it.kind) not in spec.kinds:
        return Cell(State.DOES_NOT_APPLY, note=f"{KINDS[it.kind].plural} have no such fact.")
    part = it.fact(spec.name)
    return unknown() if part is None else fact_cell(part)


def fact_cell(part: FactPart) -> Cell:
    is_disputed = part.state == "disputed"
    return Cell(
        State.DISPUTED if is_disputed else State.KNOWN,
        part.value,
        part.text,
        mark=part.state if part.state in ("stale", "owner") else "",
        note=_dispute(part) if is_disputed else part.age if part.state == "stale" else "",
        said=tuple(part.statements),
    )


def _dispute(part: FactPart) -> str:
    texts = dict.fromkeys(statement.text for statement in part.statements)
    return f"Sources disagree: {' or '.join(texts)}." if len(texts) > 1 else "Sources disagree."


def _of_benchmarks(subjects: Sequence[Subject]) -> Iterator[FactRow]:
    """A row for what was measured the same way: benchmark, its version and the metric."""
    found: dict[tuple[str, str, str], dict[int, list[ResultPart]]] = {}
    for place, it in enumerate(subjects):
        for result in it.results:
            of_it = found.setdefault((result.benchmark, result.version, result.metric), {})
            of_it.setdefault(place, []).append(result)
    names = _names(found)
    for measured, by_place in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        benchmark, version, metric = measured
        cells = tuple(_result_cell(by_place.get(place, [])) for place in range(len(subjects)))
        label = " ".join(part for part in (benchmark, version) if part)
        directions = {result.higher_is_better for results in by_place.values() for result in results}
        yield FactRow(
            name=names[measured],
            label=f"{label}, {metric}",
            group=Group.BENCHMARKS,
            cells=cells,
            differs=differing(cells),
            better=0 if len(directions) > 1 else 1 if True in directions else -1,
        )


def _names(measured: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """A name of its own for each row, for findings cite it: HumanEval+ is not HumanEval."""
    found: dict[tuple[str, str, str], str] = {}
    taken: set[str] = set()
    for parts in sorted(measured):
        plain = f"benchmark.{_slug(' '.join(parts))}"
        name = next(it for it in chain([plain], (f"{plain}-{n}" for n in count(2))) if it not in taken)
        taken.add(name)
        found[parts] = name
    return found


def _slug(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.casefold().replace("+", " plus ")).strip("-")


def _result_cell(results: list[ResultPart]) -> Cell:
    """The latest one that somebody else measured, or the latest claim."""
    if not results:
        return unknown("No result from a source.")
    best = max(results, key=lambda r: (r.standing == "verified", str(r.measured_on or ""), r.score))
    value = {
        "score": float(best.score),
        "low": None if best.low is None else float(best.low),
        "high": None if best.high is None else float(best.high),
    }
    said = tuple(
        Statement(float(r.score), r.text, r.source, r.measured_on, "observed")
        for r in sorted(results, key=lambda r: r is not best)
    )
    return Cell(
        State.KNOWN,
        value,
        f"{best.text} ({best.interval})" if best.interval else best.text,
        mark="" if best.standing == "verified" else "owner",
        note=best.standing_label,
        said=said,
    )


def _of_matches(subjects: Sequence[Subject]) -> Iterator[FactRow]:
    """How often it was shown and chosen; without a count there is no row."""
    for name, label in (("shown", "Times shown"), ("chosen", "Times chosen")):
        cells = [_count_cell(getattr(it, name), counts_sample=it.counts_sample) for it in subjects]
        yield _row(name, label, Group.MATCHES, cells)


def _count_cell(count: int | None, *, counts_sample: bool) -> Cell:
    if count is None:
        return unknown("It was in no answer that has been counted.")
    if counts_sample:
        return Cell(State.KNOWN, count, f"{wording.grouped(count)} (sample)", note=SAMPLE)
    return Cell(State.KNOWN, count, wording.grouped(count))


def numeric(cell: Cell) -> float | None:
    """The cell's number where a finding may rest on it."""
    if not cell.is_known:
        return None
    value = cell.value.get("score") if isinstance(cell.value, dict) else cell.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)
