"""Mail to the people of a claim: which, to whom, and in which words. Sent by a task once the change has been kept."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from allauth.account.models import EmailAddress
from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.transaction import on_commit
from django.urls import reverse

from claims import tokens
from claims.models import Claim, Invitation, Transfer

log = logging.getLogger(__name__)

LETTERS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("letters.yaml").read_text("utf-8"))
#: Letters with a link to one address within a day, whoever asks for them: what comes after is not sent.
MOST_TO_ONE = 5


def tell(claim: Claim, what: str, *, to: list[str] | None = None, path: str = "", **told: str) -> None:
    """Its people are those of now: a claim that ends has none a moment later. `path` stands below the text; without
    it, the claim's page.
    """
    to = addresses(claim) if to is None else to
    if to:
        on_commit(lambda: _ask("claims.tasks.send_notice", claim.pk, what, to, path, told))


def tell_by_link(row: Invitation | Transfer) -> None:
    """To the address it is for, whoever has it: with a link that is good for whoever has confirmed that address."""
    on_commit(lambda: _ask("claims.tasks.send_link", row._meta.model_name, row.pk))


def _ask(task: str, *given: Any) -> None:
    try:
        current_app.tasks[task].delay(*given)
    except Exception:  # whatever the broker raises: what was decided stands, and is on the claim's page
        log.warning("Nobody could be asked for %s %s.", task, given[:2], exc_info=True)


def addresses(claim: Claim, people: list[int] | None = None) -> list[str]:
    """Confirmed ones alone, of whoever looks after it, or has opened it."""
    whose: list[int | None] = [*(people or claim.members.values_list("user", flat=True))] or [claim.opened_by_id]
    proven = EmailAddress.objects.filter(user__in=whose, verified=True, primary=True, user__is_active=True)
    return sorted(set(proven.values_list("email", flat=True)))


def when(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%-d %B %Y, %H:%M} UTC"


def send(claim: Claim, what: str, to: list[str], path: str = "", told: Mapping[str, str] | None = None) -> None:
    """To each by themselves: nobody learns who else is there."""
    proof = claim.proofs.first()
    words = {
        "name": " ".join(claim.artifact.name[:100].split()),
        "place": proof.place if proof else "",
        "site": settings.SITE_NAME,
        **(told or {}),
    }
    subject, body = (LETTERS[what][part].format(**words) for part in ("subject", "text"))
    body += f"\n\n{settings.SITE_URL}{path or claim.get_absolute_url()}\n\n{settings.SITE_NAME}\n"
    for address in to:
        EmailMessage(subject, body, to=[address]).send()


def tell_editors(to: list[str], *, count: int) -> None:
    """Of what waits at their desk, and of no claim."""
    told = {"count": count, "them": "proposal" if count == 1 else "proposals", "site": settings.SITE_NAME}
    subject, body = (LETTERS["waiting"][part].format(**told) for part in ("subject", "text"))
    body += f"\n\n{settings.SITE_URL}{reverse('admin:queue', args=['proposals'])}\n\n{settings.SITE_NAME}\n"
    for address in to:
        EmailMessage(subject, body, to=[address]).send()


def send_link(row: Invitation | Transfer) -> None:
    """The link's token is made here and now, so that no queue ever holds it; a letter that is sent again has a new one,
    and the one before is good for nothing.
    """
    day_before = row.made_at - dt.timedelta(days=1)
    if sum(kind.objects.filter(email=row.email, made_at__gt=day_before).count() for kind in (Invitation, Transfer)) > (
        MOST_TO_ONE
    ):
        log.info("%s %s: its address has had its letters for today.", row._meta.verbose_name, row.pk)
        return
    token = tokens.link_token()
    kind = type(row)
    if not kind.objects.filter(pk=row.pk).update(token_digest=tokens.digest_of(token)):
        return
    is_transfer = isinstance(row, Transfer)
    by = row.by if isinstance(row, Transfer) else row.invited_by
    send(
        row.claim,
        "transfer_offered" if is_transfer else "invited",
        [row.email],
        reverse("claims:transfer" if is_transfer else "claims:invitation", args=[token]),
        {
            "who": by.email if by else "Its owner",
            "until": when(row.expires_at),
            "role": "" if isinstance(row, Transfer) else row.get_role_display().lower(),
        },
    )
