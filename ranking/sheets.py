"""The weekly record of what is said of artifacts, so that a comparison of a past day shows what was seen then.

`keep` writes one for each public artifact of which somebody says something else than on its last sheet. The ranks of
that week are snapshots (`ranking.snapshots`); `ranking.comparing_past` reads both.
"""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from catalog.changes import change
from catalog.models import Artifact, Price
from ranking.comparing import gathered
from ranking.comparison.packing import digest_of, packed
from ranking.comparison.subject import Subject, Term
from ranking.models import Sheet
from ranking.snapshots import monday_of

#: A batch is held in memory with all its evidence.
AT_ONCE = 250


def keep(*, now: dt.datetime) -> int:
    """One sheet an artifact and week at most, dated the day it is written. Answers how many. Eight queries a batch."""
    week, written = monday_of(now.date()), 0
    # Ids and digests only; read to the end before anything is written.
    rows = iter(list(_maybe_changed(week, now.date())))
    while batch := dict(islice(rows, AT_ONCE)):
        artifacts = Artifact.objects.filter(pk__in=batch).select_related("publisher").in_bulk()
        subjects, terms = gathered(list(artifacts.values()), today=now.date(), alone=True)
        sheets = [
            Sheet(artifact_id=pk, on=now.date(), digest=digest, body=packed(it, _of(it, terms)))
            for pk, it in zip(artifacts, subjects, strict=True)
            if (digest := digest_of(it)) != batch[pk]
        ]
        with transaction.atomic():
            Sheet.objects.bulk_create(sheets, ignore_conflicts=True)
        written += len(sheets)
    if written:
        with change() as it:  # answers that are kept say what has changed since the last sheet
            it.is_touched = True
    return written


def _maybe_changed(week: dt.date, today: dt.date) -> Any:
    """Public artifacts that have none this week and may need one, with the digest of their last."""
    last = Sheet.objects.filter(artifact=OuterRef("pk")).order_by("-on")
    turned = Price.objects.filter(artifact=OuterRef("pk")).filter(
        Q(valid_from__gt=OuterRef("last_on"), valid_from__lte=today)
        | Q(valid_to__gt=OuterRef("last_on"), valid_to__lte=today)
    )
    return (
        Artifact.objects.public()
        .annotate(last_on=Subquery(last.values("on")[:1]), last_digest=Subquery(last.values("digest")[:1]))
        .filter(
            Q(last_on=None) | Q(last_on__lt=week) & (Q(facts_changed_at__date__gte=F("last_on")) | Q(Exists(turned)))
        )
        .order_by("pk")
        .values_list("pk", "last_digest")
    )


def _of(it: Subject, terms: dict[str, Term]) -> list[Term]:
    """The words it is said in, and what is directly broader."""
    own = [terms[part.capability_slug] for part in it.offerings if part.capability_slug in terms]
    broader = [terms[term.broader] for term in own if term.broader in terms]
    return list({term.slug: term for term in (*own, *broader)}.values())
