"""The closed lists of words in answers, under the names that the OpenAPI description gives them.

Named by ENUM_NAME_OVERRIDES in the settings; generated clients call their enums so.
"""

from __future__ import annotations

from catalog.choices import (
    BenchmarkStanding,
    DataType,
    Frequency,
    LicenceClass,
    Lifecycle,
    Meter,
    Origin,
    PriceClass,
    Signal,
    SourceKind,
    TakenApartBy,
)
from catalog.choices import Kind as ArtifactKind

#: As catalog.confidence orders its levels.
ConfidenceLevel = ("none", "low", "medium", "high")
#: As catalog.pages.dossier has them.
FactState = ("known", "disputed", "stale", "owner")
#: As catalog.factsheet has them.
FactType = ("integer", "text", "boolean", "date", "list", "types")
#: A tombstone's mark has one value.
Withdrawn = [(True, "Withdrawn")]

__all__ = [
    "ArtifactKind",
    "BenchmarkStanding",
    "ConfidenceLevel",
    "DataType",
    "FactState",
    "FactType",
    "Frequency",
    "LicenceClass",
    "Lifecycle",
    "Meter",
    "Origin",
    "PriceClass",
    "Signal",
    "SourceKind",
    "TakenApartBy",
    "Withdrawn",
]
