"""An artifact's way to its readers: submitted, sent back, published, scheduled, deprecated, withdrawn, restored.

`publishing.py` decides what each state means; this module knows who did it, who has to look at it first, and keeps
what they said to each other. Called by the admin, by tasks and by commands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from catalog import publishing
from catalog.changes import change
from catalog.choices import PUBLIC_LIFECYCLES, Lifecycle, Step
from catalog.models import Artifact, ReviewStep

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CannotMove(Exception):
    """Why a step is not possible. `missing` lists what an artifact lacks, one sentence each."""

    def __init__(self, sentence: str, missing: list[str] | None = None) -> None:
        super().__init__(sentence)
        self.missing = missing or []


def submit(artifact: Artifact, *, by: User, note: str = "") -> None:
    """Draft -> in review. What lacks something cannot be reviewed either."""
    with _taking(artifact, why=note):
        _need(artifact, Lifecycle.DRAFT, to="submitted")
        _need_complete(artifact)
        _move(artifact, Lifecycle.IN_REVIEW, Step.SUBMITTED, by=by, note=note)


def send_back(artifact: Artifact, *, by: User, note: str) -> None:
    """In review -> draft, with what has to be done."""
    if not note.strip():
        raise CannotMove("Say what has to be done before it can be published.")
    with _taking(artifact, why=note):
        _need(artifact, Lifecycle.IN_REVIEW, to="sent back")
        _move(artifact, Lifecycle.DRAFT, Step.SENT_BACK, by=by, note=note)


def publish(artifact: Artifact, *, by: User, note: str = "") -> None:
    """Draft or in review -> published. Where four eyes are asked for, not by whoever submitted it."""
    with _taking(artifact, why=note):
        _need(artifact, Lifecycle.DRAFT, Lifecycle.IN_REVIEW, to="published")
        _need_second_editor(artifact, by)
        _publish(artifact)
        _note(artifact, Step.PUBLISHED, by=by, note=note)
    artifact.refresh_from_db(fields=["published_at"])  # derived on the way out


def schedule(artifact: Artifact, *, at: dt.datetime, by: User, note: str = "") -> None:
    """Will be published at that time by `publish_due`, if nothing is missing then."""
    if at <= timezone.now():
        raise CannotMove("That time has passed; publish it now, or choose a later one.")
    with _taking(artifact, why=note):
        _need(artifact, Lifecycle.DRAFT, Lifecycle.IN_REVIEW, to="scheduled")
        _need_complete(artifact)
        _need_second_editor(artifact, by)
        artifact.publish_at = at
        artifact.lifecycle = Lifecycle.IN_REVIEW
        artifact.save()
        _note(artifact, Step.SCHEDULED, by=by, note=note or f"For {at:%-d %B %Y, %H:%M} UTC.")


def unschedule(artifact: Artifact, *, by: User | None, note: str = "") -> None:
    with _taking(artifact, why=note):
        if artifact.publish_at is None:
            raise CannotMove("No publication is scheduled.")
        artifact.publish_at = None
        artifact.save()
        _note(artifact, Step.UNSCHEDULED, by=by, note=note)


def deprecate(artifact: Artifact, *, in_favour_of: Artifact | None, by: User, note: str) -> None:
    try:
        with _taking(artifact, why=note):
            publishing.deprecate(artifact, by=in_favour_of, why=note)
            _note(artifact, Step.DEPRECATED, by=by, note=note)
    except publishing.CannotDeprecate as error:
        raise CannotMove(str(error)) from error


def withdraw(artifact: Artifact, *, reason: str, by: User) -> None:
    """The address answers 410 from now on; what points at it stays, unseen, for its return."""
    try:
        with _taking(artifact, why=reason):
            if artifact.published_at is None:
                raise CannotMove("It was never public; a draft is deleted, or stays a draft.")
            if artifact.lifecycle == Lifecycle.WITHDRAWN:
                raise CannotMove("It is withdrawn already.")
            publishing.withdraw(artifact, reason=reason)
            _note(artifact, Step.WITHDRAWN, by=by, note=reason)
    except publishing.CannotWithdraw as error:
        raise CannotMove(str(error)) from error


def restore(artifact: Artifact, *, by: User, note: str) -> None:
    """Deprecated or withdrawn -> published again. What was merged comes back by undoing the merge."""
    with _taking(artifact, why=note):
        _need(artifact, Lifecycle.DEPRECATED, Lifecycle.WITHDRAWN, to="restored")
        if artifact.merged_into_id:
            raise CannotMove("It was merged; undo the merge to bring it back.")
        _publish(artifact)
        _note(artifact, Step.RESTORED, by=by, note=note)


def publish_due(*, now: dt.datetime) -> int:
    """Publishes what was scheduled for a time that has come. What cannot be is called off, and says why."""
    published = 0
    due = Artifact.objects.filter(publish_at__lte=now).order_by("publish_at", "id").values_list("pk", flat=True)
    for pk in list(due):
        with change(why="Published as scheduled."):
            # Asked again inside: somebody may have called it off, or another worker may have been here.
            artifact = Artifact.objects.select_for_update().filter(pk=pk, publish_at__lte=now).first()
            if artifact is None:
                continue
            if artifact.lifecycle not in (Lifecycle.DRAFT, Lifecycle.IN_REVIEW):
                unschedule(artifact, by=None, note=f"It was {artifact.get_lifecycle_display().lower()} by then.")
                continue
            try:
                _publish(artifact)
            except CannotMove as error:
                unschedule(artifact, by=None, note=f"Not published as scheduled. {' '.join(error.missing)}")
            else:
                _note(artifact, Step.PUBLISHED, by=None, note="As scheduled.")
                published += 1
    return published


def note(artifact: Artifact, *, by: User, text: str) -> None:
    if not text.strip():
        raise CannotMove("A note needs words.")
    _note(artifact, Step.NOTED, by=by, note=text)


def submitter_of(artifact: Artifact) -> int | None:
    """The id of whoever last submitted it."""
    steps = artifact.review_steps.filter(step=Step.SUBMITTED).order_by("-id")
    return steps.values_list("by_id", flat=True).first()


@contextmanager
def _taking(artifact: Artifact, *, why: str) -> Iterator[None]:
    """A step saves the whole row, so it takes it as it stands when its turn has come: nobody's edit is undone by it."""
    with change(why=why):
        try:
            artifact.refresh_from_db()
        except Artifact.DoesNotExist:
            raise CannotMove("It has been deleted meanwhile.") from None
        yield


def _need(artifact: Artifact, *states: Lifecycle, to: str) -> None:
    if artifact.lifecycle not in states:
        raise CannotMove(f"It is {artifact.get_lifecycle_display().lower()}, so it cannot be {to}.")


def _need_complete(artifact: Artifact) -> None:
    lacks = publishing.missing_for_publication(artifact)
    if lacks:
        raise CannotMove("Something that readers need is missing.", list(lacks.values()))


def needs_second_editor(artifact: Artifact, by: User) -> str:
    """With four eyes one editor submits and another publishes. Empty where nothing is in the way."""
    if not settings.FOUR_EYES:
        return ""
    if artifact.lifecycle == Lifecycle.DRAFT:
        return "Submit it first: this site publishes what a second editor has looked at."
    if submitter_of(artifact) == by.pk:
        return "You submitted it yourself; this site publishes what a second editor has looked at."
    return ""


def _need_second_editor(artifact: Artifact, by: User) -> None:
    if sentence := needs_second_editor(artifact, by):
        raise CannotMove(sentence)


def _publish(artifact: Artifact) -> None:
    _need_complete(artifact)
    artifact.publish_at = None
    publishing.publish(artifact)


def _move(artifact: Artifact, to: Lifecycle, step: Step, *, by: User, note: str) -> None:
    artifact.lifecycle = to
    if to not in (Lifecycle.IN_REVIEW, *PUBLIC_LIFECYCLES):
        artifact.publish_at = None
    artifact.save()
    _note(artifact, step, by=by, note=note)


def _note(artifact: Artifact, step: Step, *, by: User | None, note: str) -> None:
    ReviewStep.objects.create(artifact=artifact, step=step, note=note.strip(), by=by)
