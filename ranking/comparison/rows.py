"""A comparison as the rows of a spreadsheet: one for each row of the table, two columns for each artifact. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from catalog.parts import Statement
from ranking.comparison.document import Edition
from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityCell, Cell, FactRow, Group, Has

#: What a spreadsheet would take for a formula, and run.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HAS = {
    Has.HAS: "has it",
    Has.LACKS: "lacks it",
    Has.UNKNOWN: "unknown",
    Has.DOES_NOT_APPLY: "does not apply",
}


def csv_of(edition: Edition) -> str:
    """With a mark at its beginning by which spreadsheets know UTF-8."""
    written = io.StringIO()
    csv.writer(written).writerows([_safe(value) for value in line] for line in lines(edition))
    return "\ufeff" + written.getvalue()


def lines(edition: Edition) -> Iterator[list[Any]]:
    table = edition.table
    names = [it.name for it in table.subjects]
    yield ["row", "group", "label", *(head for name in names for head in (name, f"{name}: state", f"{name}: source"))]
    for fact in table.facts:
        facts = [
            part
            for it, cell in zip(table.subjects, fact.cells, strict=True)
            for part in (cell.text, _state(cell), _ranked(it, fact, cell, edition) or _sources(cell.said, edition))
        ]
        yield [fact.name, fact.group, fact.label, *facts]
    for row in table.capabilities:
        cells = [part for cell in row.cells for part in (_titles(cell), _HAS[cell.state], _shown(cell, edition))]
        yield [row.name, f"capability, {row.group}", row.label, *cells]
    yield ["verdict", "", "", table.verdict.sentence]
    for finding in table.verdict.findings:
        yield ["finding", "", " ".join(finding.rows), finding.text]
    if table.weighed is not None:
        yield ["weighed", "", "", table.weighed.sentence]
    for change in edition.changes.rows if edition.changes else ():
        yield ["changed since", change.slug, change.label, change.then, change.now]
    yield ["cite as", "", "", edition.citation]


def _state(cell: Cell) -> str:
    state = str(cell.state).replace("_", " ")
    return f"{state}, {cell.mark}" if cell.mark else state


def _ranked(it: Subject, row: FactRow, cell: Cell, edition: Edition) -> str:
    """What is ours is explained on a page of ours."""
    return edition.rank(it.slug) if row.group == Group.RANK and cell.is_known else ""


def _sources(said: Iterable[Statement], edition: Edition) -> str:
    return " ".join(dict.fromkeys(edition.absolute(one.source.link) for one in said))


def _titles(cell: CapabilityCell) -> str:
    return "; ".join(part.title for part in cell.offerings)


def _shown(cell: CapabilityCell, edition: Edition) -> str:
    found = [line.source for part in cell.offerings for line in part.evidence] + [one.source for one in cell.said]
    return " ".join(dict.fromkeys(edition.absolute(source.link) for source in found))


def _safe(value: Any) -> str:
    """A cell that a spreadsheet shows and does not run."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
