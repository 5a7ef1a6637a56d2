"""What the engine learns from: which words led to the choice of which artifact, and how much each choice counts.

Words are thrown away after thirty days; from then on a choice teaches by the name of its intent, if that is nobody's in
particular, and otherwise not at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ranking.graph.decisions import decisions
from ranking.graph.voices import Voice, heard
from ranking.graph.weighing import WHOLE
from ranking.models import Act, Feedback, Intent, Search

AT_ONCE = 2_000


@dataclass(frozen=True)
class Taught:
    words: str
    artifact: int
    weight: float
    actor: str
    intent: int
    capability: int


def taught() -> Iterator[Taught]:
    """In the order in which they came, as far as each is heard."""
    decided = decisions()
    public = {one.pk: one.name for one in Intent.objects.all() if one.is_public}
    choices = _choices()
    for start in range(0, len(choices), AT_ONCE):
        some = choices[start : start + AT_ONCE]
        searches = _searches_of([key for _, key, *_ in some])
        for voice, key, actor, counts in some:
            text, intent, shown = searches.get(key, ("", None, ()))
            if intent is None:
                continue
            intent = decided.canonical(intent)
            words = text or public.get(intent, "")
            if words and intent not in decided.blocked:
                capability = next((which for artifact, which in shown if artifact == voice.artifact), 0)
                yield Taught(words, voice.artifact, counts / WHOLE, actor, intent, capability)


def _choices() -> list[tuple[Voice, uuid.UUID, str, int]]:
    """Who chose what, for which search, and how much of it is heard: of those that are."""
    rows = Feedback.objects.filter(act=Act.CHOICE, weight__gt=0, is_excluded=False).order_by("pk")
    said = [
        (Voice(artifact, network, at.date(), weight or 0), key, actor)
        for artifact, network, at, weight, key, actor in rows.values_list(
            "artifact_id", "network", "at", "weight", "search_key", "actor"
        ).iterator(chunk_size=AT_ONCE)
    ]
    counted = zip(said, heard(voice for voice, *_ in said), strict=True)
    return [(*one, counts) for one, counts in counted if counts]


def _searches_of(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, int | None, list[list[int]]]]:
    return {
        key: (text, intent, shown)
        for start in range(0, len(keys), 500)
        for key, text, intent, shown in Search.objects.filter(key__in=keys[start : start + 500]).values_list(
            "key", "text", "intent_id", "shown"
        )
    }
