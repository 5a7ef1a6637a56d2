"""What was asked and served, and what people made of it: into the tables, and nothing that names a person.

    served(...)         an answer that goes out: gives its token; the row is written when the answer has gone
    accept(...)         a choice or an outcome, for a token

A search that cannot be written costs a line in the log and never an answer. Feedback is written at once, or refused.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from catalog.held import forgets
from catalog.storable import storable
from ranking.graph import actors, own_side
from ranking.graph.gathering import phrase_of
from ranking.graph.scrubbing import scrubbed
from ranking.graph.tokens import CannotRead, Served, mint, read
from ranking.models import Act, Doubt, Feedback, Search
from ranking.waking import FOLD, wake

log = logging.getLogger(__name__)

#: Characters of a comment.
LONGEST_COMMENT = 500


class CannotAccept(Exception):
    """The sentence says why not."""


@dataclass(frozen=True)
class Reader:
    """Who asks, as the request tells it. Not written down."""

    address: str
    agent: str
    is_program: bool = False
    #: The account that is signed in. Asked for with feedback alone.
    person: int | None = None


@dataclass(frozen=True)
class Shown:
    artifact: int
    #: That matched, 0 where it was the artifact itself.
    capability: int = 0


def served(
    text: str,
    shown: Sequence[Shown],
    *,
    answered: bool,
    confidence: float,
    door: str,
    reader: Reader,
    now: dt.datetime,
    filters: dict[str, Any] | None = None,
) -> str:
    """The token of this answer."""
    who = actors.asker(reader.address, reader.agent, on=now.date())
    key = uuid.uuid4()
    row = Search(
        key=key,
        at=now,
        actor=who.actor.hex(),
        network=who.network.hex(),
        text=scrubbed(text),
        door=door,
        filters=filters or {},
        answered=answered,
        confidence=confidence,
        shown=[[one.artifact, one.capability] for one in shown],
        is_program=reader.is_program,
    )
    row.phrase = phrase_of(row.text)
    _waiting().append(row)
    artifacts = tuple(one.artifact for one in shown)
    return mint(Served(key, int(now.timestamp()), who.actor, who.network, artifacts), _keys())


def accept(
    token: str,
    *,
    act: str,
    artifact: int,
    worked: bool | None = None,
    comment: str = "",
    reader: Reader,
    now: dt.datetime,
) -> bool:
    """Whether it is the first of its sort for the token. Who gave it is not told; raises CannotAccept.

    A token serves whoever was served: for anybody else it is taken, and weighs nothing.
    """
    try:
        leave = read(token, _keys(), now=now.timestamp())
    except CannotRead as error:
        raise CannotAccept("This token is not one of ours, or it has run out. Search again for a new one.") from error
    if artifact not in leave.artifacts:
        raise CannotAccept("This artifact was not among what was served with this token.")
    # Under the salts of the day on which it was served; at midnight everybody becomes somebody else.
    on = dt.datetime.fromtimestamp(leave.issued, dt.UTC).date()
    who = actors.asker(reader.address, reader.agent, on=on)
    is_same = who.actor == leave.actor
    network = who.network.hex() if is_same else leave.network.hex()
    doubt = Doubt.PROGRAM if reader.is_program else "" if is_same else Doubt.OTHER
    # Asked in any case, so that all take the same time.
    is_own = own_side.is_own(artifact, among=leave.artifacts, network=network, person=reader.person, now=now)
    row = Feedback(
        search_key=leave.search_key,
        act=act,
        artifact_id=artifact,
        worked=worked if act == Act.OUTCOME else None,
        comment=scrubbed(storable(comment))[:LONGEST_COMMENT],
        at=now,
        actor=leave.actor.hex(),
        network=network,
        doubt=doubt or (Doubt.OWN if is_own else ""),
        signed_by=leave.signed_by.hex(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the token was used for it, or the artifact has gone
        return False
    transaction.on_commit(lambda: wake(FOLD))
    return True


def _keys() -> list[bytes]:
    """One for this purpose alone from each of the site's secrets: the present one, and the one before it."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac("ranking.graph.tokens", "feedback", secret=one, algorithm="sha256").digest() for one in secrets]


_local = threading.local()


def _waiting() -> list[Search]:
    if not hasattr(_local, "rows"):
        _local.rows = []
    rows: list[Search] = _local.rows
    return rows


@forgets
def forget() -> None:
    """Drops what waits to be written; tests start each with nothing."""
    _waiting().clear()


def write(**kwargs: Any) -> None:
    """What this thread has served. Called when the answer has gone out."""
    rows = _waiting()
    if not rows:
        return
    taken, rows[:] = list(rows), []
    try:
        with transaction.atomic():
            Search.objects.bulk_create(taken)
    except Exception:  # whatever the database raises
        log.warning("Searches cannot be written down.", exc_info=True)


def connect() -> None:
    request_finished.connect(write, dispatch_uid="ranking_searches")
