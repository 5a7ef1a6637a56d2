"""How often each artifact was shown and chosen over all intents, as pages tell it.

Counted with each generation of ranks and published with it, so that a page of an artifact asks for nothing more, and
all that is said of it is of one moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.choices import PUBLIC_LIFECYCLES
from ranking.graph.intents import public
from ranking.graph.pictures import Link
from ranking.graph.weighing import WHOLE
from ranking.models import Edge, Exclusion

#: Public intents that are named; of the picture: intents, and others beside the artifact for each.
NAMED, DRAWN, BESIDE = 3, 5, 3


@dataclass(frozen=True)
class Matched:
    """Of one artifact."""

    shown: int
    chosen: float
    worked: float
    failed: float
    is_sample: bool
    #: Slug and name of the public intents that it was chosen for most.
    intents: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]
    #: Quarantines of feedback that stood when it was counted.
    quarantines: int = 0

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Matched:
        return cls(
            **{name: data[name] for name in ("shown", "chosen", "worked", "failed", "is_sample")},
            intents=tuple((slug, name) for slug, name in data["intents"]),
            links=tuple(Link(*one) for one in data["links"]),
            quarantines=data.get("quarantines", 0),
        )


def counted() -> dict[int, dict[str, Any]]:
    """By artifact, as `Matched.of_data` reads it; whoever was never shown is not in it. Four queries."""
    rows = list(
        Edge.objects.filter(intent__is_blocked=False)
        .order_by("-chosen", "-shown", "pk")
        .values_list(
            "artifact_id",
            "artifact__name",
            "artifact__lifecycle",
            "intent_id",
            "capability__name",
            "shown",
            "chosen",
            "worked",
            "failed",
            "is_sample",
        )
    )
    if not rows:
        return {}
    named = {intent.pk: intent for intent in public()}
    quarantines = Exclusion.objects.filter(lifted_at=None, waits_since=None).count()
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    sample: set[int] = set()
    own: defaultdict[int, list[int]] = defaultdict(list)
    serves: defaultdict[int, list[tuple[int, Link]]] = defaultdict(list)
    for artifact, name, lifecycle, intent, capability, *counts, is_sample in rows:
        for place, count in enumerate(counts):
            sums[artifact][place] += count
        if is_sample:
            sample.add(artifact)
        if intent not in named or lifecycle not in PUBLIC_LIFECYCLES:
            continue
        if counts[1] and intent not in own[artifact]:
            own[artifact].append(intent)  # most chosen first, as the rows come
        if capability:
            serves[intent].append((artifact, Link(named[intent].name, capability, name, counts[0], counts[1] / WHOLE)))
    return {
        pk: {
            "shown": shown,
            "chosen": chosen / WHOLE,
            "worked": worked / WHOLE,
            "failed": failed / WHOLE,
            "is_sample": pk in sample,
            "intents": [(named[one].slug, named[one].name) for one in own[pk][:NAMED]],
            "links": [tuple(vars(link).values()) for link in _around(pk, own[pk][:DRAWN], serves)],
            **({"quarantines": quarantines} if quarantines else {}),
        }
        for pk, (shown, chosen, worked, failed) in sums.items()
    }


def _around(pk: int, intents: list[int], serves: Mapping[int, list[tuple[int, Link]]]) -> list[Link]:
    """What joins it with its intents, and the few that serve them best beside it."""
    found: list[Link] = []
    for intent in intents:
        beside: set[int] = set()
        for artifact, link in serves[intent]:
            if artifact != pk:
                beside.add(artifact)
                if len(beside) > BESIDE:
                    continue
            found.append(link)
    return found
