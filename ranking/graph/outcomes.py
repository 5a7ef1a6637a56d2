"""What people said of whether it worked, as ranks take it in: counted by artifact and day, kept as it stood.

    keep(now=...)        a set of today's counts, or the one that says the same already
    series_of(set, ...)  its columns for scoring

A generation names the set it was made from, so that its ranks can be computed again when more has been reported, and
so that lifting a quarantine brings back the very same ones.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncDate

from catalog.changes import change
from catalog.choices import SourceKind
from catalog.models import Source
from ranking.graph.voices import Report, heard_by_day
from ranking.graph.weighing import OUTCOMES_A_DAY, WHOLE
from ranking.models import Act, Build, Feedback, Fold, OutcomeDay, OutcomeSet
from ranking.scoring.evidence import Floats, Ints

SOURCE = "reported-outcomes"
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Reported:
    """A row for each artifact and day on which something was reported, by artifact and day."""

    artifact: Ints
    day: Floats
    #: Of all reports up to that day: the share that worked, and how many they are.
    share: Floats
    trials: Floats
    source: int


def keep(*, now: dt.datetime) -> OutcomeSet | None:
    """The set that stands; None while nobody has reported anything."""
    rows = _counts(now.date())
    with transaction.atomic():
        if not rows:
            Fold.objects.exclude(outcomes=None).update(outcomes=None)
            return None
        digest = hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
        found, is_new = OutcomeSet.objects.get_or_create(digest=digest, defaults={"made_at": now})
        if is_new:
            OutcomeDay.objects.bulk_create(
                (
                    OutcomeDay(set=found, artifact_id=artifact, day=day, worked=worked, failed=failed)
                    for artifact, day, worked, failed in rows
                ),
                batch_size=1_000,
            )
        Fold.objects.get_or_create(pk=1)
        Fold.objects.filter(pk=1).update(outcomes=found)
        if is_new:
            _throw_away(found)
            _source()
    return found


def _counts(today: dt.date) -> list[tuple[int, dt.date, int, int]]:
    """By artifact and day, as far as it is heard: what worked, and what failed."""
    said = (
        Feedback.objects.filter(act=Act.OUTCOME, weight__gt=0, is_sample=False)
        .annotate(day=TruncDate("at"))
        .values_list("artifact_id", "network", "day")
        .annotate(
            did=Sum("weight", filter=Q(worked=True), default=0),
            did_not=Sum("weight", filter=~Q(worked=True), default=0),
        )
        .order_by("artifact_id", "day", "network")
    )
    return [
        (artifact, *counts)
        for artifact, rows in groupby(said, key=itemgetter(0))
        for counts in heard_by_day((Report(*row[1:]) for row in rows), most=OUTCOMES_A_DAY * WHOLE, upto=today)
    ]


def _throw_away(current: OutcomeSet) -> None:
    """What no generation that still exists was made from."""
    builds = Build.objects.exclude(generation=None).values_list("left_out", flat=True)
    used = {left_out.get("outcomes") for left_out in builds} - {None}
    OutcomeSet.objects.exclude(pk__in={*used, current.pk}).delete()


def _source() -> Source:
    """Where the reading leads to: a page of our own, as nobody else has it."""
    with change(why="Outcomes are reported here."):
        return Source.objects.get_or_create(
            slug=SOURCE, defaults={"title": "Outcomes that people reported here", "kind": SourceKind.MEASUREMENT}
        )[0]


def series_of(set_id: int | None, *, artifact_ids: Sequence[int] | None = None, upto: dt.date) -> Reported | None:
    if set_id is None:
        return None
    rows = OutcomeDay.objects.filter(set=set_id, day__lte=upto)
    if artifact_ids is not None:
        rows = rows.filter(artifact__in=artifact_ids)
    found = list(
        rows.order_by("artifact_id", "day").values_list("artifact_id", "day", "worked", F("worked") + F("failed"))
    )
    source = Source.objects.filter(slug=SOURCE).values_list("pk", flat=True).first()
    if not found or source is None:
        return None
    artifact = np.array([row[0] for row in found], np.int64)
    day = np.array([(row[1] - EPOCH).days for row in found], float)
    counts = np.array([row[2:] for row in found], float) / WHOLE
    running = np.cumsum(counts, axis=0)
    # What ran up before an artifact's first row is another's.
    first = np.flatnonzero(np.r_[True, artifact[1:] != artifact[:-1]])
    before = np.repeat(running[first] - counts[first], np.diff(np.r_[first, len(artifact)]), axis=0)
    worked, trials = (running - before).T
    return Reported(artifact, day, worked / trials, trials, source)
