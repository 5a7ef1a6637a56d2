"""What readers found wrong, and owners ask for: taken in, decided by an editor, answered in public.

Nothing is kept about a reader. That an owner is one the layer above has seen to, see claims/requests.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from catalog.changes import change
from catalog.choices import Lifecycle, ReportState, Section, Wish
from catalog.models import Artifact, Report

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SHORTEST, LONGEST = 10, 2_000


@dataclass(frozen=True)
class Cell:
    """One cell of a table that sets artifacts side by side: whose it is, and what stands there."""

    artifact: Artifact
    #: The row by name, to which the page has an anchor, and as readers know it.
    row: str
    label: str
    shown: str
    section: str

    @property
    def said(self) -> str:
        return f"{self.label} of {self.artifact.name}: {self.shown}"[:400]


#: Who can tell what stands at an address in a row, by its name, for an artifact, by its slug. None: it is not theirs,
#: or there is no such cell. The layers above add theirs: catalog has no such tables itself.
CELLS: list[Callable[[str, str, str], Cell | None]] = []
#: Who is told, in the same transaction, that one has been decided. The layers above add theirs.
DECIDED: list[Callable[[Report], None]] = []


def cell_at(address: str, row: str, slug: str) -> Cell | None:
    return next((cell for tell in CELLS if (cell := tell(address, row, slug)) is not None), None)


class CannotReport(Exception):
    pass


class CannotDecide(Exception):
    pass


def report(
    *,
    address: str,
    text: str,
    section: str = Section.LISTING,
    artifact: Artifact | None = None,
    cell: Cell | None = None,
    wish: str = "",
    by: User | None = None,
) -> Report:
    """Takes a report in. The same words about the same place, still undecided, are one report."""
    words = text.strip()
    if len(words) < SHORTEST:
        raise CannotReport("Say in a sentence why." if wish else "Say in a sentence what is wrong, and how you know.")
    if len(words) > LONGEST:
        raise CannotReport(f"A report takes at most {LONGEST:,} characters; this one has {len(words):,}.")
    if section not in Section.values:
        raise CannotReport("That is no part of a page.")
    if not re.fullmatch(r"/[^\s\x00-\x1f]{0,299}", address) or address.startswith("//"):
        raise CannotReport("That is no page of this site.")
    about = cell.artifact if cell is not None else artifact
    row, shown = (cell.row, cell.said) if cell is not None else ("", "")
    same = Report.objects.filter(
        address=address, section=section, text=words, row=row, state=ReportState.OPEN, artifact=about, wish=wish
    ).first()
    return same or Report.objects.create(
        address=address, section=section, text=words, artifact=about, row=row, shown=shown, wish=wish, asked_by=by
    )


def decide(report: Report, *, state: str, outcome: str, by: User | None) -> None:
    """Mended or left as it is; the outcome is public, on the report's own page and in the artifact's change log."""
    if state not in (ReportState.MENDED, ReportState.DECLINED):
        raise CannotDecide("A report is either mended or left as it is.")
    if state == ReportState.MENDED and report.wish == Wish.WITHDRAWAL and not _is_withdrawn(report):
        raise CannotDecide("Withdraw the listing first; then say here that it was done.")
    if not outcome.strip():
        raise CannotDecide("Say what was mended, or why nothing was; readers will see it.")
    with change() as it:
        decided = Report.objects.filter(pk=report.pk, state=ReportState.OPEN).update(
            state=state, outcome=outcome.strip(), decided_at=timezone.now(), decided_by=by
        )
        if decided != 1:
            raise CannotDecide("Somebody else has decided it meanwhile.")
        it.touch([report.artifact_id])
        report.refresh_from_db()
        for tell in DECIDED:
            tell(report)


def _is_withdrawn(report: Report) -> bool:
    return report.artifact is None or report.artifact.lifecycle == Lifecycle.WITHDRAWN
