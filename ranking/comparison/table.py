"""The one frozen object that a comparison is: rows of facts, rows of capabilities, a verdict. Pure shapes.

Cells stand in the order of `subjects`. Every row has a name, which findings and reports of errors cite.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.confidence import Confidence
from catalog.parts import OfferingPart, Statement
from ranking.comparison.preferences import Preferences
from ranking.comparison.subject import Subject


class State(StrEnum):
    KNOWN = "known"
    UNKNOWN = "unknown"
    DISPUTED = "disputed"
    DOES_NOT_APPLY = "does_not_apply"


class Group(StrEnum):
    """The parts of the facts table, in its order."""

    RANK = "rank"
    PRICE = "price"
    TERMS = "terms"
    FACTS = "facts"
    BENCHMARKS = "benchmarks"
    MATCHES = "matches"


@dataclass(frozen=True)
class Cell:
    """One artifact's value in a row."""

    state: State
    #: As JSON has it.
    value: Any = None
    text: str = ""
    #: How a known value stands where it is not plain: stale, or owner (only its owner says so).
    mark: str = ""
    #: Why it is unknown or does not apply; the age of a stale value; the conditions of a price.
    note: str = ""
    #: Who says so, the stated one first, then those that disagree.
    said: tuple[Statement, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether a finding may rest on it: nobody disputes it."""
        return self.state == State.KNOWN


@dataclass(frozen=True)
class FactRow:
    #: Such as rank, price.input_tokens, context_window, benchmark.mt-bench.
    name: str
    label: str
    group: Group
    cells: tuple[Cell, ...]
    #: Whether two of the values that are known say different things. Unknown is no difference.
    differs: bool
    #: Of what more, or less, is better, and nobody disputes: +1, -1; 0 of all else.
    better: int = 0


class Has(StrEnum):
    HAS = "has"
    LACKS = "lacks"
    UNKNOWN = "unknown"
    DOES_NOT_APPLY = "does_not_apply"


@dataclass(frozen=True)
class CapabilityCell:
    state: Has
    #: Several where narrower capabilities are joined in this row.
    offerings: tuple[OfferingPart, ...] = ()
    #: The best of its offerings'.
    confidence: Confidence | None = None
    #: In a sentence: why it lacks it or cannot have it.
    note: str = ""
    #: Who says that it lacks it.
    said: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class CapabilityRow:
    slug: str
    label: str
    uri: str
    #: all, some or one: how many of those compared have it.
    group: str
    cells: tuple[CapabilityCell, ...]
    #: Names of the narrower capabilities that were joined under this broader one.
    joined: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"capability.{self.slug}"

    @property
    def differs(self) -> bool:
        """Whether it tells them apart: one is shown to have it and another is not."""
        return self.group != "all"


class Verdict(StrEnum):
    ABOVE = "above"
    LIKELY_ABOVE = "likely_above"
    TIE = "tie"
    NOT_COMPARABLE = "not_comparable"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


@dataclass(frozen=True)
class Finding:
    """One thing that the table says, with the rows it stands on."""

    #: The rule of the program that found it.
    rule: str
    text: str
    rows: tuple[str, ...]
    #: Slugs of those it speaks for; empty where it speaks for nobody.
    favours: tuple[str, ...] = ()
    #: One of the less telling, where there are many: shown on demand.
    is_folded: bool = False


@dataclass(frozen=True)
class Judgement:
    sentence: str
    outcome: Verdict
    #: A slug; None unless the outcome is above or likely above.
    winner: str | None
    #: That the one with the higher rank ranks above the next; None where ranks do not compare.
    probability: float | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Placed:
    """Where one artifact comes out by the reader's own weights."""

    slug: str
    #: 0 to 100; None where nothing that is weighed is known.
    score: float | None
    #: What it does not meet, in sentences; empty: it stays in.
    ruled_out: tuple[str, ...]
    #: Of what is weighed the parts that are unknown, by name.
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weighed:
    """The outcome by the reader's own weights and needs."""

    #: The best first; those ruled out last.
    order: tuple[Placed, ...]
    outcome: Verdict
    winner: str | None
    sentence: str
    #: Of the weightings near the reader's, the share that the same one wins; None where nobody wins.
    robust: float | None


@dataclass(frozen=True)
class Table:
    key: str
    subjects: tuple[Subject, ...]
    #: Number of the generation the ranks are from; None before there are ranks.
    generation: int | None
    #: The day it shows.
    at: dt.date
    #: Whether a rank may be set against the others': all of one kind.
    comparable: bool
    #: Why not, in a sentence; empty where it may.
    why_not: str
    facts: tuple[FactRow, ...]
    #: What tells them apart first.
    capabilities: tuple[CapabilityRow, ...]
    verdict: Judgement
    preferences: Preferences
    weighed: Weighed | None

    def row(self, name: str) -> FactRow | CapabilityRow | None:
        rows: tuple[FactRow | CapabilityRow, ...] = (*self.facts, *self.capabilities)
        return next((row for row in rows if row.name == name), None)

    def place_of(self, slug: str) -> int:
        return next(place for place, subject in enumerate(self.subjects) if subject.slug == slug)
