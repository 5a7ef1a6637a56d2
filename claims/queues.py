"""What claims have waiting at the editors' desk, as catalog.desk.queues has its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Case, Value, When

from catalog.desk.queues import Item, Queue
from claims.choices import DisputeState, OverrideState, ReplyState
from claims.models import Dispute, Override, Reply

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


def _contested(user: User, now: dt.datetime) -> QuerySet[Dispute]:
    """Those that wait for an editor come before those that the clock still looks at."""
    waits = Case(When(state=DisputeState.WAITING, then=Value(0)), default=Value(1))
    open_ones = Dispute.objects.exclude(state=DisputeState.SETTLED).select_related("holder__artifact")
    return open_ones.order_by(waits, "opened_at", "id")


def _dispute(row: Dispute) -> Item:
    return Item(
        row.holder.artifact.name[:120], row.get_state_display(), row.opened_at, ("claims_dispute_page", (row.pk,))
    )


def _wishes(user: User, now: dt.datetime) -> QuerySet[Override]:
    """Of others: one's own waits for somebody else."""
    waiting = Override.objects.filter(state=OverrideState.WAITING).exclude(asked_by=user)
    return waiting.select_related("claim__artifact").order_by("asked_at", "id")


def _wish(row: Override) -> Item:
    return Item(row.claim.artifact.name[:120], row.why[:120], row.asked_at, ("claims_claim_page", (row.claim_id,)))


def _replies(user: User, now: dt.datetime) -> QuerySet[Reply]:
    waiting = Reply.objects.filter(state=ReplyState.WAITING).select_related("claim__artifact")
    return waiting.order_by("written_at", "id")


def _reply(row: Reply) -> Item:
    whose = f"The owner of {row.claim.artifact.name[:80]}"
    return Item(row.text[:120], whose, row.written_at, ("claims_reply_page", (row.pk,)))


#: In the order of the desk's front page.
QUEUES: dict[str, Queue] = {
    queue.key: queue
    for queue in (
        Queue(
            "claimed-twice", "Claimed by two", "Two have proven the same listing; nothing changes hands meanwhile.",
            "view_dispute", _contested, _dispute, app="claims",
        ),
        Queue(
            "second-word", "Claims to take back or share",
            "Another editor asks for it; while the proof stands it takes two.",
            "change_claim", _wishes, _wish, app="claims",
        ),
        Queue(
            "replies", "Owners’ replies", "To sentences in which another listing is set against theirs.",
            "change_reply", _replies, _reply, app="claims",
        ),
    )
}  # fmt: skip
