"""An artifact's way to its readers, step by step, with what cannot be done and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from catalog.desk import workflow
from catalog.desk.merging import merge
from catalog.desk.workflow import CannotMove
from catalog.models import Artifact, ReviewStep
from tests.cast import erin, sven
from tests.factories import make_artifact, make_evidence, make_offering

pytestmark = pytest.mark.django_db


def draft(**overrides: Any) -> Artifact:
    """A complete draft, never public."""
    defaults = {"lifecycle": "draft", "published_at": None, "homepage": "https://example.org/a"}
    artifact = make_artifact(**{**defaults, **overrides})
    make_evidence(offering=make_offering(artifact=artifact))
    return artifact


def steps(artifact: Artifact) -> list[tuple[str, str]]:
    return list(ReviewStep.objects.filter(artifact=artifact).order_by("id").values_list("step", "note"))


def now_of(artifact: Artifact) -> str:
    return Artifact.objects.get(pk=artifact.pk).lifecycle


def test_submitted_sent_back_submitted_again_and_published() -> None:
    artifact = draft()
    workflow.submit(artifact, by=erin())
    workflow.send_back(artifact, by=sven(), note="Name the licence’s source.")
    assert now_of(artifact) == "draft"
    workflow.submit(artifact, by=erin(), note="Done.")
    workflow.publish(artifact, by=sven())
    assert now_of(artifact) == "published"
    assert Artifact.objects.get(pk=artifact.pk).published_at is not None
    assert steps(artifact) == [
        ("submitted", ""),
        ("sent_back", "Name the licence’s source."),
        ("submitted", "Done."),
        ("published", ""),
    ]


def test_the_history_keeps_who_and_why() -> None:
    artifact = draft()
    workflow.submit(artifact, by=erin(), note="Ready.")
    assert artifact.history.first().history_change_reason == "Ready."
    assert workflow.submitter_of(artifact) == erin().pk


def test_what_lacks_something_is_not_submitted_and_says_what() -> None:
    artifact = make_artifact(lifecycle="draft", published_at=None, tagline="")
    with pytest.raises(CannotMove) as caught:
        workflow.submit(artifact, by=erin())
    assert any("tagline" in str(sentence) for sentence in caught.value.missing)
    assert (now_of(artifact), steps(artifact)) == ("draft", [])


def test_sending_back_takes_words() -> None:
    artifact = draft(lifecycle="in_review")
    with pytest.raises(CannotMove, match="Say what has to be done"):
        workflow.send_back(artifact, by=sven(), note="  ")


@pytest.mark.parametrize(
    ("verb", "lifecycle"),
    [("submit", "published"), ("send_back", "draft"), ("publish", "withdrawn"), ("restore", "draft")],
)
def test_a_step_out_of_turn_is_refused(verb: str, lifecycle: str) -> None:
    reason = {"withdrawn_reason": "Gone."} if lifecycle == "withdrawn" else {}
    artifact = draft(lifecycle=lifecycle, **reason)
    step = getattr(workflow, verb)
    with pytest.raises(CannotMove, match="so it cannot be"):
        step(artifact, by=erin(), **({} if verb in ("submit", "publish") else {"note": "Because."}))
    assert now_of(artifact) == lifecycle


def test_four_eyes(settings: Any) -> None:
    settings.FOUR_EYES = True
    artifact = draft()
    with pytest.raises(CannotMove, match="Submit it first"):
        workflow.publish(artifact, by=erin())
    workflow.submit(artifact, by=erin())
    with pytest.raises(CannotMove, match="You submitted it yourself"):
        workflow.publish(artifact, by=erin())
    with pytest.raises(CannotMove, match="You submitted it yourself"):
        workflow.schedule(artifact, at=timezone.now() + dt.timedelta(days=1), by=erin())
    workflow.publish(artifact, by=sven())
    assert now_of(artifact) == "published"


def test_two_eyes_by_default() -> None:
    artifact = draft()
    workflow.publish(artifact, by=erin())
    assert now_of(artifact) == "published"


def test_scheduled_and_published_when_the_time_has_come() -> None:
    artifact = draft()
    at = timezone.now() + dt.timedelta(hours=2)
    workflow.schedule(artifact, at=at, by=erin())
    assert workflow.publish_due(now=at - dt.timedelta(minutes=1)) == 0
    assert workflow.publish_due(now=at) == 1
    assert workflow.publish_due(now=at) == 0, "a second time there is nothing to do"
    artifact.refresh_from_db()
    assert (artifact.lifecycle, artifact.publish_at) == ("published", None)


def test_one_that_cannot_be_published_says_so_and_the_others_are() -> None:
    at = timezone.now() + dt.timedelta(hours=2)
    bad, good = draft(), draft()
    for artifact in (bad, good):
        workflow.schedule(artifact, at=at, by=erin())
    bad.offerings.all().delete()
    assert workflow.publish_due(now=at) == 1
    bad.refresh_from_db()
    assert (bad.lifecycle, bad.publish_at, now_of(good)) == ("in_review", None, "published")
    assert steps(bad)[-1] == ("unscheduled", "Not published as scheduled. It offers no capability.")


def test_a_time_that_has_passed_is_no_schedule() -> None:
    with pytest.raises(CannotMove, match="has passed"):
        workflow.schedule(draft(), at=timezone.now(), by=erin())


def test_called_off() -> None:
    artifact = draft()
    with pytest.raises(CannotMove, match="No publication"):
        workflow.unschedule(artifact, by=erin())
    workflow.schedule(artifact, at=timezone.now() + dt.timedelta(hours=2), by=erin())
    workflow.unschedule(artifact, by=erin())
    assert workflow.publish_due(now=timezone.now() + dt.timedelta(days=1)) == 0


def test_withdrawn_and_restored() -> None:
    artifact = draft()
    workflow.publish(artifact, by=erin())
    workflow.withdraw(artifact, reason="Its maker asked.", by=sven())
    assert now_of(artifact) == "withdrawn"
    with pytest.raises(CannotMove, match="already"):
        workflow.withdraw(artifact, reason="Again.", by=sven())
    workflow.restore(artifact, by=sven(), note="Its maker changed their mind.")
    assert (now_of(artifact), artifact.withdrawn_reason) == ("published", "")


def test_a_draft_is_not_withdrawn_and_a_reason_is_asked_for() -> None:
    with pytest.raises(CannotMove, match="never public"):
        workflow.withdraw(draft(), reason="Why not?", by=sven())
    artifact = make_artifact()
    with pytest.raises(CannotMove, match="needs a reason"):
        workflow.withdraw(artifact, reason=" ", by=sven())


def test_what_was_merged_is_not_restored_by_itself() -> None:
    one, other = make_artifact(), make_artifact()
    merge(one, into=other, why="The same.")
    one.refresh_from_db()
    with pytest.raises(CannotMove, match="undo the merge"):
        workflow.restore(one, by=sven(), note="Back.")


def test_deprecated_in_favour_of_another() -> None:
    one, other = make_artifact(), make_artifact()
    with pytest.raises(CannotMove, match="by itself"):
        workflow.deprecate(one, in_favour_of=one, by=erin(), note="Old.")
    workflow.deprecate(one, in_favour_of=other, by=erin(), note="Its maker recommends the other.")
    assert Artifact.objects.get(pk=one.pk).deprecated_by == other
    assert steps(one) == [("deprecated", "Its maker recommends the other.")]


def test_a_note_needs_words() -> None:
    artifact = make_artifact()
    with pytest.raises(CannotMove, match="needs words"):
        workflow.note(artifact, by=erin(), text=" ")
    workflow.note(artifact, by=erin(), text="Ask the maker.")
    assert steps(artifact) == [("noted", "Ask the maker.")]


# --- two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps_taken", [["submit"], ["publish"], ["publish", "deprecate"], ["publish", "withdraw"]])
def test_a_step_keeps_what_was_saved_after_its_page_had_read_the_row(steps_taken: list[str]) -> None:
    """A step saves the whole row: it takes it as it stands, not as it stood."""
    take = {
        "submit": lambda row: workflow.submit(row, by=erin()),
        "publish": lambda row: workflow.publish(row, by=sven()),
        "deprecate": lambda row: workflow.deprecate(row, in_favour_of=None, by=sven(), note="Old."),
        "withdraw": lambda row: workflow.withdraw(row, reason="Gone.", by=sven()),
    }
    artifact = draft()
    *before, last = steps_taken
    for verb in before:
        take[verb](artifact)
    read_early = Artifact.objects.get(pk=artifact.pk)
    Artifact.objects.filter(pk=artifact.pk).update(tagline="Said meanwhile")
    take[last](read_early)
    assert Artifact.objects.get(pk=artifact.pk).tagline == "Said meanwhile"


def test_a_button_pressed_twice_takes_one_step() -> None:
    """Both requests had read a draft; the second is told what it has become."""
    artifact = draft()
    one, other = Artifact.objects.get(pk=artifact.pk), Artifact.objects.get(pk=artifact.pk)
    workflow.publish(one, by=sven())
    with pytest.raises(CannotMove, match="It is published"):
        workflow.publish(other, by=sven())
    assert steps(artifact) == [("published", "")]


def test_a_step_for_what_was_deleted_meanwhile_is_refused() -> None:
    artifact = draft()
    read_early = Artifact.objects.get(pk=artifact.pk)
    artifact.delete()
    with pytest.raises(CannotMove, match="deleted meanwhile"):
        workflow.submit(read_early, by=erin())


def test_two_are_not_deprecated_in_favour_of_each_other() -> None:
    """Readers who follow what to use instead arrive somewhere, however many steps it takes."""
    one, other, third = make_artifact(), make_artifact(), make_artifact()
    workflow.deprecate(one, in_favour_of=other, by=sven(), note="Old.")
    workflow.deprecate(other, in_favour_of=third, by=sven(), note="Old.")
    with pytest.raises(CannotMove, match="itself deprecated in favour of this"):
        workflow.deprecate(third, in_favour_of=one, by=sven(), note="Old.")
    assert now_of(third) == "published"
