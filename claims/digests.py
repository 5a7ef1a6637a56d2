"""The weekly letter with a claim's numbers, to the members who asked for it: one a week, and never twice.

    send_due(now=...)       the letters of the last week that is told
    end(token)              by the link in each of them, without log-in

A letter's row is there before the letter goes out. Whatever happens in between, the same week is not sent again: what
nobody knows of has perhaps arrived.
"""

from __future__ import annotations

import datetime as dt
import logging
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from catalog.wording import day, grouped
from claims.models import DigestLetter, DigestSubscription, LetterState, Member
from claims.numbers import WEEK, Numbers, Week, least_people, monday, numbers_of
from claims.permissions import Verb, may
from ranking.graph.weeks import SETTLED_AFTER

log = logging.getLogger(__name__)

#: Of each list so many are named; the page has the others.
NAMED = 3
_SIGNER = Signer(salt="claims.digests", sep=".")


def subscribe(member: Member, *, now: dt.datetime) -> None:
    DigestSubscription.objects.get_or_create(member=member, defaults={"since": now})


def unsubscribe(member: Member) -> None:
    DigestSubscription.objects.filter(member=member).delete()


def token_of(subscription: DigestSubscription) -> str:
    """Good for ending this one subscription."""
    return _SIGNER.sign(str(subscription.pk))


def subscription_of(token: str) -> int | None:
    try:
        return int(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None


def end(token: str) -> None:
    if (pk := subscription_of(token)) is not None:
        DigestSubscription.objects.filter(pk=pk).delete()


def send_due(*, now: dt.datetime) -> int:
    """How many were sent. Twice sends nothing more."""
    starts_on = monday((now - SETTLED_AFTER).date()) - WEEK
    waiting = DigestSubscription.objects.exclude(member__letters__starts_on=starts_on)
    return sum(_sent(pk, starts_on, now) for pk in waiting.order_by("pk").values_list("pk", flat=True))


def _sent(pk: int, starts_on: dt.date, now: dt.datetime) -> bool:
    subscription = DigestSubscription.objects.filter(pk=pk).select_related("member__claim__artifact", "member__user")
    one = subscription.first()
    if one is None:
        return False
    member = one.member
    to = EmailAddress.objects.filter(user=member.user_id, verified=True, primary=True).first()
    if to is None or not may(member.user, Verb.ANALYSE, member.claim, now=now):
        return False
    numbers = numbers_of(member.claim, now=now)
    week = next((week for week in numbers.weeks if week.starts_on == starts_on), None)
    if week is None or not week.is_told:
        return False  # it was not theirs for all of that week, or nobody has written it down yet
    letter, is_new = DigestLetter.objects.get_or_create(member=member, starts_on=starts_on, defaults={"at": now})
    if not is_new:
        return False
    # Whoever has ended it a moment ago gets none.
    if not DigestSubscription.objects.filter(pk=pk).exists():
        letter.delete()
        return False
    try:
        _letter(one, week, numbers, to.email).send()
    except Exception:  # whatever the mail server raises: it may have taken the letter all the same
        log.warning("Nobody knows whether letter %s was sent.", letter.pk, exc_info=True)
        DigestLetter.objects.filter(pk=letter.pk).update(state=LetterState.UNKNOWN)
        return False
    DigestLetter.objects.filter(pk=letter.pk).update(state=LetterState.SENT)
    return True


def _letter(subscription: DigestSubscription, week: Week, numbers: Numbers, to: str) -> EmailMessage:
    member = subscription.member
    name = " ".join(member.claim.artifact.name[:100].split())
    way_out = settings.SITE_URL + reverse("claims:digest", args=[token_of(subscription)])
    page = settings.SITE_URL + reverse("claims:numbers", args=[member.claim_id])
    text = [
        f"{name}, {day(week.starts_on)} to {day(week.ends_on)}",
        "",
        *_figures(week),
        *_named("What people needed it for, in twelve weeks:", [(one.name, one.shown) for one in numbers.needs]),
        *_named("What was chosen in its place:", [(one.name, one.lost) for one in numbers.rivals]),
        *_named("Looked for nearby, and not found:", [(one.name, one.searches) for one in numbers.unmet]),
        "",
        "All of it, and what it rests on:",
        page,
        "",
        f"You asked {settings.SITE_NAME} for this letter. No more of them:",
        way_out,
    ]
    host = urlsplit(settings.SITE_URL).hostname
    return EmailMessage(
        f"{name}: the week of {day(week.starts_on)}",
        "\n".join(text) + "\n",
        to=[to],
        headers={
            "Message-ID": f"<numbers.{member.pk}.{week.starts_on:%Y%m%d}@{host}>",
            "List-Unsubscribe": f"<{way_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _figures(week: Week) -> list[str]:
    lines = [f"Looks at its page: {grouped(week.views)}."]
    if week.shown is not None:
        lines.append(
            f"Answers that it stood in: {grouped(week.shown)}; chosen: {grouped(week.chosen or 0)}; "
            f"another was chosen: {grouped(week.lost or 0)}."
        )
    else:
        lines.append(f"Fewer than {least_people()} people were shown it: that is not told.")
    return lines


def _named(title: str, rows: list[tuple[str, int]]) -> list[str]:
    return (
        ["", title, *(f"  {' '.join(name.split())} ({grouped(count)})" for name, count in rows[:NAMED])] if rows else []
    )
