"""Leaving searches and feedback out of the graph, and letting them in again. They stay in the tables all the time.

    reach(...)      what it would leave out, before anybody decides
    impose(...)     from the next fold on; a large one waits for a second person
    confirm(it)     that second person
    lift(it)        the next fold makes the graph what it would have been

As `ranking.quarantine` does it for readings. Folding reads what stands, by `ranking.graph.decisions`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ranking.graph.decisions import decisions
from ranking.models import Door, Exclusion, ExclusionSubject, Feedback, Search

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: What leaves out more than this share of all events takes two people,
ALONE_SHARE = 0.01
#: unless it is so few.
ALONE_NUMBER = 1_000


class CannotExclude(Exception):
    """The sentence says why not."""


@dataclass(frozen=True)
class What:
    subject: str
    value: str = ""
    since: dt.datetime | None = None
    upto: dt.datetime | None = None

    def check(self) -> None:
        if self.subject not in ExclusionSubject.values:
            raise CannotExclude("That cannot be quarantined.")
        if self.subject != ExclusionSubject.SPAN and not self.value:
            raise CannotExclude("Say which actor, network, key or door.")
        if self.subject == ExclusionSubject.DOOR and self.value not in Door.values:
            raise CannotExclude(f"There is no such door; there are {', '.join(Door.values)}.")
        if self.subject == ExclusionSubject.SPAN and self.since is None and self.upto is None:
            raise CannotExclude("A time needs a beginning or an end.")
        if self.since is not None and self.upto is not None and self.since >= self.upto:
            raise CannotExclude("Its end lies before its beginning.")


@dataclass(frozen=True)
class Reach:
    searches: int
    feedback: int
    #: Of all events there are.
    share: float

    @property
    def takes_two(self) -> bool:
        return self.share > ALONE_SHARE and self.searches + self.feedback >= ALONE_NUMBER


def reach(what: What) -> Reach:
    """Four counts."""
    one = replace(decisions(), exclusions=((what.subject, what.value, what.since, what.upto),))
    searches = Search.objects.filter(one.excluded(Search)).count()
    feedback = Feedback.objects.filter(one.excluded(Feedback)).count()
    whole = Search.objects.count() + Feedback.objects.count()
    return Reach(searches, feedback, (searches + feedback) / (whole or 1))


def impose(what: What, *, why: str, by: User | None, now: dt.datetime) -> Exclusion:
    what.check()
    if not why.strip():
        raise CannotExclude("A quarantine needs a reason.")
    if what.subject == ExclusionSubject.SPAN:
        what = replace(what, value="")
    same = Exclusion.objects.filter(
        subject=what.subject, value=what.value, since=what.since, upto=what.upto, lifted_at=None
    )
    if same.exists():
        raise CannotExclude("This is quarantined already.")
    return Exclusion.objects.create(
        subject=what.subject,
        value=what.value,
        since=what.since,
        upto=what.upto,
        why=why.strip(),
        set_by=by,
        set_at=now,
        waits_since=now if reach(what).takes_two else None,
    )


def confirm(it: Exclusion, *, by: User, now: dt.datetime) -> None:
    if it.set_by_id == by.pk:
        raise CannotExclude("It leaves out so much that somebody else has to confirm it.")
    done = Exclusion.objects.filter(pk=it.pk, waits_since__isnull=False, lifted_at=None).update(
        waits_since=None, confirmed_by=by, confirmed_at=now
    )
    if done != 1:
        raise CannotExclude("It is not waiting any more. Look at it again.")
    it.refresh_from_db()


def lift(it: Exclusion, *, why: str, by: User | None, now: dt.datetime) -> None:
    """Also takes back one that still waits."""
    if not why.strip():
        raise CannotExclude("Say why these events count again.")
    done = Exclusion.objects.filter(pk=it.pk, lifted_at=None).update(
        lifted_by=by, lifted_at=now, lifted_why=why.strip()
    )
    if done != 1:
        raise CannotExclude("It has been lifted already.")
    it.refresh_from_db()
