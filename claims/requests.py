"""What owners ask of the editors: that the listing be corrected, or withdrawn. It waits among readers' reports, with a
word on who asks, and is answered in public; nothing of it happens by being asked.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User

from catalog.changes import change
from catalog.choices import ReportState, Section, Wish
from catalog.desk import reports
from catalog.models import Report
from claims import notices
from claims.audit import written
from claims.choices import OPEN
from claims.models import Claim
from claims.permissions import Verb, may

#: Of one listing: requests that wait at the same time, and new ones within a day.
MOST_OPEN, MOST_A_DAY = 5, 10


class CannotAsk(Exception):
    """With a sentence for the person who tried."""


def requests_of(claim: Claim) -> list[Report]:
    """Of those who look after it now: what others have written before them is none of theirs."""
    people = claim.members.values("user")
    asked = Report.objects.filter(artifact=claim.artifact, asked_by__in=people).exclude(wish="")
    return list(asked.order_by("-reported_at", "-pk")[:50])


def may_ask(claim: Claim, wish: str, *, by: User, now: dt.datetime) -> bool:
    """That it be withdrawn only an owner may ask."""
    verbs = (Verb.EDIT, Verb.LEAD) if wish == Wish.WITHDRAWAL else (Verb.EDIT,)
    return all(may(by, verb, claim, now=now) for verb in verbs)


def ask(claim: Claim, *, wish: str, text: str, by: User, now: dt.datetime, section: str = Section.LISTING) -> Report:
    """The same words again, while they wait, are one request. Raises CannotAsk."""
    if wish not in Wish.values:
        raise CannotAsk("Choose what you ask for.")
    with change():
        # One after the other per listing, so that two clicks at once count as two.
        locked = Claim.objects.select_for_update(of=("self",)).select_related("artifact").get(pk=claim.pk)
        if not may_ask(locked, wish, by=by, now=now):
            raise CannotAsk("Only an owner of the listing may ask for that.")
        asked = Report.objects.filter(artifact=locked.artifact).exclude(wish="")
        waiting = asked.filter(state=ReportState.OPEN)
        said = text.strip()
        same = waiting.filter(wish=wish, text=said, section=section).first()
        if same is not None:
            return same
        if wish == Wish.WITHDRAWAL and waiting.filter(wish=wish).exists():
            raise CannotAsk("Its withdrawal has been asked for already; an editor answers that first.")
        if waiting.count() >= MOST_OPEN:
            raise CannotAsk(f"{MOST_OPEN} requests about this listing wait already. Ask again once one is answered.")
        if asked.filter(reported_at__gt=now - dt.timedelta(days=1)).count() >= MOST_A_DAY:
            raise CannotAsk(f"There were {MOST_A_DAY} requests about this listing within a day. Go on tomorrow.")
        try:
            taken = reports.report(
                address=locked.artifact.get_absolute_url(), text=said, section=section, artifact=locked.artifact,
                wish=wish, by=by,
            )  # fmt: skip
        except reports.CannotReport as error:
            raise CannotAsk(str(error)) from error
        written(
            "asked", at=now, actor=by.pk, artifact=locked.artifact_id, claim=locked.pk,
            after={"request": taken.pk, "wish": wish, "section": section},
        )  # fmt: skip
        return taken


def answered(report: Report) -> None:
    """An editor has decided it. Called by catalog.desk.reports, in the same transaction."""
    if not report.wish:
        return
    theirs = Claim.objects.filter(artifact=report.artifact_id, members__user=report.asked_by_id, state__in=OPEN)
    # An account that is gone is nobody's member; asked of the database it would be that of any claim without members.
    claim = theirs.select_related("artifact").first() if report.asked_by_id is not None else None
    written(
        "request answered", at=report.decided_at or report.reported_at, actor=report.decided_by_id,
        artifact=report.artifact_id, claim=claim.pk if claim else None,
        before={"state": ReportState.OPEN}, after={"request": report.pk, "state": report.state},
    )  # fmt: skip
    if claim is not None:
        notices.tell(claim, "request_answered")
