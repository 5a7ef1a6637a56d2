"""What a comparison is made from: all that is known of one artifact. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.parts import FactPart, OfferingPart, PricePart, ResultPart
from ranking.scoring.ties import Standing


@dataclass(frozen=True)
class Ranked:
    """An artifact's rank in the generation, or week, that is compared."""

    standing: Standing
    percentile: float | None
    #: 0 to 1: how much of the evidence was there.
    coverage: float
    #: 0 to 100 by name; None where there is no evidence for it.
    components: Mapping[str, float | None]
    #: 0 to 100, 50 typical.
    momentum: float | None = None
    #: The chance to be alive in a year.
    survival: float | None = None


@dataclass(frozen=True)
class Subject:
    slug: str
    name: str
    kind: str
    publisher: str
    #: An SPDX expression; empty: unknown.
    licence: str
    licence_class: str
    is_verified: bool
    ranked: Ranked | None
    facts: tuple[FactPart, ...]
    prices: tuple[PricePart, ...]  # the current ones
    results: tuple[ResultPart, ...]
    #: With what each says against the others of this comparison only.
    offerings: tuple[OfferingPart, ...]
    #: Slugs of those here that it is derived from.
    derived_from: tuple[str, ...] = ()
    is_deprecated: bool = False
    #: How often it was shown and chosen for an intent; None where nobody has counted.
    shown: int | None = None
    chosen: int | None = None
    #: Whether that counts the demo's made-up searches.
    counts_sample: bool = False
    #: What it is, in a line.
    tagline: str = ""

    def fact(self, name: str) -> FactPart | None:
        return next((part for part in self.facts if part.name == name), None)


@dataclass(frozen=True)
class Term:
    """A capability of the vocabulary, with where it hangs."""

    slug: str
    name: str
    uri: str
    #: Slug of the broader one; empty at a root.
    broader: str = ""

    @property
    def group(self) -> str:
        """image, of capability://image.captioning"""
        return self.uri.removeprefix("capability://").partition(".")[0]
