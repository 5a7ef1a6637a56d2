"""Disputes, and the three ways to settle one: choose a value, enter the right one, or say under what each is true.

Which facts are disputed is decided in `facts.py`. A settlement stands until a source says something else that its
editor did not know of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from catalog import wording
from catalog.changes import change
from catalog.choices import PUBLIC_LIFECYCLES, Origin, Relation
from catalog.factsheet import FACTS, CannotAccept, FactSpec
from catalog.models import Artifact, Fact, Lineage, Source


class CannotSettle(Exception):
    pass


@dataclass(frozen=True)
class Dispute:
    artifact: Artifact
    spec: FactSpec
    #: The artifact's own values, the stated one first.
    own: tuple[Fact, ...]
    #: Values of relatives, which hold for this artifact by lineage.
    of_relatives: tuple[Fact, ...]

    @property
    def tolerance(self) -> str:
        """When two values count as one, in words."""
        if self.spec.is_free_text:
            return "Any two texts agree."
        if self.spec.tolerance:
            return f"Values within {self.spec.tolerance:.1%} of each other agree."
        if self.spec.type == "date":
            return "A month agrees with each of its days."
        return "Values agree only when they are the same."

    def text_of(self, fact: Fact) -> str:
        return wording.fact(self.spec.name, fact.value)


def dispute_of(artifact: Artifact, name: str) -> Dispute | None:
    """The values that an editor has to weigh, or None where the artifact has no such fact."""
    spec = FACTS.get(name)
    own = list(artifact.facts.filter(name=name).select_related("source").order_by("-is_stated", "id"))
    if spec is None or not own:
        return None
    relatives: list[Fact] = []
    if spec.is_inherited:
        relatives = list(
            Fact.objects.filter(
                artifact__in=relatives_of(artifact), artifact__lifecycle__in=PUBLIC_LIFECYCLES, name=name
            )
            .select_related("source", "artifact")
            .order_by("artifact__sort_name", "id")
        )
    return Dispute(artifact, spec, tuple(own), tuple(relatives))


def relatives_of(artifact: Artifact) -> set[int]:
    """Those along the lineage that facts of architecture are shared with."""
    pairs = Lineage.objects.filter(relation=Relation.DERIVED_FROM, keeps_architecture=True)
    tied = pairs.filter(Q(artifact=artifact) | Q(parent=artifact)).values_list("artifact_id", "parent_id")
    return {pk for pair in tied for pk in pair} - {artifact.pk}


def choose(fact: Fact, *, why: str) -> None:
    """This value is right; the others stay on the page as what was said otherwise."""
    _need_reason(why)
    with change(why=why):
        _settle(fact, why)


def enter(
    artifact: Artifact, name: str, *, value: Any, source: Source, retrieved_on: dt.date | None = None, why: str
) -> Fact:
    """None of them is right: this one is, as that source shows."""
    _need_reason(why)
    spec = FACTS.get(name)
    if spec is None or artifact.kind not in spec.kinds:
        raise CannotSettle(f"“{name}” is no fact of this kind of artifact.")
    try:
        clean = spec.clean(value)
    except CannotAccept as error:
        raise CannotSettle(str(error)) from error
    with change(why=why):
        fact = Fact.objects.filter(artifact=artifact, name=name, source=source, origin=Origin.EDITOR).first()
        fact = fact or Fact(artifact=artifact, name=name, source=source, origin=Origin.EDITOR)
        fact.value, fact.retrieved_on = clean, retrieved_on
        _settle(fact, why)
    return fact


def keep_both(artifact: Artifact, name: str, *, conditions: Mapping[int, str], why: str) -> None:
    """Each value is true under something of its own: `conditions` by the fact's key, first the one to state."""
    _need_reason(why)
    own = {fact.pk: fact for fact in artifact.facts.filter(name=name)}
    said = {pk: text.strip() for pk, text in conditions.items()}
    if len(said) < 2 or not said.keys() <= own.keys():
        raise CannotSettle("Choose at least two of this artifact's own values.")
    if not all(said.values()):
        raise CannotSettle("Say of each value under what it is true.")
    if len({text.casefold() for text in said.values()}) < len(said):
        raise CannotSettle("Two values cannot both be true under the same condition.")
    if any(len(text) > 200 for text in said.values()):
        raise CannotSettle("A condition takes at most 200 characters.")
    with change(why=why):
        first, *others = said
        for pk in others:
            own[pk].condition = said[pk]
            own[pk].save()
        own[first].condition = said[first]
        _settle(own[first], why)


def reopen(artifact: Artifact, name: str, *, why: str) -> None:
    """Takes a settlement back."""
    _need_reason(why)
    with change(why=why):
        for fact in artifact.facts.filter(name=name).exclude(settled_at=None, condition=""):
            fact.settled_at, fact.settled_reason, fact.condition = None, "", ""
            fact.save()


def _settle(fact: Fact, why: str) -> None:
    # Two settlements of one fact would leave it to the clock which is shown.
    for other in Fact.objects.filter(artifact=fact.artifact_id, name=fact.name).exclude(pk=fact.pk):
        if other.settled_at:
            other.settled_at, other.settled_reason = None, ""
            other.save()
    fact.settled_reason, fact.settled_at = why.strip(), timezone.now()
    fact.save()


def _need_reason(why: str) -> None:
    if not why.strip():
        raise CannotSettle("Say why; readers will see the reason.")
