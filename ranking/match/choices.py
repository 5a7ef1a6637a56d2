"""How much each choice counts, so that nobody's clicks outvote everybody else's.

Pure. Weights are people, not clicks: an actor counts once for a query and an artifact, stands for one artifact with no
more than `per_artifact` people's voice however many queries he chose it for, and has `per_actor` in all. What goes
beyond is spread thin over what he chose, so a diligent reader is not silenced, and a sprayer says almost nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ranking.match.documents import Chosen
from ranking.match.text import query_stems


@dataclass(frozen=True)
class Choice:
    """One act: this actor, asking this, chose this artifact. `weight` is what is left of it after the rules of trust
    (a young account, a crowded network, a place high on the page that is chosen for being there)."""

    actor: str
    query: str
    artifact: str
    weight: float = 1.0


def likeness_of(query: str) -> str:
    """What makes two queries the same: their stems, in any order."""
    return " ".join(sorted(query_stems(query)))


def chosen_of(choices: Iterable[Choice], *, per_artifact: float, per_actor: float) -> list[Chosen]:
    """The people behind each query and artifact, most first. The order of the choices changes nothing."""
    acts: dict[tuple[str, str, str], float] = {}
    typed: dict[str, str] = {}
    for choice in choices:
        alike = likeness_of(choice.query)
        if not alike or choice.weight <= 0:
            continue
        # Of several ways to type the same one is kept: the shortest, then the first by the alphabet.
        typed[alike] = min((choice.query, typed.get(alike, choice.query)), key=lambda t: (len(t), t))
        key = (choice.actor, choice.artifact, alike)
        acts[key] = max(acts.get(key, 0.0), min(choice.weight, 1.0))
    for_artifact: dict[tuple[str, str], float] = defaultdict(float)
    for (actor, artifact, _), weight in acts.items():
        for_artifact[actor, artifact] += weight
    in_all: dict[str, float] = defaultdict(float)
    for (actor, _), weight in for_artifact.items():
        in_all[actor] += min(weight, per_artifact)
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for (actor, artifact, alike), weight in sorted(acts.items()):
        mine = for_artifact[actor, artifact]
        share = min(1.0, per_artifact / mine) * min(1.0, per_actor / in_all[actor])
        totals[alike, artifact] += weight * share
    ordered = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return [Chosen(typed[alike], artifact, round(weight, 6)) for (alike, artifact), weight in ordered]
