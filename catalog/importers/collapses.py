"""Counts that fell by more than nine tenths since the last reading: held for an editor, not believed.

Registries lose their counters now and then. The reading is left out, the entry's row says what was held, and a Fall
waits in the queue of held readings: accepted, it is a reading like any other; kept, nobody is asked again. A later
reading that stands where the old ones stood passes by itself, and the fall is over.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from catalog.changes import change
from catalog.choices import DATE_SIGNALS, FLAG_SIGNALS, FallState, Signal
from catalog.importers.matching import Matched
from catalog.importers.records import ReadingRecord
from catalog.models import Fall, ImportRun, Reading

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: What is left of a count that is still believed.
LEAST = 0.1
#: Below this a count may well fall: three stars become none.
FROM = 20
_COUNTS = [s for s in Signal.values if s not in DATE_SIGNALS | FLAG_SIGNALS]


#: Of an artifact, one signal.
Which = tuple[int, str]


class CannotDecide(Exception):
    """The sentence says why not."""


@dataclass
class Fallen:
    """What was left out of one batch, and what its falls are measured against."""

    falls: dict[Which, Fall] = field(default_factory=dict)
    #: Falls that stand in the table and ask, or have asked, an editor.
    standing: dict[Which, Fall] = field(default_factory=dict)
    #: What was read of them now and is believed.
    believed: set[Which] = field(default_factory=set)
    #: Entries that come up again at the next run.
    keys: set[str] = field(default_factory=set)
    #: What an editor has not heard yet, by the entry's key.
    sentences: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def without_collapses(good: Sequence[Matched], source_id: int | None) -> tuple[list[Matched], Fallen]:
    """The entries without such readings, and what was left out."""
    told = {one.artifact_id for one in good if one.artifact_id is not None and one.record.readings}
    latest, fallen = _latest(told), Fallen(standing=_standing(told, source_id))
    kept = []
    for one in good:
        held: list[ReadingRecord] = []
        for reading in one.record.readings:
            which = (one.artifact_id or 0, reading.signal)
            before = latest.get(which)
            if before is None or not _has_collapsed(reading, before):
                fallen.believed.add(which)
                continue
            held.append(reading)
            fallen.keys.add(one.told.key)
            fallen.falls[which] = Fall(
                artifact_id=which[0],
                signal=reading.signal,
                value=reading.value,
                observed_on=reading.observed_on,
                before=before[1],
                before_on=before[0],
            )
            if which not in fallen.standing or fallen.standing[which].state == FallState.OPEN:
                label = Signal(reading.signal).label
                fallen.sentences[one.told.key].append(
                    f"{label}: {reading.value:,.0f} after {before[1]:,.0f} on {before[0]}; held, not believed."
                )
        readings = tuple(r for r in one.record.readings if r not in held)
        kept.append(replace(one, record=replace(one.record, readings=readings)) if held else one)
    return kept, fallen


def note(fallen: Fallen, run: ImportRun, *, source_id: int, now: dt.datetime) -> None:
    """Opens falls that are new, brings those there are up to date, and closes those that are over."""
    new, changed = [], []
    for which, fall in fallen.falls.items():
        fall.run, fall.source_id, fall.found_at = run, source_id, now
        stands = fallen.standing.get(which)
        if stands is None:
            new.append(fall)
            continue
        for name in ("value", "observed_on", "before", "before_on", "run"):
            setattr(stands, name, getattr(fall, name))
        changed.append(stands)
    Fall.objects.bulk_create(new, batch_size=500)
    Fall.objects.bulk_update(changed, ["value", "observed_on", "before", "before_on", "run"], batch_size=200)
    over = [fallen.standing[which].pk for which in fallen.believed if which in fallen.standing]
    Fall.objects.filter(pk__in=over).update(state=FallState.OVER)


def accept(fall: Fall, *, by: User, why: str, now: dt.datetime) -> None:
    """It is a reading like any other from now on. Raises CannotDecide."""
    with change(why=why) as it:
        _decide(fall, FallState.ACCEPTED, by=by, why=why, now=now)
        at = dt.datetime.combine(fall.observed_on, dt.time(), dt.UTC)
        where: dict[str, Any] = {"artifact_id": fall.artifact_id, "signal": fall.signal, "source_id": fall.source_id}
        Reading.objects.update_or_create(**where, observed_at=at, defaults={"value": fall.value})
        it.touch([fall.artifact_id])


def keep(fall: Fall, *, by: User, why: str, now: dt.datetime) -> None:
    """It goes on being left out, and asks nobody any more. Raises CannotDecide."""
    _decide(fall, FallState.KEPT, by=by, why=why, now=now)


def _decide(fall: Fall, state: FallState, *, by: User, why: str, now: dt.datetime) -> None:
    if not why.strip():
        raise CannotDecide("A decision needs a reason.")
    # What the page showed, and no later reading, is what was decided about.
    asked = Fall.objects.filter(pk=fall.pk, state=FallState.OPEN, value=fall.value, observed_on=fall.observed_on)
    if not asked.update(state=state, decided_by=by, decided_at=now, why=why.strip()):
        raise CannotDecide("It has been decided, or read again, meanwhile. Look at it again.")
    fall.refresh_from_db()


def _has_collapsed(reading: ReadingRecord, before: tuple[dt.date, float]) -> bool:
    return (
        reading.signal in _COUNTS
        and reading.observed_on >= before[0]
        and before[1] >= FROM
        and reading.value < before[1] * LEAST
    )


def _standing(artifact_ids: Iterable[int], source_id: int | None) -> dict[Which, Fall]:
    asking = Fall.objects.filter(
        artifact__in=artifact_ids, source=source_id, state__in=[FallState.OPEN, FallState.KEPT]
    )
    return {(fall.artifact_id, fall.signal): fall for fall in asking}


def _latest(artifact_ids: set[int]) -> dict[Which, tuple[dt.date, float]]:
    found = {}
    rows = Reading.objects.filter(artifact__in=artifact_ids, signal__in=_COUNTS).order_by("observed_at")
    for pk, signal, at, value in rows.values_list("artifact_id", "signal", "observed_at", "value"):
        found[pk, signal] = (at.date(), value)
    return found
