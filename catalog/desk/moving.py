"""What merging one capability into another would move and what it would drop, told before it is done.

The merge itself is catalog.desk.merging.merge_capabilities.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from catalog import vocabulary
from catalog.models import Capability, CapabilityAlias, Offering, Synonym

#: Clashes that are told one by one; of the rest there is the number.
MOST_TOLD = 20


@dataclass(frozen=True)
class Clash:
    """An artifact that offers both: what it says of the one that stays is kept, the other goes."""

    artifact_name: str
    artifact_id: int
    stays: str
    goes: str
    evidence_lost: int


@dataclass(frozen=True)
class Moves:
    #: Why it cannot be done at all, or "".
    refusal: str
    offering_count: int
    clash_count: int
    #: The first of them.
    clashes: tuple[Clash, ...]
    synonyms: tuple[str, ...]
    narrower: tuple[str, ...]
    addresses: tuple[str, ...]


def what_moves(capability: Capability, *, into: Capability) -> Moves:
    try:
        vocabulary.check_merge(capability, into)
        refusal = ""
    except vocabulary.CannotMerge as error:
        refusal = str(error)
    own = Offering.objects.filter(capability=capability)
    kept = Offering.objects.filter(capability=into)
    clashing = own.filter(artifact__in=kept.values("artifact"))
    clash_count = clashing.count()
    shown = list(
        clashing.select_related("artifact")
        .annotate(evidence_count=Count("evidence"))
        .order_by("artifact__sort_name", "id")[:MOST_TOLD]
    )
    titles = dict(kept.filter(artifact__in=[row.artifact_id for row in shown]).values_list("artifact", "title"))
    taken = Synonym.objects.filter(key=capability.sort_name).exists() or capability.sort_name == into.sort_name
    words = list(capability.synonyms.order_by("key").values_list("text", flat=True))
    old = CapabilityAlias.objects.filter(capability=capability).order_by("slug").values_list("slug", flat=True)
    return Moves(
        refusal=refusal,
        offering_count=own.count() - clash_count,
        clash_count=clash_count,
        clashes=tuple(
            Clash(row.artifact.name, row.artifact_id, titles[row.artifact_id], row.title, row.evidence_count)
            for row in shown
        ),
        synonyms=tuple(words if taken else [capability.name, *words]),
        narrower=tuple(
            capability.narrower.exclude(pk=into.pk).order_by("sort_name", "id").values_list("name", flat=True)
        ),
        addresses=(capability.slug, *(slug for slug in old if slug is not None)),
    )
