"""Bursts and leaps that wait for an editor: noted by each generation, accepted or kept by a person."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from ranking.computing import Ranked
from ranking.models import Hold, HoldReason, HoldState
from ranking.scoring.configuration import Formula
from ranking.scoring.sifting import LEAP
from ranking.signals import SIGNALS, Measure

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Key = tuple[int, str, str]
#: Days after which a burst is another one, and a leap asks nobody any more: later readings have confirmed it, or not.
ASKS = 60


class CannotDecide(Exception):
    pass


def note(it: Ranked, formula: Formula, *, as_of: dt.datetime) -> None:
    """Opens holds for what came in a burst, brings those there are up to date, and closes those that are over."""
    on, found = as_of.date(), _found(it, formula, as_of)
    ids = it.evidence.artifacts.tolist()
    open_ones = {
        (hold.artifact_id, hold.signal, hold.reason): hold
        for hold in Hold.objects.filter(state=HoldState.OPEN, artifact__kind=it.kind)
    }
    decided = {
        (artifact, signal, reason): until
        for artifact, signal, reason, until in Hold.objects.filter(
            state__in=(HoldState.KEPT, HoldState.ACCEPTED), artifact__kind=it.kind
        )
        .order_by("until")
        .values_list("artifact_id", "signal", "reason", "until")
    }
    known = set(ids)
    with transaction.atomic():
        over = [hold.pk for key, hold in open_ones.items() if key not in found and hold.artifact_id in known]
        Hold.objects.filter(pk__in=over).update(state=HoldState.OVER)
        changed, new, ended = [], [], _ended(it, on) if found.keys() - open_ones.keys() else {}
        for key, (held, counted, until) in found.items():
            hold = open_ones.get(key)
            if hold is not None:
                if (hold.held, hold.counted, hold.until) != (held, counted, until):
                    hold.held, hold.counted, hold.until = held, counted, until
                    changed.append(hold)
            # What has been decided is asked again only about a burst that began after it.
            elif key not in decided or (until - decided[key]).days > ASKS:
                artifact, signal, reason = key
                if (same := ended.get((*key, until))) is not None:  # its source was left out meanwhile, and is back
                    same.state, same.held, same.counted = HoldState.OPEN, held, counted
                    changed.append(same)
                    continue
                new.append(
                    Hold(
                        artifact_id=artifact,
                        signal=signal,
                        reason=reason,
                        held=held,
                        counted=counted,
                        seen_on=on,
                        until=until,
                    )
                )
        Hold.objects.bulk_update(changed, ["state", "held", "counted", "until"])
        Hold.objects.bulk_create(new)


def _ended(it: Ranked, on: dt.date) -> dict[tuple[int, str, str, dt.date], Hold]:
    """Those of late that are over without anybody having decided."""
    late = Hold.objects.filter(state=HoldState.OVER, artifact__kind=it.kind, until__gte=on - dt.timedelta(days=ASKS))
    return {(hold.artifact_id, hold.signal, hold.reason, hold.until): hold for hold in late.order_by("pk")}


def _found(it: Ranked, formula: Formula, as_of: dt.datetime) -> dict[Key, tuple[float, float, dt.date]]:
    result: dict[Key, tuple[float, float, dt.date]] = {}
    ids = it.evidence.artifacts
    today = (as_of.date() - dt.date(1970, 1, 1)).days
    for place, name in enumerate(it.scores.signals):
        spec = SIGNALS[name]
        if spec.measure != Measure.FLOW:
            continue
        value = it.scores.today.values[place]
        counted = np.nan_to_num(value.value)
        wait = (value.held >= formula.review_least) & (value.held > formula.review_times * counted)
        for at in np.flatnonzero(wait):
            age = dt.timedelta(days=float(np.nan_to_num(value.age[at])))
            # To the millisecond, since days with fractions are no more exact: a reading at midnight is of that day.
            until = (as_of - age + dt.timedelta(milliseconds=1)).date()
            key = (int(ids[at]), spec.reads, str(HoldReason.BURST))
            result[key] = (round(float(value.held[at]), 1), round(float(counted[at]), 1), until)
    for signal, refused in it.evidence.sifted.refused.items():
        leapt = (refused.why == LEAP) & (refused.day > today - ASKS)
        rows = zip(refused.owner[leapt], refused.day[leapt], refused.value[leapt], strict=True)
        for owner, day, amount in rows:
            key = (int(ids[owner]), signal, str(HoldReason.LEAP))
            result[key] = (float(amount), 0.0, dt.date(1970, 1, 1) + dt.timedelta(days=int(day)))
    return result


def accept(hold: Hold, *, by: User, why: str, now: dt.datetime) -> None:
    """From the next generation on it counts, up to the last reading that was looked at."""
    if hold.reason == HoldReason.LEAP:
        raise CannotDecide("A reading far beyond what came before cannot be accepted: wait until others confirm it.")
    _decide(hold, HoldState.ACCEPTED, by=by, why=why, now=now)


def keep(hold: Hold, *, by: User, why: str, now: dt.datetime) -> None:
    """It goes on waiting until it has lasted, and asks nobody any more."""
    _decide(hold, HoldState.KEPT, by=by, why=why, now=now)


def _decide(hold: Hold, state: HoldState, *, by: User, why: str, now: dt.datetime) -> None:
    if not why.strip():
        raise CannotDecide("A decision needs a reason, which readers will see.")
    done = Hold.objects.filter(pk=hold.pk, state=HoldState.OPEN).update(
        state=state, decided_by=by, decided_at=now, why=why.strip()
    )
    if done != 1:
        raise CannotDecide("It has been decided meanwhile. Look at it again.")
    hold.refresh_from_db()
