"""The parts in which artifacts are shown: an offering with its evidence, a fact with who says what, a price, a result.

Pure shapes. Values are ready for reading (`text`) and for programs (`value`) side by side. `pages/dossier/parts.py`
makes them out of rows; an artifact's page and a comparison show them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from catalog.confidence import Confidence
from catalog.weblinks import linkable


@dataclass(frozen=True)
class Mention:
    """Another artifact, named."""

    slug: str
    name: str
    kind: str
    tagline: str = ""


@dataclass(frozen=True)
class Cited:
    """A source, as far as a page names it."""

    id: int
    slug: str
    title: str
    url: str
    kind: str
    kind_label: str
    publisher_id: int | None
    publisher_name: str
    licence: str

    # Looked up when a page prints them: a capability's page weighs two hundred sources and names none.

    @property
    def detail_url(self) -> str:
        return reverse("catalog:source-detail", args=[self.slug])

    @property
    def link(self) -> str:
        """Where a reader sees it: at its own address, or on our page about it."""
        return linkable(self.url) or self.detail_url


@dataclass(frozen=True)
class EvidenceLine:
    source: Cited
    quote: str
    on: dt.date | None
    origin: str


@dataclass(frozen=True)
class AgainstLine:
    other: Mention
    text: str
    #: What the other one's owner says to that, and since when it stands there.
    reply: str = ""
    replied_on: dt.date | None = None


@dataclass(frozen=True)
class FailureMode:
    mode: str
    frequency: str
    frequency_label: str
    mitigation: str


@dataclass(frozen=True)
class OfferingPart:
    id: int
    capability_slug: str
    capability_name: str
    capability_uri: str
    title: str
    description: str
    unique: str
    intents: list[str]
    best_for: list[str]
    limitations: list[str]
    requires: list[str]
    input_types: list[str]
    output_types: list[str]
    input_labels: list[str]
    output_labels: list[str]
    failure_modes: list[FailureMode]
    evidence: list[EvidenceLine]
    against: list[AgainstLine]
    confidence: Confidence
    by: str
    by_label: str

    @property
    def anchor(self) -> str:
        return f"does-{self.capability_slug}"


@dataclass(frozen=True)
class Statement:
    """One source's value of a fact."""

    value: Any
    text: str
    source: Cited
    retrieved_on: dt.date | None
    origin: str
    #: The relative that it was said of, where a lineage holds two artifacts together.
    of: Mention | None = None
    #: Under what it holds, where each of several values holds under something of its own.
    condition: str = ""


@dataclass(frozen=True)
class FactPart:
    name: str
    label: str
    unit: str
    value: Any
    text: str
    state: str  # known, disputed, stale, owner
    age: str
    statements: list[Statement]  # the stated one first, then those that disagree
    settled_reason: str

    @property
    def others(self) -> list[Statement]:
        return self.statements[1:]


@dataclass(frozen=True)
class PricePart:
    provider: str
    meter: str
    amount: Decimal
    currency: str
    per: int
    amount_text: str  # $2.00
    unit_text: str  # per 1M input tokens
    tier: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    is_current: bool
    source: Cited
    retrieved_on: dt.date | None

    @property
    def text(self) -> str:
        return f"{self.amount_text} {self.unit_text}"


@dataclass(frozen=True)
class ResultPart:
    benchmark: str
    listing: Mention | None
    version: str
    score: Decimal
    text: str
    interval: str
    low: Decimal | None
    high: Decimal | None
    metric: str
    higher_is_better: bool
    measured_on: dt.date | None
    standing: str
    standing_label: str
    source: Cited
