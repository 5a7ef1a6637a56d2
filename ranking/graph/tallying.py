"""Searches and feedback onto the edges of the graph: shown, looked at, chosen, worked. Called by folding alone.

An edge goes from an intent over the capability that matched to an artifact. Adding is all that is done: an edge is
counted up, and made where there was none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from django.db.models import Count

from catalog.models import Artifact, Capability
from ranking.bulk import insert, set_columns
from ranking.graph.estimates import EXAMINED, prior_of
from ranking.graph.voices import Pair
from ranking.graph.weighing import WHOLE
from ranking.models import Act, Edge, Feedback, Search

#: Intent, capability, artifact.
Key = tuple[int, int | None, int]
COUNTS = ("shown", "examined", "chosen", "worked", "failed")
EDGE = ("intent_id", "capability_id", "artifact_id", *COUNTS, "networks", "is_sample")


class Sums(defaultdict[Key, list[int]]):
    """What a fold adds, before it is written: an edge is written once, however many events are its own."""

    def __init__(self) -> None:
        super().__init__(lambda: [0] * len(COUNTS))
        self.sample: set[Key] = set()
        #: Of an intent and an artifact, how many networks chose it: a count that stands by itself, and is not added.
        self.networks: dict[Pair, int] = {}


#: How many searches of each network for each intent have counted as looks. A network has its name for thirty days.
Looks = Counter[tuple[int, str]]


def looks_before(searches: Sequence[Search]) -> Looks:
    """Of the networks that ask in these, none of which has been written yet."""
    asked = {(one.intent_id, one.network) for one in searches if one.intent_id is not None}
    before = (
        Search.objects.filter(
            intent__in={intent for intent, _ in asked},
            network__in={network for _, network in asked},
            answered=True,
            is_folded=True,
            is_excluded=False,
            is_program=False,
        )
        .order_by()
        .values_list("intent_id", "network")
        .annotate(count=Count("pk"))
    )
    return Counter({(intent, network): count for intent, network, count in before})


def add_searches(searches: Iterable[Search], looks: Looks, sums: Sums) -> None:
    """All are counted as shown. As looks, against which choices are held, one counts of a network, as one choice of
    it does: else whoever searches a thousand times makes what others have chosen look unwanted. Near misses are no
    answer: of them only the chosen one was looked at for this need."""
    for search in searches:
        if search.intent_id is None or not search.answered:
            continue
        looks[search.intent_id, search.network] += 1
        counts = looks[search.intent_id, search.network] == 1
        for place, (artifact, capability) in enumerate(search.shown):
            key = (search.intent_id, capability or None, artifact)
            _show(sums[key], place, is_look=counts)
            if search.is_sample:
                sums.sample.add(key)


def _show(sums: list[int], place: int, *, is_look: bool) -> None:
    sums[0] += 1
    if is_look:
        sums[1] += EXAMINED[min(place, len(EXAMINED) - 1)]


def add_feedback(weighed: Sequence[tuple[Feedback, Search]], sums: Sums) -> None:
    for row, search in weighed:
        if search.intent_id is None:
            continue
        at, capability = next(
            ((at, which) for at, (artifact, which) in enumerate(search.shown) if artifact == row.artifact_id), (0, None)
        )
        key = (search.intent_id, capability or None, row.artifact_id)
        place = 2 if row.act == Act.CHOICE else 3 if row.worked else 4
        sums[key][place] += row.weight or 0
        if row.act == Act.CHOICE and row.weight and not search.answered:
            _show(sums[key], at, is_look=True)
        if row.is_sample:
            sums.sample.add(key)


def write(sums: Sums) -> None:
    """What has gone in the meantime, an artifact or a capability, has no edges."""
    if not sums:
        return
    artifacts = set(Artifact.objects.filter(pk__in={key[2] for key in sums}).values_list("pk", flat=True))
    wanted = {key[1] for key in sums if key[1] is not None}
    capabilities = set(Capability.objects.filter(pk__in=wanted).values_list("pk", flat=True)) | {None}
    there: dict[Key, Edge] = {}
    intents = sorted({key[0] for key in sums})
    for start in range(0, len(intents), 500):
        for edge in Edge.objects.filter(intent__in=intents[start : start + 500]):
            there[edge.intent_id, edge.capability_id, edge.artifact_id] = edge
    networks = Counter(sums.networks)
    for edge in there.values():
        networks[edge.intent_id, edge.artifact_id] = max(networks[edge.intent_id, edge.artifact_id], edge.networks)
    changed = {key: edge for key, edge in there.items() if edge.networks < networks[edge.intent_id, edge.artifact_id]}
    made: list[Edge] = []
    for key, counts in sums.items():
        if key[2] not in artifacts or key[1] not in capabilities:
            continue
        edge = there.get(key) or Edge(intent_id=key[0], capability_id=key[1], artifact_id=key[2])
        if key in there:
            changed[key] = edge
        else:
            made.append(edge)
        for name, more in zip(COUNTS, counts, strict=True):
            setattr(edge, name, getattr(edge, name) + more)
        edge.is_sample = edge.is_sample or key in sums.sample
    for edge in (*made, *changed.values()):
        edge.networks = networks[edge.intent_id, edge.artifact_id]
    insert(Edge, EDGE, (tuple(getattr(edge, column) for column in EDGE) for edge in made))
    set_columns(list(changed.values()), [*COUNTS, "networks", "is_sample"])


def priors() -> dict[str, list[float]]:
    """How often what is looked at is chosen, for each kind and over all: mean, and how many looks that is worth."""
    rows = list(Edge.objects.order_by().values_list("artifact__kind", "chosen", "examined"))
    if not rows:
        return {}
    kinds = np.array([kind for kind, _, _ in rows])
    numbers = np.array([(chosen, examined) for _, chosen, examined in rows], np.float64) / (WHOLE, 10_000)
    numbers = numbers[np.lexsort((numbers[:, 1], numbers[:, 0], kinds))]  # the same sum whatever the order of rows
    kinds = np.sort(kinds)
    found = {"": list(prior_of(numbers[:, 0], numbers[:, 1]))}
    for kind in np.unique(kinds):
        mine = numbers[kinds == kind]
        found[str(kind)] = list(prior_of(mine[:, 0], mine[:, 1]))
    return found
