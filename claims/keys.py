"""Keys for the API: made, looked up and revoked here, each change with one entry in the audit log.

A key says who asks and narrows what they may ask for. Whether they may is asked of permissions.py at every request, so
that no key outlives the right that it stands for. Counting its requests is key_uses.py's part.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Collection, Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from catalog.storable import is_unstorable, unturned
from claims import tokens
from claims.audit import written
from claims.choices import Scope
from claims.models import Claim, Key

#: What programs that look for secrets in places where none belong may look for.
MARK = "ufr_"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_TEXT = re.compile(rf"{MARK}([{_LETTERS}]{{8}})_([{_LETTERS}]{{40}})")
_PREFIX = re.compile(rf"[{_LETTERS}]{{8}}")
LONGEST_NAME = 60
#: How long a key may live, in days: whoever forgets one has it for a year at most.
DAYS = (30, 90, 365)
#: Of one account, at the same time; and new ones within a day, so that the log is not filled by making and revoking.
MOST, MOST_A_DAY = 20, 40


class CannotMake(Exception):
    """With a sentence for the person who tried."""


def draw_prefix() -> str:
    """By which a key is found. It is no secret."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def make(
    person: User,
    *,
    name: str,
    scopes: Collection[str],
    days: int,
    now: dt.datetime,
    claim: Claim | None = None,
    prefix: str = "",
) -> tuple[Key, str]:
    """The key and its text, which nobody can read again. With a `prefix` drawn before, twice the same makes one key:
    the second is refused. Raises CannotMake.
    """
    name, prefix = " ".join(unturned(name).split()), prefix or draw_prefix()
    if not name or len(name) > LONGEST_NAME or is_unstorable(name):
        raise CannotMake(f"Give it a name of at most {LONGEST_NAME} characters.")
    if not scopes or not set(scopes) <= set(Scope.values):
        raise CannotMake("Say what it is for.")
    if days not in DAYS:
        raise CannotMake("Choose how long it lives.")
    if not _PREFIX.fullmatch(prefix):
        raise CannotMake("Begin again.")
    secret = "".join(secrets.choice(_LETTERS) for _ in range(40))  # 200 bits
    text = f"{MARK}{prefix}_{secret}"
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # two clicks at once count as two
        mine = Key.objects.filter(person=person)
        if Key.objects.filter(prefix=prefix).exists():
            raise CannotMake("This key has been made already. Its text was shown once; make another one.")
        if mine.filter(revoked_at=None, expires_at__gt=now).count() >= MOST:
            raise CannotMake(f"You have {MOST} keys. Revoke one of them first.")
        if mine.filter(made_at__gt=now - dt.timedelta(days=1)).count() >= MOST_A_DAY:
            raise CannotMake(f"You have made {MOST_A_DAY} keys today. Go on tomorrow.")
        key = Key.objects.create(
            person=person,
            claim=claim,
            name=name,
            prefix=prefix,
            digest=tokens.digest_of(text),
            scopes=[scope for scope in Scope.values if scope in scopes],
            made_at=now,
            expires_at=now + dt.timedelta(days=days),
        )
        _log("key made", key, at=now, actor=person.pk, after={"scopes": key.scopes, "days": days})
    return key, text


def key_of(text: str, *, now: dt.datetime) -> Key | None:
    """The key with this text, while it works and its person may sign in."""
    match = _TEXT.fullmatch(text)
    key = Key.objects.select_related("person").filter(prefix=match[1]).first() if match else None
    # Compared in any case: a wrong key is found wrong as slowly as an unknown one.
    fits = constant_time_compare(tokens.digest_of(text), key.digest if key else "0" * 64)
    return key if key is not None and fits and key.works(now=now) and key.person.is_active else None


def revoke(key: Key, *, by: User, now: dt.datetime) -> None:
    """From the next request on."""
    _revoke(Key.objects.filter(pk=key.pk), actor=by.pk, why="", now=now)


def revoke_of(person_id: int, claim: Claim, now: dt.datetime, why: str) -> int:
    """Those of somebody who looks after this claim no longer, as far as they were made for it alone."""
    return _revoke(Key.objects.filter(person=person_id, claim=claim), actor=None, why=why, now=now)


def revoke_all_of(claim: Claim, *, now: dt.datetime, why: str) -> int:
    """Everybody's that were made for this claim alone: it ends, or passes to others."""
    return _revoke(Key.objects.filter(claim=claim), actor=None, why=why, now=now)


def _revoke(which: QuerySet[Key], *, actor: int | None, why: str, now: dt.datetime) -> int:
    with transaction.atomic():
        keys: Iterable[Key] = which.filter(revoked_at=None).select_for_update(of=("self",)).order_by("pk")
        done = 0
        for key in keys:
            # Compare and set: where rows are not locked, of two that revoke it at once one writes the entry.
            done += (changed := Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now, why=why[:200]))
            if changed:
                _log("key revoked", key, at=now, actor=actor, after={"why": why} if why else {})
    return done


def _log(verb: str, key: Key, *, at: dt.datetime, actor: int | None, after: dict[str, object]) -> None:
    claim = key.claim
    written(
        verb, at=at, actor=actor, artifact=claim.artifact_id if claim else None, claim=key.claim_id,
        after={"key": key.prefix, "person": key.person_id, **after},
    )  # fmt: skip
