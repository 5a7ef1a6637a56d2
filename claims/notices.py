"""Mail to the people of a claim: which, to whom, and in which words. Sent by a task once the change has been kept."""

from __future__ import annotations

import logging
from pathlib import Path

import yaml
from allauth.account.models import EmailAddress
from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.transaction import on_commit

from claims.models import Claim

log = logging.getLogger(__name__)

LETTERS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("letters.yaml").read_text("utf-8"))


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
    """Confirmed ones alone, of whoever looks after it, or has opened it."""
    people: list[int | None] = list(claim.members.values_list("user", flat=True)) or [claim.opened_by_id]
    proven = EmailAddress.objects.filter(user__in=people, verified=True, primary=True, user__is_active=True)
    return sorted(set(proven.values_list("email", flat=True)))


def send(claim: Claim, what: str, to: list[str]) -> None:
    """To each by themselves: nobody learns who else is there."""
    proof = claim.proofs.first()
    told = {
        "name": " ".join(claim.artifact.name[:100].split()),
        "place": proof.place if proof else "",
        "site": settings.SITE_NAME,
    }
    subject, body = (LETTERS[what][part].format(**told) for part in ("subject", "text"))
    body += f"\n\n{settings.SITE_URL}{claim.get_absolute_url()}\n\n{settings.SITE_NAME}\n"
    for address in to:
        EmailMessage(subject, body, to=[address]).send()
