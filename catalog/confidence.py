"""How sure one can be of an offering, computed from its evidence, with the sentence that says why.

Pure. Three things count: how many independent sources there are, how directly the best one shows it, and how old the
newest is. What only the owner says counts as a claim.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from catalog.choices import Origin, SourceKind

#: How much one source of this kind shows: 1 would be seeing it happen oneself.
DIRECTNESS = {
    SourceKind.CODE: 0.8,
    SourceKind.MEASUREMENT: 0.8,
    SourceKind.PAPER: 0.6,
    SourceKind.DOCUMENTATION: 0.55,
    SourceKind.REGISTRY: 0.45,
    SourceKind.REPORT: 0.4,
    SourceKind.ANNOUNCEMENT: 0.3,
}
#: After so many days a source is worth half: capabilities of software change within a few releases.
HALF_LIFE_DAYS = 540
#: A source without a date counts as this old.
UNDATED_DAYS = 365
#: The most that sources of the artifact's own publisher can add up to, code and tool lists excepted.
OWNER_CEILING = 0.6
#: What an AI read out of a source counts by this share of it.
AI_SHARE = 0.5

_BEST = {
    SourceKind.CODE: "the code or its tool list",
    SourceKind.MEASUREMENT: "a measurement",
    SourceKind.PAPER: "a paper",
    SourceKind.DOCUMENTATION: "documentation",
    SourceKind.REGISTRY: "a registry",
    SourceKind.REPORT: "a third party’s report",
    SourceKind.ANNOUNCEMENT: "an announcement",
}
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class Level(IntEnum):
    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        return ("No evidence", "Low confidence", "Medium confidence", "High confidence")[self]


@dataclass(frozen=True)
class Witness:
    """One piece of evidence, as far as it matters. `voice` is who speaks: a source's publisher, or else the source."""

    voice: Hashable
    kind: str
    is_owner: bool
    dated_on: dt.date | None = None
    origin: str = Origin.OBSERVED


@dataclass(frozen=True)
class Confidence:
    level: Level
    score: float  # 0 to 1
    reason: str

    @property
    def label(self) -> str:
        return self.level.label


def confidence_of(witnesses: Sequence[Witness], today: dt.date) -> Confidence:
    """Independent voices add up like independent chances of being right; one voice counts once, by its best."""
    if not witnesses:
        return Confidence(Level.NONE, 0.0, "Nobody has shown a source for this yet.")
    best_of: dict[Hashable, tuple[float, Witness]] = {}
    for witness in witnesses:
        worth = _worth(witness, today)
        if witness.voice not in best_of or worth > best_of[witness.voice][0]:
            best_of[witness.voice] = (worth, witness)
    doubt = 1.0
    claimed = 1.0
    for worth, witness in best_of.values():
        if _is_claim(witness):
            claimed *= 1 - worth
        else:
            doubt *= 1 - worth
    doubt *= max(claimed, 1 - OWNER_CEILING)
    score = round(1 - doubt, 3)
    level = Level.HIGH if score >= 0.75 else Level.MEDIUM if score >= 0.45 else Level.LOW
    return Confidence(level, score, _reason(list(best_of.values()), today))


def _worth(witness: Witness, today: dt.date) -> float:
    age = (today - witness.dated_on).days if witness.dated_on else UNDATED_DAYS
    worth = DIRECTNESS[SourceKind(witness.kind)] * 0.5 ** (max(age, 0) / HALF_LIFE_DAYS)
    if witness.origin == Origin.AI:
        worth *= AI_SHARE
    # Capped here already: else a fresh claim would be taken for the best of a voice whose older code shows more.
    return min(worth, OWNER_CEILING) if _is_claim(witness) else worth


def _is_claim(witness: Witness) -> bool:
    """What only its owner says; code and tool lists show themselves."""
    return witness.is_owner and witness.kind != SourceKind.CODE


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _reason(voices: list[tuple[float, Witness]], today: dt.date) -> str:
    witnesses = [witness for _, witness in voices]
    independent = [w for w in witnesses if not w.is_owner]
    best = max(voices, key=lambda pair: pair[0])[1]
    number = _number(len(witnesses))
    if not independent:
        sentence = f"Only its own publisher says so, in {_BEST[SourceKind(best.kind)]}"
    elif len(witnesses) == 1:
        sentence = f"One independent source: {_BEST[SourceKind(best.kind)]}"
    elif len(independent) == len(witnesses):
        sentence = f"{number} independent sources; the strongest is {_BEST[SourceKind(best.kind)]}"
    else:
        part = _number(len(independent)).lower()
        sentence = f"{number} sources, {part} of them independent; the strongest is {_BEST[SourceKind(best.kind)]}"
    dates = [w.dated_on for w in witnesses if w.dated_on]
    if not dates:
        return f"{sentence}; undated."
    months = (today - max(dates)).days // 30
    if months < 2:
        return f"{sentence}; dated within the last two months."
    return (
        f"{sentence}; the newest is {months} months old."
        if months < 24
        else f"{sentence}; the newest is {months // 12} years old."
    )
