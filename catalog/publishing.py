"""What happens to an artifact as a whole: publish, deprecate, withdraw, restore, rename; and the doors by which the
layers above write their published results into catalog's tables.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from catalog.changes import change
from catalog.choices import Lifecycle
from catalog.models import (
    Alias,
    Artifact,
    CatalogState,
    Contrast,
    Evidence,
    Fact,
    Generation,
    Identifier,
    Offering,
    Price,
)
from catalog.models.circles import way_up
from catalog.state import moved


class CannotPublish(Exception):
    """Something that a reader needs is missing. `missing` lists it, one sentence each."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(" ".join(missing))
        self.missing = missing


class CannotWithdraw(Exception):
    pass


class CannotRename(Exception):
    pass


class CannotDeprecate(Exception):
    pass


#: Something on the artifact names a source, which is what makes it more than a claim.
NAMES_A_SOURCE = Q(Exists(Evidence.objects.filter(offering__artifact=OuterRef("pk")))) | Q(
    Exists(Fact.objects.filter(artifact=OuterRef("pk"))) | Exists(Price.objects.filter(artifact=OuterRef("pk")))
)

#: What `missing` finds nothing to say against, for whole tables. It counts offerings as they were last derived.
SUFFICES = (
    ~Q(tagline="")
    & ~Q(description="")
    & Q(offering_count__gt=0)
    & NAMES_A_SOURCE
    & (~Q(homepage="") | ~Q(repository="") | Q(Exists(Identifier.objects.filter(artifact=OuterRef("pk")))))
)


def missing(
    *, tagline: str, description: str, offering_count: int, is_identified: bool, is_sourced: bool
) -> dict[str, str]:
    """What a reader would miss, one sentence each, by the part of the listing that lacks it.

    Identified means a registry id, a repository or a homepage; sourced means that anything on it names a source.
    """
    sentences = {}
    if not tagline.strip():
        sentences["tagline"] = "It has no tagline."
    if not description.strip():
        sentences["description"] = "It has no description."
    if not offering_count:
        sentences["offerings"] = "It offers no capability."
    elif not is_sourced:
        sentences["evidence"] = "Nothing on it names a source: no evidence, no fact, no price."
    if not is_identified:
        sentences["identity"] = "Nothing identifies it: no registry id, no repository, no homepage."
    return sentences


def missing_for_publication(artifact: Artifact) -> dict[str, str]:
    return missing(
        tagline=artifact.tagline,
        description=artifact.description,
        offering_count=artifact.offerings.count(),
        is_identified=bool(artifact.homepage or artifact.repository or artifact.identifier_rows.exists()),
        is_sourced=Artifact.objects.filter(NAMES_A_SOURCE, pk=artifact.pk).exists(),
    )


def publish(artifact: Artifact, *, why: str = "") -> None:
    """Draft, in review, deprecated or withdrawn -> published. Raises CannotPublish."""
    if lacks := missing_for_publication(artifact):
        raise CannotPublish(list(lacks.values()))
    with change(why=why):
        artifact.lifecycle = Lifecycle.PUBLISHED
        artifact.deprecated_by = None
        artifact.withdrawn_reason = ""
        artifact.save()
    # Derived on the way out: saved again as it stood here, it would be taken for never published.
    artifact.refresh_from_db(fields=["published_at"])


def heirs_of(pk: int) -> set[int]:
    """Whom readers of an artifact are sent on to, and from there; itself included."""
    return way_up(Artifact.objects.all(), child="pk", parent="deprecated_by_id", start=pk)


def deprecate(artifact: Artifact, *, by: Artifact | None = None, why: str = "") -> None:
    """It stays readable, and says what to use instead."""
    if artifact.lifecycle not in (Lifecycle.PUBLISHED, Lifecycle.DEPRECATED):
        raise CannotDeprecate("Only what is published can be deprecated.")
    if by is not None and by.pk == artifact.pk:
        raise CannotDeprecate("An artifact cannot be deprecated by itself.")
    if by is not None and artifact.pk in heirs_of(by.pk):
        raise CannotDeprecate(f"“{by.name[:100]}” is itself deprecated in favour of this; that makes a circle.")
    with change(why=why):
        artifact.lifecycle = Lifecycle.DEPRECATED
        artifact.deprecated_by = by
        artifact.save()


def withdraw(artifact: Artifact, *, reason: str) -> None:
    """Its address answers 410 from now on, with the reason on the tombstone."""
    if not reason.strip():
        raise CannotWithdraw("A withdrawal needs a reason, which readers will see.")
    with change(why=reason):
        artifact.lifecycle = Lifecycle.WITHDRAWN
        artifact.withdrawn_reason = reason.strip()
        artifact.save()


def rename_slug(artifact: Artifact, slug: str, *, why: str = "") -> None:
    """Gives the artifact another address; the old one redirects."""
    if slug == artifact.slug:
        return
    if (
        Artifact.objects.filter(slug=slug).exists()
        or Alias.objects.filter(slug=slug).exclude(artifact=artifact).exists()
    ):
        raise CannotRename(f"“{slug}” is taken.")
    with change(why=why):
        Alias.objects.filter(slug=slug).delete()
        Alias.objects.create(slug=artifact.slug, artifact=artifact)
        artifact.slug = slug
        artifact.full_clean(exclude=["publisher", "deprecated_by", "headline_price"])
        artifact.save()


def go_live(generation: Generation) -> None:
    """Switches every reader to this generation of ranks, in one statement. For ranking.publish alone."""
    CatalogState.objects.get_or_create(pk=1)
    CatalogState.objects.filter(pk=1).update(live_generation=generation)
    moved()


def set_reply(contrast: Contrast, text: str, *, on: dt.date | None) -> None:
    """What the alternative's owner says to it; empty: nothing any more. For claims.replies alone. No fact either."""
    with change() as it:
        Contrast.objects.filter(pk=contrast.pk).update(
            reply=text, replied_to=contrast.text if text else "", replied_on=on if text else None
        )
        of = Offering.objects.filter(pk=contrast.offering_id).values_list("artifact_id", flat=True).first()
        it.touch_columns([pk for pk in (of, contrast.artifact_id) if pk is not None])


def set_verified_until(artifact: Artifact, until: dt.datetime | None, how: str = "") -> None:
    """Until when the owner's proof stands, and by what; None takes the badge away at once. For claims.ownership alone.

    It is no fact: what is said of the artifact has not changed, so neither its rank nor its change log moves.
    """
    with change() as it:
        Artifact.objects.filter(pk=artifact.pk).update(verified_until=until, verified_how=how)
        it.touch_columns([artifact.pk])
