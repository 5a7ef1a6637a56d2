"""What becomes of each value of a fact: whether readers see it, and what others say instead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from catalog import wording
from catalog.choices import PUBLIC_LIFECYCLES, Origin
from catalog.desk.settling import relatives_of
from catalog.factsheet import FACTS
from catalog.models import Artifact, Fact

_WHY = {
    Origin.EDITOR: "an editor’s value comes first",
    Origin.OWNER: "the owner’s value comes before imports",
    Origin.OBSERVED: "as its source says",
    Origin.AI: "nobody but an AI says",
}


@dataclass(frozen=True)
class Said:
    text: str
    #: Whether an editor could settle it.
    is_open: bool


def others_say(artifact: Artifact) -> dict[int, Said]:
    """By the fact's key. Read once for one artifact in hand, in three queries."""
    kept: dict[int, Said] | None = getattr(artifact, "_others_say", None)
    if kept is None:
        kept = _others_say(artifact)
        artifact._others_say = kept  # type: ignore[attr-defined]
    return kept


def _others_say(artifact: Artifact) -> dict[int, Said]:
    own: dict[str, list[Fact]] = defaultdict(list)
    for fact in artifact.facts.select_related("source").order_by("-is_stated", "id"):
        own[fact.name].append(fact)
    inherited = [name for name in own if name in FACTS and FACTS[name].is_inherited]
    theirs: dict[str, list[Fact]] = defaultdict(list)
    if inherited:
        rows = Fact.objects.filter(artifact__in=relatives_of(artifact), name__in=inherited)
        for fact in rows.filter(artifact__lifecycle__in=PUBLIC_LIFECYCLES).select_related("artifact", "source"):
            theirs[fact.name].append(fact)
    return {fact.pk: _said(fact, own[name], theirs[name]) for name, facts in own.items() for fact in facts}


def _said(fact: Fact, own: list[Fact], theirs: list[Fact]) -> Said:
    spec = FACTS.get(fact.name)

    def differs(other: Fact) -> bool:
        return other.pk != fact.pk and (spec is None or not spec.agrees(other.value, fact.value))

    if not fact.is_stated:
        shown = next((other for other in own if other.is_stated), None)
        if shown is None or not differs(shown):
            return Said("No; the same is shown from another source.", is_open=False)
        return Said(f"No; {_told(shown)} is shown.", is_open=bool(fact.is_disputed or shown.is_disputed))
    reason = "settled by an editor" if fact.settled_at else "locked" if fact.is_locked else _WHY[Origin(fact.origin)]
    others = [_told(other) for other in own if differs(other)]
    others += [f"{_told(other)} of {other.artifact.name[:60]}" for other in theirs if differs(other)]
    said = f" Others say {'; '.join(others[:4])}." if others else ""
    return Said(f"Yes, {reason}.{said}", is_open=fact.is_disputed)


def _told(fact: Fact) -> str:
    value: Any = wording.fact(fact.name, fact.value)
    return f"{value} ({fact.source.title[:60]})"
