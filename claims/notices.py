"""Mail to the people of a claim: which, to whom, and in which words. Sent by a task once the change has been kept."""

from __future__ import annotations

import logging

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.transaction import on_commit

from claims.models import Claim

log = logging.getLogger(__name__)

#: Subject and text; {name} is the listing's, {place} where its proof has to stand, {page} the claim's own page.
LETTERS = {
    "proven": (
        "{name} is yours on {site}",
        (
            "{name} is proven to be yours: the word stood where it has to be.\n\n"
            "Leave it there. We look for it every day, and the badge stands as long as we find it. What people searched "
            "for, and how to keep the listing right, is on your page:"
        ),
    ),
    "absent": (
        "The proof for {name} is missing",
        (
            "Today we did not find the word that proves {name} to be yours ({place}). Nothing has changed yet. If it "
            "stays away for two days, the badge goes and your claim is suspended. Put it back, or prove it in another way:"
        ),
    ),
    "suspended": (
        "Your claim of {name} is suspended",
        (
            "Your claim of {name} is suspended: its proof has not been found ({place}). The badge is gone, and with it "
            "what you see and may change. Put the word back, and all is as it was. After thirty days the claim ends:"
        ),
    ),
    "released": (
        "Your claim of {name} has ended",
        "Your claim of {name} has ended. Whoever can prove it may claim it, and so may you:",
    ),
    "revoked": (
        "Your claim of {name} has been taken back",
        "An editor has taken back your claim of {name}. The reason is on your page:",
    ),
    "expired": (
        "Your claim of {name} was not proven in time",
        (
            "The word for {name} was not published within seven days, so the claim has ended. You can begin anew at any "
            "time:"
        ),
    ),
    "disputed": (
        "Somebody else has proven {name}, too",
        (
            "Two have now proven that {name} is theirs. Nothing changes hands: both proofs are looked at again after an "
            "hour, a day and three days. If only one of them still stands then, the listing is theirs; otherwise an editor "
            "settles it. What we see stands on your page:"
        ),
    ),
}


def tell(claim: Claim, what: str) -> None:
    """The people are those of now: a claim that ends has none a moment later."""
    to = addresses(claim)
    if to:
        on_commit(lambda: _post(claim.pk, what, to))


def _post(claim: int, what: str, to: list[str]) -> None:
    try:
        current_app.tasks["claims.tasks.send_notice"].delay(claim, what, to)
    except Exception:  # whatever the broker raises: what was decided stands, and is on the claim's page
        log.warning("Nobody could be asked to send “%s” of claim %s.", what, claim, exc_info=True)


def addresses(claim: Claim) -> list[str]:
    people = User.objects.filter(memberships__claim=claim, is_active=True)
    found = {person.email for person in people} or {claim.opened_by.email if claim.opened_by else ""}
    return sorted(found - {""})


def send(claim: Claim, what: str, to: list[str]) -> None:
    """To each by themselves: nobody learns who else is there."""
    proof = claim.proofs.first()
    told = {
        "name": " ".join(claim.artifact.name[:100].split()),
        "place": proof.place if proof else "",
        "site": settings.SITE_NAME,
    }
    subject, body = (text.format(**told) for text in LETTERS[what])
    body += f"\n\n{settings.SITE_URL}{claim.get_absolute_url()}\n\n{settings.SITE_NAME}\n"
    for address in to:
        EmailMessage(subject, body, to=[address]).send()
