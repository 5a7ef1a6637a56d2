"""What we hold of a person: handed over as one file, and taken away with the account.

Both follow the relations that models have with accounts, so that a new model is in the file from its first day.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import Exists, OuterRef

from claims import transfers
from claims.choices import HOLDING, Role
from claims.models import Claim, Invitation, Member, Transfer

log = logging.getLogger(__name__)

#: By which somebody could act as them. They are theirs, and in no file.
SECRETS = {"password", "token", "token_digest", "digest", "data"}


class CannotErase(Exception):
    """With a sentence for the person who tried."""


def held_of(person: User) -> dict[str, list[dict[str, Any]]]:
    """Every row that belongs to them or says that it was they, by table."""
    found = {"auth.user": [_row(row) for row in User.objects.filter(pk=person.pk).values()]}
    for model, field in _relations():
        rows = model._base_manager.filter(**{field: person.pk}).order_by("pk").values()
        if told := [_row(row) for row in rows.iterator()]:
            found.setdefault(model._meta.label_lower, []).extend(told)
    addresses = _addresses(person)
    for model in (Invitation, Transfer):
        if told := [_row(row) for row in model.objects.filter(email__in=addresses).values()]:
            found.setdefault(f"{model._meta.label_lower} to you", []).extend(told)
    return found


def erase(person: User, *, now: dt.datetime) -> None:
    """The account and all that says that it was theirs. What they did for a listing stays, as nobody's. What nobody
    else looks after is given up first (claims.people). Raises CannotErase.
    """
    if person.is_staff:
        raise CannotErase("An editor’s account is closed by the operator: what editors decide keeps their name.")
    addresses = _addresses(person)
    with transaction.atomic():
        for offer in Transfer.objects.filter(email__in=addresses, ended_at=None):
            transfers.refuse(offer, by=person, now=now)
        for model in (Invitation, Transfer):
            model.objects.filter(email__in=addresses).update(email="")
        for session in Session.objects.filter(expire_date__gt=now).iterator():
            if session.get_decoded().get("_auth_user_id") == str(person.pk):
                session.delete()
        User.objects.get(pk=person.pk).delete()
    for address in addresses:
        try:
            EmailMessage(f"Your account on {settings.SITE_NAME} is gone", _LETTER, to=[address]).send()
        except OSError:  # the account is gone all the same
            log.warning("The letter about an account that is gone could not be sent.", exc_info=True)


def left_alone(person: User) -> list[str]:
    """Names of listings whose claims end with the account, since nobody else owns them."""
    mine = Claim.objects.filter(members__user=person, members__role=Role.OWNER, state__in=HOLDING)
    others = Member.objects.filter(claim=OuterRef("pk"), role=Role.OWNER, user__is_active=True).exclude(user=person)
    return list(mine.exclude(Exists(others)).order_by("artifact__name").values_list("artifact__name", flat=True))


_LETTER = """As you asked, your account and what we held of you are gone. Nothing of it can be brought back.

If it was not you: whoever did it knew your password.
"""


def _relations() -> Iterator[tuple[type[models.Model], str]]:
    """Models with a field that names an account; the change log names editors, whose account does not go."""
    for relation in User._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model: Any = relation.related_model
        if not model.__name__.startswith("Historical"):
            yield model, relation.field.name  # type: ignore[union-attr]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in SECRETS}


def _addresses(person: User) -> list[str]:
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return sorted({address.lower() for address in confirmed})
