"""Intents as readers see them: who serves one best by evidence, which are popular, which are wanted and not served.

Only what is nobody's in particular is shown: see `Intent.is_public`. Everything else waits at the editors' desk.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import F, Q, QuerySet

from catalog.columns import columns
from catalog.models import Capability
from catalog.pages.rows import Row, rows_of
from catalog.state import State
from ranking.graph.estimates import USUAL, estimated
from ranking.graph.voices import LEAST_NETWORKS
from ranking.graph.weighing import WHOLE
from ranking.models import Edge, Fold, Intent
from ranking.models.match import LEAST_ACTORS

#: Artifacts on an intent's page; intents in a list.
MOST, POPULAR = 50, 8
#: An intent is wanted where so many of its searches found nothing that fits.
WANTED = 0.5
#: What an edge's looks are counted in.
PARTS = 10_000


@dataclass(frozen=True)
class Served:
    """How an artifact has served an intent."""

    row: Row
    #: Over which it matched, most often first: slug and name.
    capabilities: tuple[tuple[str, str], ...]
    shown: int
    #: How often it was looked at: who stands lower in an answer is less.
    looks: float
    chosen: float
    worked: float
    failed: float
    #: How often one of its kind is, where nothing else is known.
    prior: float
    #: How often it is chosen where it is looked at, and where that lies nine times in ten.
    mean: float
    low: float
    high: float
    is_sample: bool

    @property
    def reported(self) -> float:
        return self.worked + self.failed

    @property
    def percent(self) -> str:
        return f"{100 * self.mean:.0f}"

    @property
    def prior_percent(self) -> str:
        return f"{100 * self.prior:.0f}"

    @property
    def band(self) -> str:
        return f"{100 * self.low:.0f}–{100 * self.high:.0f}"


@dataclass(frozen=True)
class IntentPage:
    intent: Intent
    served: tuple[Served, ...]
    near: tuple[Intent, ...]

    @property
    def taken(self) -> list[Served]:
        return [one for one in self.served if one.chosen]

    @property
    def passed_over(self) -> list[Served]:
        return [one for one in self.served if not one.chosen]

    @property
    def is_sample(self) -> bool:
        return any(one.is_sample for one in self.served) or self.intent.is_sample


def public() -> QuerySet[Intent]:
    """As `Intent.is_public` says of one."""
    return Intent.objects.filter(
        Q(is_typical=True) | Q(is_named=True), actors_count__gte=LEAST_ACTORS, is_blocked=False, merged_into=None
    ).exclude(name="")


def popular(*, limit: int = POPULAR) -> list[Intent]:
    """What most people look for and find. One query."""
    answered = public().filter(unanswered_count__lt=F("searches_count") * WANTED)
    return list(answered.order_by("-actors_count", "-searches_count", "pk")[:limit])


def wanted(*, limit: int = MOST) -> list[Intent]:
    """What people look for and do not find, most people first. One query."""
    unanswered = public().filter(unanswered_count__gte=F("searches_count") * WANTED)
    return list(unanswered.order_by("-actors_count", "-searches_count", "pk")[:limit])


def page_of(intent: Intent, state: State) -> IntentPage:
    """Who serves it best: by the lower end of what is likely, so that three of three do not beat ninety of a hundred.

    Six queries at most.
    """
    return IntentPage(intent, served_of([intent.pk, *_merged(intent)], state), _near(intent))


def _merged(intent: Intent) -> list[int]:
    """What was merged into it, and into that."""
    found: list[int] = []
    new = [intent.pk]
    while new:
        new = list(Intent.objects.filter(merged_into__in=new).exclude(pk__in=found).values_list("pk", flat=True))
        found += new
    return found


def served_of(intents: Sequence[int], state: State) -> tuple[Served, ...]:
    edges = list(
        Edge.objects.filter(intent__in=intents).values_list(
            "artifact_id", "capability_id", "shown", "examined", "chosen", "worked", "failed", "networks", "is_sample"
        )
    )
    held = columns(state)
    networks: Counter[int] = Counter()
    sums: defaultdict[int, np.ndarray] = defaultdict(lambda: np.zeros(5))
    through: defaultdict[int, dict[int, int]] = defaultdict(dict)
    sample: set[int] = set()
    for artifact, capability, *counts, behind, is_sample in edges:
        if not held.has(artifact):
            continue
        sums[artifact] += counts
        networks[artifact] = max(networks[artifact], behind)
        if capability is not None:
            through[artifact][capability] = through[artifact].get(capability, 0) + counts[0]
        if is_sample:
            sample.add(artifact)
    if not sums:
        return ()
    rows = {row.id: row for row in rows_of(list(sums), state, held)}
    ids = [pk for pk in sums if pk in rows]
    numbers = np.array([sums[pk] for pk in ids]).reshape(-1, 5)
    chosen, examined = numbers[:, 2] / WHOLE, numbers[:, 1] / PARTS
    priors = Fold.objects.filter(pk=1).values_list("priors", flat=True).first() or {}
    prior = np.array([priors.get(rows[pk].kind, priors.get("", USUAL)) for pk in ids])
    # What fewer networks chose is told, and says nothing of how often the next reader will choose it.
    known = np.array([networks[pk] >= LEAST_NETWORKS for pk in ids])
    mean, low, high = estimated(np.where(known, chosen, 0.0), examined, prior[:, 0], prior[:, 1])
    names = {
        pk: (slug, name)
        for pk, slug, name in Capability.objects.filter(pk__in={one for pk in ids for one in through[pk]}).values_list(
            "pk", "slug", "name"
        )
    }
    found = [
        Served(
            row=rows[pk],
            capabilities=tuple(
                names[one] for one in sorted(through[pk], key=lambda one: -through[pk][one]) if one in names
            )[:3],
            shown=int(numbers[i, 0]),
            looks=float(examined[i]),
            chosen=float(chosen[i]),
            worked=float(numbers[i, 3] / WHOLE),
            failed=float(numbers[i, 4] / WHOLE),
            prior=float(prior[i, 0]),
            mean=float(mean[i]),
            low=float(low[i]),
            high=float(high[i]),
            is_sample=pk in sample,
        )
        for i, pk in enumerate(ids)
    ]
    return tuple(sorted(found, key=lambda one: (-one.low, -one.mean, one.row.slug))[:MOST])


def _near(intent: Intent, *, limit: int = 6) -> tuple[Intent, ...]:
    """Other public intents, by what they mean."""
    others = list(public().exclude(pk=intent.pk).order_by("-actors_count", "pk")[:500])
    if not others:
        return ()
    mine = np.frombuffer(bytes(intent.vector), np.float32)
    likeness = np.array([float(np.frombuffer(bytes(one.vector), np.float32) @ mine) for one in others])
    order = np.argsort(-likeness, kind="stable")[:limit]
    return tuple(others[i] for i in order if likeness[i] >= 0.35)
