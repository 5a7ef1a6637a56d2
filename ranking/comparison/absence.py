"""When an artifact is *shown not to have* a capability. A missing offering is unknown; only what a source says counts.

Pure. Two sorts of statement say so: a fact that answers no to this very capability, and the complete list of what a
model takes and gives, where the capability needs a kind of data that stands in neither. A statement that is disputed
says nothing.
"""

from __future__ import annotations

from catalog.choices import DataType, Kind
from catalog.kinds import KINDS
from catalog.parts import FactPart
from ranking.comparison.subject import Subject, Term
from ranking.comparison.table import CapabilityCell, Has

#: Which fact answers for which capability, by its key.
_ANSWERED_BY = {
    "agent.tool-calling": "tool_calling",
    "agent.parallel-tools": "tool_calling",
    "text.structured-output": "structured_output",
}
#: A list leaves out what is not in it: nobody has said no.
LISTED = "It is listed as "
#: What every capability of a group takes or gives.
_NEEDS = {"image": DataType.IMAGE, "audio": DataType.AUDIO, "video": DataType.VIDEO}
#: Kinds that are read or measured with and do nothing themselves, and the groups of what they serve.
_INERT = frozenset({Kind.DATASET, Kind.BENCHMARK})
_SERVED_BY_INERT = frozenset({"train", "eval", "learn", "data"})


def without(it: Subject, term: Term) -> CapabilityCell:
    """The cell of an artifact that has no offering of this capability."""
    key = term.uri.removeprefix("capability://")
    fact = it.fact(_ANSWERED_BY[key]) if key in _ANSWERED_BY else None
    if fact is not None and fact.value is False and _holds(fact):
        return _lacks(f"{fact.label}: {fact.text.lower()}.", fact)
    needed = _NEEDS.get(term.group)
    if needed is not None:
        takes, gives = it.fact("input_modalities"), it.fact("output_modalities")
        if takes and gives and _holds(takes) and _holds(gives) and needed not in {*takes.value, *gives.value}:
            note = f"{LISTED}taking {_listed(takes)} and giving {_listed(gives)}: no {needed.label.lower()}."
            return _lacks(note, takes, gives)
    if it.kind in _INERT and term.group not in _SERVED_BY_INERT and not key.endswith("-corpus"):
        return CapabilityCell(Has.DOES_NOT_APPLY, note=f"{KINDS[it.kind].plural} do nothing by themselves.")
    return CapabilityCell(Has.UNKNOWN, note="Nobody has shown whether it does.")


def _holds(fact: FactPart) -> bool:
    return fact.state != "disputed"


def _lacks(note: str, *facts: FactPart) -> CapabilityCell:
    return CapabilityCell(Has.LACKS, note=note, said=tuple(fact.statements[0] for fact in facts))


def _listed(fact: FactPart) -> str:
    return fact.text.lower()
