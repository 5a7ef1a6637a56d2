"""What a source has said of an artifact and says no longer: recorded with the day, never deleted.

A fact keeps its value and gets the day from which it was not said any more; a price gets the day on which it ended.
What an editor locked or touched, and what somebody else says, is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from catalog.choices import Origin
from catalog.importers.records import ArtifactRecord
from catalog.importers.upsert.tally import BATCH, Tally
from catalog.models import Fact, Price


def drop_what_is_unsaid(
    records: Mapping[int, ArtifactRecord], source_ids: Collection[int], tally: Tally, *, on: dt.date
) -> None:
    """`records`: what the source says now, by the artifact's key; an empty one says nothing at all."""
    known = [pk for pk in records if pk not in tally.new]
    said_facts = {(pk, f.name) for pk in known for f in records[pk].facts}
    said_prices = {(pk, p.provider, p.meter, p.tier, p.valid_from) for pk in known for p in records[pk].prices}
    facts = Fact.objects.filter(
        artifact__in=known, source__in=source_ids, origin=Origin.OBSERVED, dropped_on=None, is_locked=False
    )
    prices = Price.objects.filter(
        artifact__in=known, source__in=source_ids, origin=Origin.OBSERVED, valid_to=None
    ).exclude(valid_from__gte=on)
    _end(
        [row for row in facts if (row.artifact_id, row.name) not in said_facts],
        "dropped_on", tally, on, lambda row: f"fact {row.name}",
    )  # fmt: skip
    _end(
        [
            row
            for row in prices
            if (row.artifact_id, row.provider, row.meter, row.tier, row.valid_from) not in said_prices
        ],
        "valid_to", tally, on, lambda row: f"price at {row.provider}",
    )  # fmt: skip


def _end(rows: list[Any], column: str, tally: Tally, on: dt.date, subject: Any) -> None:
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, some in by_model.items():
        edited = set(model.history.filter(id__in=[row.pk for row in some]).values_list("id", flat=True))
        ended = [row for row in some if row.pk not in edited]
        for row in ended:
            setattr(row, column, on)
            tally.note(row.artifact_id, subject(row), {column: None}, {column: on})
            tally.rewrote(row, {column: None}, {column: on})
        model.objects.bulk_update(ended, [column], batch_size=BATCH // 2)
