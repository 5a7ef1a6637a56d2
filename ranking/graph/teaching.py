"""What the engine learns from: which words led to the choice of which artifact, and how much each choice counts.

Words are thrown away after thirty days; from then on a choice teaches by the name of its intent, if that is nobody's in
particular, and otherwise not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ranking.graph.decisions import decisions
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
    """In the order of their time."""
    decided = decisions()
    public = {one.pk: one.name for one in Intent.objects.all() if one.is_public}
    last = 0
    while True:
        rows = list(
            Feedback.objects.filter(pk__gt=last, act=Act.CHOICE, weight__gt=0, is_excluded=False).order_by("pk")[
                :AT_ONCE
            ]
        )
        if not rows:
            return
        last = rows[-1].pk
        keys = [row.search_key for row in rows]
        searches = {
            key: (text, intent, shown)
            for start in range(0, len(keys), 500)
            for key, text, intent, shown in Search.objects.filter(key__in=keys[start : start + 500]).values_list(
                "key", "text", "intent_id", "shown"
            )
        }
        for row in rows:
            text, intent, shown = searches.get(row.search_key, ("", None, ()))
            if intent is None:
                continue
            intent = decided.canonical(intent)
            words = text or public.get(intent, "")
            if words and intent not in decided.blocked:
                capability = next((which for artifact, which in shown if artifact == row.artifact_id), 0)
                yield Taught(words, row.artifact_id, (row.weight or 0) / WHOLE, row.actor, intent, capability)
