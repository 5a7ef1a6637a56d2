"""The right of reply: where another listing is set against an owner's, they may say one thing to that sentence.

An editor accepts or refuses it, as it is. It is shown beneath the sentence, as the owner's words; when the sentence
changes or goes, so does the reply, and with the claim all of its replies end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet

from catalog.changes import change
from catalog.choices import PUBLIC_LIFECYCLES
from catalog.models import Contrast
from catalog.publishing import set_reply
from claims import notices
from claims.audit import written
from claims.choices import ReplyState
from claims.fields import CannotRead, area
from claims.models import Claim, Reply
from claims.permissions import Verb, may
from claims.suggestions import seen_since

LONGEST = 500
#: Of one claim, replies written within a day.
MOST_A_DAY = 20
STANDING = (ReplyState.WAITING, ReplyState.ACCEPTED)
DAY = dt.timedelta(days=1)


class CannotReply(Exception):
    """With a sentence for the person who tried."""


@dataclass(frozen=True)
class Sentence:
    contrast: Contrast
    #: The last one of this claim; None: nothing was said to it.
    reply: Reply | None

    @property
    def is_shown(self) -> bool:
        """Whether readers see it; a sentence that has changed since has lost its reply."""
        one = self.reply
        return one is not None and one.state == ReplyState.ACCEPTED and one.sentence == self.contrast.text

    @property
    def is_free(self) -> bool:
        return self.reply is None or self.reply.state not in STANDING or self.reply.sentence != self.contrast.text


def sentences_of(claim: Claim) -> list[Sentence]:
    """Of public listings, in which this one is named."""
    about = _about(claim).select_related("offering__artifact").order_by("offering__artifact__sort_name", "pk")
    last: dict[int, Reply] = {}
    for reply in _replies_of(claim):
        last[reply.contrast_id] = reply
    return [Sentence(contrast, last.get(contrast.pk)) for contrast in about[:200]]


def _replies_of(claim: Claim) -> list[Reply]:
    """The oldest first. Of what earlier people wrote only what everybody sees, so that it can be taken back. A claim
    that has ended has no people any more, so all that was written was earlier people's.
    """
    since = seen_since(claim)
    shown = []
    for reply in claim.replies.order_by("written_at", "pk"):
        if since is not None and reply.written_at >= since:
            shown.append(reply)
        elif reply.state == ReplyState.ACCEPTED:
            reply.note = ""
            shown.append(reply)
    return shown


def _held(claim: Claim, by: User, now: dt.datetime) -> None:
    """One after the other per claim, so that two clicks at once count as two; and asked once more under the lock, since
    whoever waited for it may have lost the right meanwhile.
    """
    if not may(by, Verb.EDIT, Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk), now=now):
        raise CannotReply("You may not reply for this listing any more.")


def _about(claim: Claim) -> QuerySet[Contrast]:
    others = Contrast.objects.filter(artifact=claim.artifact_id, offering__artifact__lifecycle__in=PUBLIC_LIFECYCLES)
    return others.exclude(offering__artifact=claim.artifact_id)


def write(claim: Claim, contrast_id: int, text: str, *, by: User, now: dt.datetime) -> Reply:
    """One at a time for each sentence: whoever wants to say something else takes the first one back."""
    try:
        said = area(LONGEST)(text)
    except CannotRead as error:
        raise CannotReply(str(error)) from error
    if len(said) < 10:
        raise CannotReply("Say it in a sentence.")
    with change():
        _held(claim, by, now)
        contrast = _about(claim).filter(pk=contrast_id).first()
        if contrast is None:
            raise CannotReply("That sentence is not there any more.")
        standing = Reply.objects.filter(contrast=contrast, state__in=STANDING).first()
        mine = {one.pk for one in _replies_of(claim)}
        if standing is not None and standing.pk in mine and standing.sentence == contrast.text:
            raise CannotReply("You have replied to that already; take the reply back first.")
        if claim.replies.filter(written_at__gt=now - DAY).count() >= MOST_A_DAY:
            raise CannotReply(f"{MOST_A_DAY} replies a day are enough. Go on tomorrow.")
        if standing is not None:  # to what stood there before, or of people who had it before
            _over(standing, now=now)
        reply = Reply.objects.create(
            claim=claim, contrast=contrast, sentence=contrast.text, text=said, by=by, written_at=now
        )
        written(
            "reply written", at=now, actor=by.pk, artifact=claim.artifact_id, claim=claim.pk,
            after={"reply": reply.pk, "contrast": contrast.pk},
        )  # fmt: skip
        return reply


def withdraw(claim: Claim, pk: int, *, by: User, now: dt.datetime) -> None:
    with change():
        _held(claim, by, now)
        theirs = [one.pk for one in _replies_of(claim) if one.pk == pk]
        reply = claim.replies.filter(pk__in=theirs, state__in=STANDING).select_related("contrast").first()
        if reply is None:
            raise CannotReply("It is not there any more.")
        was = reply.state
        _over(reply, now=now)
        written(
            "reply withdrawn", at=now, actor=by.pk, artifact=claim.artifact_id, claim=claim.pk,
            before={"state": was}, after={"reply": reply.pk, "state": ReplyState.WITHDRAWN},
        )  # fmt: skip


def decide(reply: Reply, *, is_accepted: bool, note: str, by: User, now: dt.datetime) -> None:
    """Raises CannotReply."""
    if not note.strip():
        raise CannotReply("Say why; its writer reads it.")
    with change():
        Claim.objects.select_for_update(of=("self",)).get(pk=reply.claim_id)
        it = Reply.objects.select_related("claim__artifact", "contrast").get(pk=reply.pk)
        if it.state != ReplyState.WAITING:
            raise CannotReply(f"It has been decided: {it.get_state_display().lower()}.")
        if is_accepted and it.sentence != it.contrast.text:
            raise CannotReply("The sentence has changed since; refuse the reply, so that its writer looks again.")
        it.state = ReplyState.ACCEPTED if is_accepted else ReplyState.REFUSED
        it.decided_at, it.decided_by, it.note = now, by, note.strip()
        it.save()
        if is_accepted:
            set_reply(it.contrast, it.text, on=now.date())
        written(
            "reply decided", at=now, actor=by.pk, artifact=it.claim.artifact_id, claim=it.claim_id,
            before={"state": ReplyState.WAITING}, after={"reply": it.pk, "state": it.state, "note": it.note},
        )  # fmt: skip
        notices.tell(it.claim, "reply_decided")


def end(claim: Claim, *, now: dt.datetime) -> None:
    """With the claim. In the transaction of whoever ends it."""
    for reply in claim.replies.filter(state__in=STANDING).select_related("contrast"):
        _over(reply, now=now)


def _over(reply: Reply, *, now: dt.datetime) -> None:
    if reply.state == ReplyState.ACCEPTED:
        set_reply(reply.contrast, "", on=None)
    reply.state, reply.decided_at = ReplyState.WITHDRAWN, now
    reply.save()
