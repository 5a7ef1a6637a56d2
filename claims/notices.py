"""Mail to the people of a claim: which, to whom, and in which words. Sent by a task once the change has been kept."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.transaction import on_commit
from django.template.loader import render_to_string

from claims.models import Claim

SUBJECTS = {
    "proven": "{name} is yours on {site}",
    "absent": "The proof for {name} is missing",
    "suspended": "Your claim of {name} is suspended",
    "released": "Your claim of {name} has ended",
    "revoked": "Your claim of {name} has been taken back",
    "expired": "Your claim of {name} was not proven in time",
    "disputed": "Somebody else has proven {name}, too",
}


def tell(claim: Claim, what: str) -> None:
    """The people are those of now: a claim that ends has none a moment later."""
    from claims.tasks import send_notice

    to = addresses(claim)
    if to:
        on_commit(lambda: send_notice.delay(claim.pk, what, to))


def addresses(claim: Claim) -> list[str]:
    people = User.objects.filter(memberships__claim=claim, is_active=True)
    found = {person.email for person in people} or {claim.opened_by.email if claim.opened_by else ""}
    return sorted(found - {""})


def send(claim: Claim, what: str, to: list[str]) -> None:
    """To each by themselves: nobody learns who else is there."""
    name = claim.artifact.name[:100]
    proof = claim.proofs.first()
    body = render_to_string(
        f"claims/mail/{what}.txt",
        {"claim": claim, "name": name, "proof": proof, "site": settings.SITE_NAME, "url": settings.SITE_URL},
    )
    subject = SUBJECTS[what].format(name=" ".join(name.split()), site=settings.SITE_NAME)
    for address in to:
        EmailMessage(subject, body, to=[address]).send()
