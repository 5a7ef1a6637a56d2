"""What editors do with intents: name, block, merge, split. Each raises CannotCurate, whose sentence says why not.

Names, blocks and merges hold at once, where the graph is read. A split is a set of pins; the next fold begins anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Min

from catalog.wordvectors import encode
from ranking.graph.gathering import describe
from ranking.models import Fold, Intent, Pin, Search

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST = 200
#: Queries of an intent that are shown to be split off.
MOST_QUERIES = 50


class CannotCurate(Exception):
    """The sentence says why not."""


def rename(intent: Intent, name: str) -> None:
    """Empty: it is called by its most typical query again."""
    name = " ".join(name.split())
    if len(name) > LONGEST:
        raise CannotCurate(f"A name has at most {LONGEST} characters.")
    intent.is_named = bool(name)
    intent.name = name or intent.name
    intent.save(update_fields=["is_named", "name"])
    describe([intent.pk])
    _turned()


def block(intent: Intent, *, is_blocked: bool = True) -> None:
    """Not shown anywhere, and its choices teach nothing; or again as it was."""
    Intent.objects.filter(pk=intent.pk).update(is_blocked=is_blocked)
    _turned()


def merge(intent: Intent, into: Intent | None) -> None:
    """`into` None takes it out again."""
    if into is not None:
        if into.pk == intent.pk:
            raise CannotCurate("That is the same intent.")
        above: Intent | None = into
        seen = {intent.pk}
        while above is not None:
            if above.pk in seen:
                raise CannotCurate("That one is merged into this one: they would go round in a circle.")
            seen.add(above.pk)
            above = above.merged_into
    Intent.objects.filter(pk=intent.pk).update(merged_into=into)
    _turned()


def split(intent: Intent, phrases: Collection[str], *, by: User | None, now: dt.datetime) -> Intent:
    """These queries, by their digests, become an intent of their own."""
    inside = Search.objects.filter(intent=intent, phrase__in=phrases).exclude(text="")
    if not phrases or not inside.exists():
        raise CannotCurate("Say which queries are another intent.")
    if not Search.objects.filter(intent=intent).exclude(phrase__in=phrases).exists():
        raise CannotCurate("Something has to stay.")
    first = inside.order_by("at", "pk")[0]
    key = hashlib.sha256(f"split {first.phrase}".encode()).hexdigest()[:32]
    with transaction.atomic():
        made, _ = Intent.objects.get_or_create(
            key=key,
            defaults={
                "name": first.text[:LONGEST],
                "slug": key,
                "vector": encode([first.text])[0].tobytes(),
                "born_at": now,  # what was said before stays where it is
                "first_at": first.at,
                "last_at": first.at,
            },
        )
        for phrase in inside.values_list("phrase", flat=True).distinct():
            Pin.objects.update_or_create(phrase=phrase, defaults={"intent": made, "made_by": by, "made_at": now})
    return made


def queries_of(intent: Intent) -> list[Any]:
    """What was said, by how many networks, the most often first: phrase, text, networks, count."""
    return list(
        Search.objects.filter(intent=intent, is_excluded=False)
        .exclude(text="")
        .values("phrase")
        .annotate(text=Min("text"), networks=Count("network", distinct=True), count=Count("pk"))
        .order_by("-networks", "text")[:MOST_QUERIES]
    )


def _turned() -> None:
    """The index learns anew what counts, and pages that were kept are asked again."""
    fold, _ = Fold.objects.get_or_create(pk=1)
    Fold.objects.filter(pk=1).update(version=fold.version + 1)
