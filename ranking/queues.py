"""What ranking has waiting at the editors' desk, as catalog.desk.queues has its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet

from catalog.choices import FallState, Lifecycle
from catalog.desk.queues import MOST, Item, Queue
from catalog.models import Fall
from catalog.wording import grouped
from ranking.compared import without_note
from ranking.graph.intents import WANTED
from ranking.models import ComparisonNote, Hold, HoldState, Intent, NoteState
from ranking.models.comparison import members_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def _held(user: User, now: dt.datetime) -> QuerySet[Hold]:
    waiting = Hold.objects.filter(state=HoldState.OPEN).exclude(artifact__lifecycle=Lifecycle.WITHDRAWN)
    return waiting.select_related("artifact").order_by("seen_on", "-held", "id")


def _hold(row: Hold) -> Item:
    detail = f"{row.get_signal_display()}: {grouped(row.held)} wait, {grouped(row.counted)} count"
    return Item(row.artifact.name[:120], detail, row.seen_on, ("ranking_hold_decide", (row.pk,)))


class _Held(Queue):
    """Two ways in which a reading does not count: it came all at once, or it fell too far. Falls are few, and first."""

    def count(self, user: User, now: dt.datetime) -> int:
        return min(MOST + 1, _falls(user)[: MOST + 1].count() + super().count(user, now))

    def items(self, user: User, now: dt.datetime, *, limit: int = 50) -> list[Item]:
        fallen = [_fall(row) for row in _falls(user)[:limit]]
        return fallen + super().items(user, now, limit=limit - len(fallen))


def _falls(user: User) -> QuerySet[Fall]:
    if not user.has_perm("catalog.change_fall"):
        return Fall.objects.none()
    waiting = Fall.objects.filter(state=FallState.OPEN).exclude(artifact__lifecycle=Lifecycle.WITHDRAWN)
    return waiting.select_related("artifact").order_by("found_at", "id")


def _fall(row: Fall) -> Item:
    detail = f"{row.get_signal_display()}: {grouped(row.value)} after {grouped(row.before)}"
    return Item(row.artifact.name[:120], detail, row.found_at, ("catalog_fall_page", (row.pk,)))


def _in_review(user: User, now: dt.datetime) -> QuerySet[ComparisonNote]:
    return ComparisonNote.objects.filter(state=NoteState.IN_REVIEW).order_by("submitted_at", "id")


def _note(row: ComparisonNote) -> Item:
    return Item(
        row.title or row.text[:120], row.text[:120], row.submitted_at, ("ranking_comparisonnote_change", (row.pk,))
    )


class _Unnoted(Queue):
    """What people compare: sums over days, of artifacts that may have become one since, so it is no table's rows."""

    def count(self, user: User, now: dt.datetime) -> int:
        return len(without_note(now=now, limit=MOST + 1))

    def items(self, user: User, now: dt.datetime, *, limit: int = 50) -> list[Item]:
        return [
            Item(
                often.heading,
                f"{grouped(often.views)} views in 30 days",
                often.last_on,
                ("ranking_comparisonnote_of", (members_of(often.artifact_ids),)),
            )
            for often in without_note(now=now, limit=limit)
        ]


def _unmet(user: User, now: dt.datetime) -> QuerySet[Intent]:
    wanted = Intent.objects.filter(
        unanswered_count__gte=F("searches_count") * WANTED, searches_count__gt=1, is_blocked=False, merged_into=None
    )
    return wanted.exclude(name="").order_by("-actors_count", "-searches_count", "id")


def _intent(row: Intent) -> Item:
    sample = ", sample" if row.is_sample else ""
    detail = f"{row.unanswered_count} of {row.searches_count} searches found nothing that fits{sample}"
    return Item(row.name[:120], detail, row.first_at, ("ranking_intent_page", (row.pk,)))


def _none(*args: object) -> QuerySet[ComparisonNote]:
    return ComparisonNote.objects.none()


#: In the order of the desk's front page.
QUEUES: dict[str, Queue] = {
    queue.key: queue
    for queue in (
        _Held(
            "held", "Held readings", "Came all at once, or fell too far, and do not count yet.", "change_hold",
            _held, _hold, app="ranking",
        ),
        Queue(
            "notes", "Notes on comparisons", "Submitted, and waiting for a second look.", "publish_comparisonnote",
            _in_review, _note, app="ranking",
        ),
        _Unnoted(
            "unnoted", "Compared often, without a note", "Each opens an empty note beside the comparison’s verdict.",
            "add_comparisonnote", _none, _note, app="ranking",
        ),
        Queue(
            "unmet", "Wanted and not served", "Needs that people had and nothing in the catalog does well.",
            "change_intent", _unmet, _intent, app="ranking",
        ),
    )
}  # fmt: skip
