"""What a look at a proof means for its claim. Pure: the times are handed in.

A proof is looked for once a day. *Present* is the only thing that keeps a badge; *absent* takes it away at the third
time, two days after the first at the earliest; *unknown* takes nothing away by itself, but a badge that has not been
confirmed for a week lapses, whatever the reason, so a worker that has died makes badges lapse and never persist.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from claims.choices import ClaimState, Outcome

DAY = dt.timedelta(days=1)
#: How often a proof is looked for, and by how much of that a look is early or late, so that not all come at once.
EVERY, JITTER = DAY, 0.25
#: Absent so often in a row, for so long, before anything is taken away.
ABSENT_TIMES, ABSENT_FOR = 3, 2 * DAY
#: For how long a proof that was seen counts: for what the public sees, and for what its owner may do.
BADGE_FOR, RIGHTS_FOR = 7 * DAY, 14 * DAY
#: For how long a challenge can be met, and a suspended claim comes back by itself.
CHALLENGE_FOR, SUSPENDED_FOR = 7 * DAY, 30 * DAY


@dataclass(frozen=True)
class Standing:
    state: ClaimState
    opened_at: dt.datetime
    last_present_at: dt.datetime | None = None
    first_absent_at: dt.datetime | None = None
    absent_count: int = 0
    suspended_at: dt.datetime | None = None
    #: When the word is good for nothing, wherever it stands: it was given to somebody who has handed the listing on.
    ends_at: dt.datetime | None = None

    def badge_until(self) -> dt.datetime | None:
        return self._until(BADGE_FOR)

    def rights_until(self) -> dt.datetime | None:
        return self._until(RIGHTS_FOR)

    def _until(self, span: dt.timedelta) -> dt.datetime | None:
        if self.state != ClaimState.PROVEN or self.last_present_at is None:
            return None
        until = self.last_present_at + span
        return min(until, self.ends_at) if self.ends_at else until


def seen(standing: Standing, outcome: Outcome, *, now: dt.datetime) -> Standing:
    """After a look. A pending claim that is met becomes PROVEN; whether somebody else holds the listing is not known
    here.
    """
    if standing.state not in (ClaimState.PENDING, ClaimState.PROVEN, ClaimState.CONTESTED, ClaimState.SUSPENDED):
        return standing
    if outcome == Outcome.PRESENT and standing.ends_at is not None and standing.ends_at <= now:
        return standing
    if outcome == Outcome.PRESENT:
        back = ClaimState.CONTESTED if standing.state == ClaimState.CONTESTED else ClaimState.PROVEN
        return replace(
            standing, state=back, last_present_at=now, first_absent_at=None, absent_count=0, suspended_at=None
        )
    if standing.state == ClaimState.PENDING or outcome == Outcome.UNKNOWN:
        return standing
    if outcome == Outcome.MISMATCH:
        return _suspended(standing, now)
    first = standing.first_absent_at or now
    standing = replace(standing, first_absent_at=first, absent_count=standing.absent_count + 1)
    if standing.absent_count >= ABSENT_TIMES and now - first >= ABSENT_FOR:
        return _suspended(standing, now)
    return standing


def passed(standing: Standing, *, now: dt.datetime) -> Standing:
    """What time alone brings about."""
    if standing.state == ClaimState.PENDING and now >= standing.opened_at + CHALLENGE_FOR:
        return replace(standing, state=ClaimState.EXPIRED)
    rights = standing.rights_until()
    if standing.state == ClaimState.PROVEN and (rights is None or rights <= now):
        return _suspended(standing, now)
    if standing.state == ClaimState.CONTESTED and now >= (standing.last_present_at or standing.opened_at) + RIGHTS_FOR:
        return _suspended(standing, now)
    if (
        standing.state == ClaimState.SUSPENDED
        and standing.suspended_at is not None
        and now >= standing.suspended_at + SUSPENDED_FOR
    ):
        return replace(standing, state=ClaimState.RELEASED)
    return standing


def _suspended(standing: Standing, now: dt.datetime) -> Standing:
    if standing.state == ClaimState.SUSPENDED:
        return standing
    if standing.state == ClaimState.CONTESTED:  # it holds nothing that could be kept for it
        return replace(standing, state=ClaimState.RELEASED)
    return replace(standing, state=ClaimState.SUSPENDED, suspended_at=now)


def next_look(last: dt.datetime, draw: float) -> dt.datetime:
    """`draw` lies between 0 and 1."""
    return last + EVERY * (1 + JITTER * (2 * draw - 1))
