"""Leaving searches and feedback out of the graph, and letting them in again. They stay in the tables all the time.

    reach(...)      what it would leave out, before anybody decides
    impose(...)     from the next fold on; a large one waits for a second person

Confirming and lifting it are `ranking.setting_aside`, as of readings: lifted, the next fold makes the graph what it
would have been. Folding reads what stands, by `ranking.graph.decisions`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ranking import setting_aside
from ranking.graph.decisions import decisions
from ranking.models import Door, Exclusion, ExclusionSubject, Feedback, Search
from ranking.setting_aside import CannotQuarantine
from ranking.wording import counted

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class What:
    subject: str
    value: str = ""
    since: dt.datetime | None = None
    upto: dt.datetime | None = None

    def check(self) -> None:
        if self.subject not in ExclusionSubject.values:
            raise CannotQuarantine("That cannot be quarantined.")
        if self.subject != ExclusionSubject.SPAN and not self.value:
            raise CannotQuarantine("Say which actor, network, key or door.")
        if self.subject == ExclusionSubject.DOOR and self.value not in Door.values:
            raise CannotQuarantine(f"There is no such door; there are {', '.join(Door.values)}.")
        if self.subject == ExclusionSubject.SPAN and self.since is None and self.upto is None:
            raise CannotQuarantine("A time needs a beginning or an end.")
        if self.since is not None and self.upto is not None and self.since >= self.upto:
            raise CannotQuarantine("Its end lies before its beginning.")


@dataclass(frozen=True)
class Reach:
    searches: int
    feedback: int
    #: Of all events there are.
    share: float

    @property
    def takes_two(self) -> bool:
        return setting_aside.takes_two(self.searches + self.feedback, self.share)

    def __str__(self) -> str:
        return f"{counted(self.searches, 'search', 'searches')} and {counted(self.feedback, 'act')} of feedback"


def reach(what: What) -> Reach:
    """Four counts. Raises CannotQuarantine where it says nothing that could be left out."""
    what.check()
    one = replace(decisions(), exclusions=((what.subject, what.value, what.since, what.upto),))
    searches = Search.objects.filter(one.excluded(Search)).count()
    feedback = Feedback.objects.filter(one.excluded(Feedback)).count()
    whole = Search.objects.count() + Feedback.objects.count()
    return Reach(searches, feedback, (searches + feedback) / (whole or 1))


def impose(what: What, *, why: str, by: User | None, now: dt.datetime) -> Exclusion:
    reached = reach(what)
    if what.subject == ExclusionSubject.SPAN:
        what = replace(what, value="")
    if Exclusion.objects.filter(**vars(what), lifted_at=None).exists():
        raise CannotQuarantine("This is quarantined already.")
    return setting_aside.impose(Exclusion(**vars(what)), why=why, by=by, now=now, waits=reached.takes_two)
