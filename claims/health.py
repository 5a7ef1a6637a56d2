"""What is wrong with a listing, for whoever looks after it: contradicted, out of date, without evidence, not known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from catalog import wording
from catalog.desk.completeness import PLACES, lacks_of
from catalog.factsheet import FACTS
from catalog.models import Artifact
from catalog.pages.dossier.parts import state_of

#: As the editors' form calls its places -> as the owner's does; everything else is of the listing itself.
_MENDED = {
    PLACES["offerings"]: "offerings",
    PLACES["facts"]: "facts",
    PLACES["prices"]: "prices",
}


@dataclass(frozen=True)
class Ailment:
    #: As `state_mark` draws it: disputed, stale or unknown.
    state: str
    text: str
    #: Where readers see it on the listing's page; empty where they see nothing.
    anchor: str
    #: The section of the owner's own form where it is mended.
    mend: str


def health_of(artifact: Artifact, *, today: dt.date) -> tuple[Ailment, ...]:
    """What readers are told first: contradictions, then what is old, then what is missing. Eleven queries at most."""
    facts = [fact for fact in artifact.facts.stated() if fact.name in FACTS]
    states = {fact: state_of(fact, FACTS[fact.name], today) for fact in facts}
    found = [
        Ailment("disputed", f"Sources contradict each other: {FACTS[fact.name].label.lower()}.", "facts", "facts")
        for fact, state in states.items()
        if state == "disputed"
    ]
    found += [
        Ailment("stale", f"Nobody has looked since {wording.day(fact.retrieved_on)}: {_said(fact)}.", "facts", "facts")
        for fact, state in states.items()
        if state == "stale" and fact.retrieved_on is not None
    ]
    found += [Ailment("unknown", lack.sentence, "", _MENDED.get(lack.place, "listing")) for lack in lacks_of(artifact)]
    return tuple(found)


def _said(fact: object) -> str:
    name, value = fact.name, fact.value  # type: ignore[attr-defined]
    return f"{FACTS[name].label.lower()}, {wording.fact(name, value)}"
