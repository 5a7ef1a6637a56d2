"""What people have decided about the graph, as folding needs it: what is left out, what belongs where.

Its digest tells folding whether what it has folded still stands: if not, it folds everything again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

from django.db.models import Q

from ranking.models import Exclusion, ExclusionSubject, Feedback, Intent, Pin, Search

#: Raised when folding comes to count otherwise: what stands is then folded anew, by whoever knows how.
COUNTING = 2


@dataclass(frozen=True)
class Decisions:
    #: Subject, value, from, to.
    exclusions: tuple[tuple[str, str, dt.datetime | None, dt.datetime | None], ...]
    #: Intent by a query's phrase.
    pins: dict[str, int]
    #: Where an intent was merged, the one that it counts for.
    merged: dict[int, int]
    #: Their choices teach nothing.
    blocked: frozenset[int]

    @property
    def digest(self) -> str:
        """Of what folding has to be done again for. Merging and blocking are asked for when the graph is read."""
        said = json.dumps([COUNTING, self.exclusions, sorted(self.pins.items())], default=str)
        return hashlib.sha256(said.encode()).hexdigest()

    def excluded(self, model: type[Search] | type[Feedback]) -> Q:
        """Which of them count for nothing."""
        wanted = Q(pk__in=())
        for subject, value, since, upto in self.exclusions:
            one = _of(model, subject, value)
            if since is not None:
                one &= Q(at__gte=since)
            if upto is not None:
                one &= Q(at__lt=upto)
            wanted |= one
        return wanted

    def canonical(self, intent: int) -> int:
        for _ in range(20):  # a merge of merges; a circle cannot be made, and would end here
            if intent not in self.merged:
                break
            intent = self.merged[intent]
        return intent


def _of(model: type[Search] | type[Feedback], subject: str, value: str) -> Q:
    if subject == ExclusionSubject.SPAN:
        return Q()
    if subject == ExclusionSubject.KEY:
        # Whoever has a key can sign what he likes; searches are our own rows, which nobody signs.
        return Q(signed_by=value) if model is Feedback else Q(pk__in=())
    if subject == ExclusionSubject.DOOR and model is Feedback:
        return Q(search_key__in=Search.objects.filter(door=value).values("key"))
    return Q(**{subject: value})


def decisions() -> Decisions:
    """Three queries."""
    return Decisions(
        exclusions=tuple(
            Exclusion.objects.filter(lifted_at=None, waits_since=None)
            .order_by("subject", "value", "since", "upto", "pk")
            .values_list("subject", "value", "since", "upto")
        ),
        pins=dict(Pin.objects.values_list("phrase", "intent_id")),
        merged=dict(Intent.objects.exclude(merged_into=None).values_list("pk", "merged_into_id")),
        blocked=frozenset(Intent.objects.filter(is_blocked=True).values_list("pk", flat=True)),
    )
