"""What the rules of the verdict look at: the table's rows, whose cells a finding may rest on, and the peers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ranking.comparison.order import Order, order_of
from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityRow, Cell, FactRow, Finding
from ranking.scoring.configuration import Formula


@dataclass(frozen=True)
class Found:
    """A finding, and the same in a few words for the sentence above the table where it may stand there."""

    finding: Finding
    clause: str = ""


@dataclass(frozen=True)
class Case:
    subjects: tuple[Subject, ...]
    rows: Mapping[str, FactRow]
    capabilities: tuple[CapabilityRow, ...]
    formula: Formula

    @property
    def is_pair(self) -> bool:
        return len(self.subjects) == 2

    def known(self, name: str) -> list[tuple[Subject, Cell]]:
        """Those about whom the row says what nobody disputes."""
        row = self.rows.get(name)
        if row is None:
            return []
        return [(it, cell) for it, cell in zip(self.subjects, row.cells, strict=True) if cell.is_known]

    def not_known(self, name: str) -> list[Subject]:
        known = {it.slug for it, _ in self.known(name)}
        return [it for it in self.subjects if it.slug not in known]

    def text(self, name: str, it: Subject) -> str:
        return self.rows[name].cells[self.subjects.index(it)].text

    def others(self, *these: Subject) -> list[Subject]:
        slugs = {it.slug for it in these}
        return [it for it in self.subjects if it.slug not in slugs]

    @cached_property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(it.kind for it in self.subjects))

    @cached_property
    def peers(self) -> list[Order]:
        """For each kind of which two or more here are ranked, those."""
        found = []
        for kind in self.kinds:
            ranked = [it for it in self.subjects if it.kind == kind and it.ranked]
            if len(ranked) > 1:
                found.append(order_of(ranked, self.formula))
        return found

    @property
    def unranked(self) -> list[Subject]:
        return [it for it in self.subjects if it.ranked is None]


Rule = Callable[[Case], Iterator[Found]]


def found(
    rule: str, text: str, rows: tuple[str, ...], favours: list[Subject] | None = None, *, clause: str = ""
) -> Found:
    return Found(Finding(rule, text, rows, tuple(it.slug for it in favours or ())), clause)
