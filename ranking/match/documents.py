"""What the match engine knows: one document for each offering, and what people chose for which query.

Pure data. Who reads it from the database, or from files, makes these; the index holds nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ranking.match.text import LONGEST_DOCUMENT, cleaned, name_in_words


@dataclass(frozen=True)
class Document:
    """One offering of an artifact; or an artifact that was not taken apart yet, with an empty capability."""

    artifact: str  # the artifact's key, the same in all its documents
    name: str  # of the artifact
    tagline: str = ""
    #: Key of the offering, to be handed back; empty for an artifact without any.
    offering: str = ""
    capability: str = ""
    synonyms: tuple[str, ...] = ()
    description: str = ""
    unique: str = ""
    #: Best for, limitations, requires: shown where a query's words meet them, and not searched.
    best_for: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    #: "kind:mcp", "licence:permissive", "price:free", "weights:open", "runs:locally", "input:image", "output:text", ...
    facets: frozenset[str] = field(default_factory=frozenset)
    category: str = ""
    #: The artifact's place among its kind, 0 to 1: it breaks ties and nothing else.
    standing: float = 0.0

    @property
    def text(self) -> str:
        """What is searched."""
        parts = [name_in_words(self.name) + ".", self.category, self.capability, *self.synonyms]
        told = [self.tagline, self.description if self.description != self.tagline else "", self.unique]
        return cleaned(" ".join(p for p in [*parts, *told] if p), most=LONGEST_DOCUMENT)


@dataclass(frozen=True)
class Chosen:
    """That an artifact was chosen for a query, by how many people: their number after the caps of `choices.py`."""

    query: str
    artifact: str
    weight: float = 1.0
