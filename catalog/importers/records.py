"""What an importer hands to `upsert`: plain values, checked, with nothing of the database in them.

References are by natural key: slugs, capability keys, source keys. A record states only what its source says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from catalog.importers.errors import Problem
from catalog.storable import unturned


@dataclass(frozen=True)
class Place:
    """Where a record stands, so that what the tables have against it can be said with file and line.

    Two records that say the same are the same, wherever they stand.
    """

    file: str = ""
    #: The line of the record, under "", and of its parts by name, such as "ids.pypi".
    lines: Mapping[str, int] = field(default_factory=dict)

    def problem(self, part: str, text: str, *, of: str) -> Problem:
        """`of` names the record where it came from no file."""
        if not self.file:
            return Problem(of, 0, text)
        return Problem(self.file, self.lines.get(part, self.lines.get(part.split(".")[0], self.lines.get("", 1))), text)


@dataclass(frozen=True)
class CategoryRecord:
    slug: str
    name: str
    description: str = ""
    place: Place = field(default_factory=Place, compare=False, repr=False)


@dataclass(frozen=True)
class PublisherRecord:
    slug: str
    name: str
    homepage: str = ""


@dataclass(frozen=True)
class CapabilityRecord:
    key: str
    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()
    broader: str = ""
    place: Place = field(default_factory=Place, compare=False, repr=False)

    @property
    def slug(self) -> str:
        return slugify(self.name.replace("–", "-"))


@dataclass(frozen=True)
class SourceRecord:
    slug: str
    title: str
    kind: str
    url: str = ""
    publisher: str = ""
    licence: str = ""
    place: Place = field(default_factory=Place, compare=False, repr=False)


@dataclass(frozen=True)
class FactRecord:
    name: str
    value: Any
    source: str
    origin: str = "observed"
    retrieved_on: dt.date | None = None


@dataclass(frozen=True)
class PriceRecord:
    provider: str
    meter: str
    amount: Decimal
    source: str
    currency: str = "USD"
    per: int = 1
    tier: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    retrieved_on: dt.date | None = None


@dataclass(frozen=True)
class BenchmarkRecord:
    benchmark: str
    score: Decimal
    metric: str
    source: str
    version: str = ""
    benchmark_artifact: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    higher_is_better: bool = True
    measured_on: dt.date | None = None
    standing: str = "claimed"


@dataclass(frozen=True)
class LineageRecord:
    relation: str
    parent: str
    detail: str = ""
    source: str = ""
    keeps_architecture: bool = True


@dataclass(frozen=True)
class ReadingRecord:
    signal: str
    observed_on: dt.date
    value: float
    source: str


@dataclass(frozen=True)
class EvidenceRecord:
    source: str
    quote: str = ""
    dated_on: dt.date | None = None
    origin: str = "observed"


@dataclass(frozen=True)
class ContrastRecord:
    artifact: str
    text: str


@dataclass(frozen=True)
class OfferingRecord:
    capability: str
    title: str
    description: str
    unique: str = ""
    intents: tuple[str, ...] = ()
    best_for: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    input_types: tuple[str, ...] = ()
    output_types: tuple[str, ...] = ()
    failure_modes: tuple[dict[str, str], ...] = ()
    evidence: tuple[EvidenceRecord, ...] = ()
    contrasts: tuple[ContrastRecord, ...] = ()
    taken_apart_by: str = "editor"


@dataclass(frozen=True)
class ArtifactRecord:
    slug: str
    name: str
    kind: str
    tagline: str = ""
    description: str = ""
    publisher: str = ""
    licence: str = ""
    homepage: str = ""
    repository: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    lifecycle: str = "published"
    deprecated_by: str = ""
    withdrawn_reason: str = ""
    facts: tuple[FactRecord, ...] = ()
    prices: tuple[PriceRecord, ...] = ()
    benchmarks: tuple[BenchmarkRecord, ...] = ()
    lineage: tuple[LineageRecord, ...] = ()
    readings: tuple[ReadingRecord, ...] = ()
    offerings: tuple[OfferingRecord, ...] = ()
    place: Place = field(default_factory=Place, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Called as the catalog keeps it: else each run would find the name changed."""
        object.__setattr__(self, "name", unturned(self.name))


@dataclass(frozen=True)
class Records:
    categories: tuple[CategoryRecord, ...] = ()
    publishers: tuple[PublisherRecord, ...] = ()
    capabilities: tuple[CapabilityRecord, ...] = ()
    sources: tuple[SourceRecord, ...] = ()
    artifacts: tuple[ArtifactRecord, ...] = field(default=())
