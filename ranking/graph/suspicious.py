"""Feedback that looks bought: crowds that act as one, and who or what network speaks most. For editors, who decide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from catalog.models import Artifact
from ranking.graph.lockstep import Crowd, crowds
from ranking.models import Act, Feedback

#: How far back is looked; how many of each are shown.
WITHIN, MOST = dt.timedelta(days=30), 20
#: Acts of one actor or network from which on it is worth a look.
LOUD = 15


@dataclass(frozen=True)
class Loud:
    subject: str
    value: str
    acts: int
    artifacts: int


@dataclass(frozen=True)
class Suspicious:
    crowds: tuple[tuple[Crowd, tuple[str, ...], dt.datetime], ...]
    loud: tuple[Loud, ...]

    def __bool__(self) -> bool:
        return bool(self.crowds or self.loud)


def found(*, now: dt.datetime) -> Suspicious:
    """Four queries."""
    rows = Feedback.objects.filter(at__gt=now - WITHIN, is_sample=False, is_excluded=False)
    choices = rows.filter(act=Act.CHOICE).values_list("actor", "artifact_id", "at")
    together = crowds((actor, artifact, at.timestamp()) for actor, artifact, at in choices.iterator())[:MOST]
    wanted = {artifact for crowd in together for artifact in crowd.artifacts}
    names = dict(Artifact.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return Suspicious(
        tuple(
            (
                crowd,
                tuple(names[pk] for pk in crowd.artifacts if pk in names),
                dt.datetime.fromtimestamp(crowd.first, dt.UTC),
            )
            for crowd in together
        ),
        (*_loud(rows, "network"), *_loud(rows, "actor")),
    )


def _loud(rows: QuerySet[Feedback], subject: str) -> list[Loud]:
    counted = (
        rows.values_list(subject)
        .annotate(acts=Count("pk"), artifacts=Count("artifact", distinct=True))
        .filter(acts__gte=LOUD)
        .order_by("-acts", subject)[:MOST]
    )
    return [Loud(subject, value, acts, artifacts) for value, acts, artifacts in counted]
