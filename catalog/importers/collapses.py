"""Counts that fell by more than nine tenths since the last reading: held for an editor, not believed.

Registries lose their counters now and then. The reading is left out, and the entry's row says what was held; a later
reading that stands where the old ones stood passes by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from catalog.choices import DATE_SIGNALS, FLAG_SIGNALS, Signal
from catalog.importers.matching import Matched
from catalog.importers.records import ReadingRecord
from catalog.models import Reading

#: What is left of a count that is still believed.
LEAST = 0.1
#: Below this a count may well fall: three stars become none.
FROM = 20
_COUNTS = [s for s in Signal.values if s not in DATE_SIGNALS | FLAG_SIGNALS]


def without_collapses(good: Sequence[Matched]) -> tuple[list[Matched], dict[str, list[str]]]:
    """The entries without such readings, and the sentences about them by the entry's key."""
    latest = _latest({one.artifact_id for one in good if one.artifact_id is not None and one.record.readings})
    kept, sentences = [], defaultdict(list)
    for one in good:
        held: list[ReadingRecord] = []
        for reading in one.record.readings:
            before = latest.get((one.artifact_id or 0, reading.signal))
            if (
                before is not None
                and reading.signal in _COUNTS
                and reading.observed_on >= before[0]
                and before[1] >= FROM
                and reading.value < before[1] * LEAST
            ):
                held.append(reading)
                label = Signal(reading.signal).label
                sentences[one.told.key].append(
                    f"{label}: {reading.value:,.0f} after {before[1]:,.0f} on {before[0]}; held, not believed."
                )
        readings = tuple(r for r in one.record.readings if r not in held)
        kept.append(replace(one, record=replace(one.record, readings=readings)) if held else one)
    return kept, dict(sentences)


def _latest(artifact_ids: set[int]) -> dict[tuple[int, str], tuple[dt.date, float]]:
    found = {}
    rows = Reading.objects.filter(artifact__in=artifact_ids, signal__in=_COUNTS).order_by("observed_at")
    for pk, signal, at, value in rows.values_list("artifact_id", "signal", "observed_at", "value"):
        found[pk, signal] = (at.date(), value)
    return found
