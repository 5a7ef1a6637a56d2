"""The vocabulary's verbs: find a capability by any of its words, merge two, split one. History and addresses stay."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from catalog.changes import change
from catalog.models import Capability, CapabilityAlias, Offering, Synonym
from catalog.models.fields import sort_key


class CannotMerge(Exception):
    pass


class CannotSplit(Exception):
    pass


class CannotRename(Exception):
    pass


def capability_called(word: str) -> Capability | None:
    """The live capability with this key, slug, name, synonym or former key or slug."""
    text = word.strip().removeprefix("capability://")
    key = sort_key(text)
    return (
        Capability.objects.live()
        .filter(
            Q(key=text)
            | Q(slug=text)
            | Q(sort_name=key)
            | Q(synonyms__key=key)
            | Q(aliases__key=text)
            | Q(aliases__slug=text)
        )
        .order_by("id")
        .first()
    )


def spoken() -> dict[str, str]:
    """The words of each live capability, by its key."""
    rows = Capability.objects.live().order_by("key").values_list("key", "name")
    return {key: f"{name} {key.replace('.', ' ').replace('-', ' ')}" for key, name in rows}


def merge(capability: Capability, *, into: Capability, why: str) -> None:
    """Moves offerings, words, narrower ones and addresses over; `capability` stays as a row that points at `into`.

    Where an artifact offers both, the offering of `into` stays and the other is moved under it only in history.
    """
    check_merge(capability, into)
    with change(why=why):
        both = set(into.offerings.values_list("artifact_id", flat=True))
        for offering in capability.offerings.order_by("id"):
            if offering.artifact_id in both:
                offering.delete()
            else:
                offering.capability = into
                offering.save()
        for narrower in capability.narrower.exclude(pk=into.pk):
            narrower.broader = into
            narrower.save()
        if into.broader_id == capability.pk:
            into.broader = capability.broader
            into.save()
        capability.synonyms.update(capability=into)
        if not Synonym.objects.filter(key=capability.sort_name).exists() and capability.sort_name != into.sort_name:
            Synonym.objects.create(capability=into, text=capability.name)
        CapabilityAlias.objects.filter(capability=capability).update(capability=into)
        CapabilityAlias.objects.create(slug=capability.slug, key=capability.key, capability=into)
        # The row stays for its history, under names that no longer stand in anybody's way.
        capability.merged_into = into
        capability.broader = None
        capability.slug = f"merged-{capability.pk}"
        capability.name = f"{capability.name[:90]} (merged {capability.pk})"
        capability.key = f"merged.{capability.pk}"
        capability.save()


def check_merge(capability: Capability, into: Capability) -> None:
    """Raises CannotMerge with the reason, where there is one."""
    if capability.pk == into.pk:
        raise CannotMerge("A capability cannot be merged with itself.")
    if capability.merged_into_id:
        raise CannotMerge(f"“{capability}” has been merged already.")
    if into.merged_into_id:
        raise CannotMerge(f"“{into}” has itself been merged; choose what it was merged into.")
    if capability.pk in _above(into)[1:]:  # what lies between them would end both above and below `into`
        raise CannotMerge(f"“{into}” would become broader than itself: more than one step lies between the two.")


def _above(capability: Capability) -> list[int]:
    """Ids of everything broader, the nearest first."""
    ids: list[int] = []
    above = capability.broader
    while above is not None and above.pk not in ids:
        ids.append(above.pk)
        above = above.broader
    return ids


def rename(capability: Capability, *, slug: str, key: str, name: str, why: str = "") -> None:
    """Gives a capability another name or address; the old address redirects, the old name stays a synonym."""
    if capability.merged_into_id:
        raise CannotRename(f"“{capability}” has been merged.")
    was = Capability.objects.get(pk=capability.pk)
    taken = CapabilityAlias.objects.filter(Q(slug=slug) | Q(key=key)).exclude(capability=capability).first()
    if taken is not None:
        raise CannotRename(f"“{taken}” redirects to “{taken.capability}”.")
    with change(why=why):
        # Renamed back: what was an old address is the address again.
        aliases = CapabilityAlias.objects.filter(capability=capability)
        aliases.filter(Q(key=None) | Q(key=key), slug=slug).delete()
        aliases.filter(key=key, slug=None).delete()
        aliases.filter(slug=slug).update(slug=None)
        aliases.filter(key=key).update(key=None)
        moved = {"slug": was.slug if slug != was.slug else None, "key": was.key if key != was.key else None}
        if any(moved.values()):
            CapabilityAlias.objects.create(capability=capability, **moved)
        capability.slug, capability.key, capability.name = slug, key, name
        capability.full_clean(exclude=["broader", "merged_into"])
        capability.save()
        Synonym.objects.filter(capability=capability, key=capability.sort_name).delete()
        if was.sort_name != capability.sort_name and not Synonym.objects.filter(key=was.sort_name).exists():
            Synonym.objects.create(capability=capability, text=was.name)


def split(
    capability: Capability, *, key: str, name: str, offerings: Iterable[Offering], why: str, description: str = ""
) -> Capability:
    """Makes a narrower capability and moves these offerings to it."""
    chosen = list(offerings)
    if not chosen:
        raise CannotSplit("Choose at least one offering to move.")
    if any(offering.capability_id != capability.pk for offering in chosen):
        raise CannotSplit(f"Only offerings of “{capability}” can be moved out of it.")
    if capability_called(key) or capability_called(name):
        raise CannotSplit(f"“{name}” or “{key}” is in the vocabulary already.")
    with change(why=why):
        part = Capability(key=key, slug=key.replace(".", "-"), name=name, description=description, broader=capability)
        part.full_clean()
        part.save()
        for offering in chosen:
            offering.capability = part
            offering.save()
    return part
