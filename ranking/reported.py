"""What stands in a cell of a comparison, for a reader who reports that it is wrong and the editor who looks into it."""

from __future__ import annotations

import re

from django.utils import timezone

from catalog.choices import Section
from catalog.desk.reports import Cell
from catalog.state import live_state
from ranking.comparing import artifacts_for, comparison_of
from ranking.comparison.key import ADDRESS, CannotCompare, slugs_in
from ranking.comparison.preferences import Preferences
from ranking.comparison.table import CapabilityCell, FactRow, Group, Has, State
from ranking.comparison.table import Cell as FactCell

_ROW = re.compile(r"[\w.:-]{1,150}")
#: The part of the report form that a row belongs to.
_SECTIONS = {
    Group.PRICE: Section.PRICES,
    Group.TERMS: Section.LISTING,
    Group.FACTS: Section.FACTS,
    Group.BENCHMARKS: Section.BENCHMARKS,
}
_HAS = {Has.LACKS: "it lacks it", Has.UNKNOWN: "unknown", Has.DOES_NOT_APPLY: "does not apply"}


def cell_at(address: str, row: str, slug: str) -> Cell | None:
    """As the page shows it that nobody has asked anything of."""
    found = ADDRESS.fullmatch(address)
    if found is None or not _ROW.fullmatch(row):
        return None
    try:
        slugs = slugs_in(found[1])
    except CannotCompare:
        return None
    state = live_state()
    artifacts = artifacts_for(slugs, state).artifacts if slug in slugs else ()
    if len(artifacts) != len(slugs):
        return None
    table = comparison_of(artifacts, state, preferences=Preferences(), today=timezone.now().date())
    its = table.row(row)
    about = next((artifact for artifact in artifacts if artifact.slug == slug), None)
    if its is None or about is None:
        return None
    cell = its.cells[table.place_of(slug)]
    section = _SECTIONS.get(its.group, Section.OTHER) if isinstance(its, FactRow) else Section.CAPABILITIES
    shown = _of_fact(cell) if isinstance(cell, FactCell) else _of_capability(cell)
    return Cell(about, its.name, its.label, shown, section)


def _of_fact(cell: FactCell) -> str:
    if cell.state == State.DISPUTED:
        return f"{cell.text or 'sources disagree'} (disputed)"
    return cell.text or {State.UNKNOWN: "unknown", State.DOES_NOT_APPLY: "does not apply"}.get(cell.state, "nothing")


def _of_capability(cell: CapabilityCell) -> str:
    return "; ".join(part.title for part in cell.offerings) or _HAS.get(cell.state, "it has it")
