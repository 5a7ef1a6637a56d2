"""What a dossier is made of. Values are ready for reading (`text`) and for programs (`value`) side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from catalog.models import Artifact
from catalog.pages.dossier.ranges import PriceRow, price_rows
from catalog.pages.standings import Rank
from catalog.parts import Cited, FactPart, Mention, OfferingPart, PricePart, ResultPart

#: Shown at once; the others behind “+n more”.
OPEN_OFFERINGS = 8


@dataclass(frozen=True)
class LineagePart:
    relation: str
    relation_label: str
    other: Mention
    detail: str
    source: Cited | None


@dataclass(frozen=True)
class ReadingPart:
    """The latest reading of a signal from one source, and the series up to it."""

    signal: str
    label: str
    value: float
    text: str
    on: dt.date
    source: Cited
    points: list[tuple[dt.date, float]]
    #: Whether it has a course to draw: dates and answers of yes or no have none.
    is_count: bool


@dataclass(frozen=True)
class RelatedPart:
    other: Mention
    overlap: float
    shared: list[str]
    shared_count: int
    reason: str
    is_alternative: bool


@dataclass(frozen=True)
class IdentifierPart:
    scheme: str
    label: str
    value: str


@dataclass(frozen=True)
class SourceUse:
    """A source with how often this page leans on it, and when it was last read."""

    source: Cited
    count: int
    read_on: dt.date | None


@dataclass(frozen=True)
class Shelf:
    slug: str
    name: str


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    count: int | None


@dataclass(frozen=True)
class Dossier:
    artifact: Artifact
    kind_label: str
    licence_text: str
    licence_class_label: str
    is_verified: bool
    verified_how: str
    standing: Rank | None
    answer: Answer
    offerings: list[OfferingPart]
    best_for: list[str]
    limitations: list[str]
    requirements: list[str]
    input_labels: list[str]
    output_labels: list[str]
    facts: list[FactPart]
    prices: list[PricePart]
    past_prices: list[PricePart]
    results: list[ResultPart]
    lineage: list[LineagePart]
    readings: list[ReadingPart]
    related: list[RelatedPart]
    identifiers: list[IdentifierPart]
    categories: list[Shelf]
    sources: list[SourceUse]
    deprecated_by: Mention | None = None

    @property
    def first_offerings(self) -> list[OfferingPart]:
        return self.offerings[:OPEN_OFFERINGS]

    @property
    def more_offerings(self) -> list[OfferingPart]:
        return self.offerings[OPEN_OFFERINGS:]

    @property
    def has_alternatives(self) -> bool:
        return any(entry.is_alternative for entry in self.related)

    @cached_property
    def price_rows(self) -> list[PriceRow]:
        return price_rows(self.prices)

    @property
    def sections(self) -> list[Section]:
        """What the page holds, in its order; a part without content has no section."""
        fits = [*self.best_for, *self.limitations, *self.requirements]
        held: tuple[tuple[str, str, Sequence[object]], ...] = (
            ("capabilities", "Capabilities", self.offerings),
            ("fit", "Where it fits", fits),
            ("facts", "Facts", self.facts),
            ("prices", "Prices", self.price_rows or self.past_prices),
            ("benchmarks", "Benchmarks", self.results),
            ("lineage", "Lineage", self.lineage),
            ("readings", "Readings", self.readings),
            ("related", "Related", self.related),
            ("sources", "Sources", self.sources),
        )
        return [Section(name, title, None if name == "fit" else len(rows)) for name, title, rows in held if rows]


@dataclass(frozen=True)
class Answer:
    """The plain answer in two lines. A limit is told as one: “English only” names nothing that it is not for."""

    good_for: str = ""
    limits: str = ""
    cheapest: str = ""
    cheapest_link: str = field(default="")
