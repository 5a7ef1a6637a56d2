"""What readers found wrong: taken in, decided, answered in public."""

from __future__ import annotations

import pytest

from catalog.desk.reports import CannotDecide, CannotReport, decide, report
from catalog.models import Report
from tests.cast import erin
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db


def test_taken_in_and_mended() -> None:
    artifact = make_artifact()
    taken = report(address="/artifacts/x/", text="The window is 64K, see the card.", section="facts", artifact=artifact)
    before = artifact.facts_changed_at
    decide(taken, state="mended", outcome="It says 64K now.", by=erin())
    artifact.refresh_from_db()
    assert (taken.state, taken.outcome, taken.decided_by) == ("mended", "It says 64K now.", erin())
    assert artifact.facts_changed_at != before, "its page tells the outcome, so kept copies are outdated"


def test_the_same_words_are_one_report() -> None:
    for _ in range(3):
        report(address="/artifacts/x/", text="The window is 64K.", section="facts")
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "text", "section", "words"),
    [
        ("/artifacts/x/", "wrong", "facts", "in a sentence"),
        ("/artifacts/x/", "x" * 2_001, "facts", "2,001"),
        ("/artifacts/x/", "The window is 64K.", "elsewhere", "no part of a page"),
        ("https://evil.example/", "The window is 64K.", "facts", "no page of this site"),
        ("//evil.example/", "The window is 64K.", "facts", "no page of this site"),
        ("/" + "x" * 300, "The window is 64K.", "facts", "no page of this site"),
    ],
)
def test_what_is_no_report(address: str, text: str, section: str, words: str) -> None:
    with pytest.raises(CannotReport, match=words):
        report(address=address, text=text, section=section)
    assert not Report.objects.exists()


def test_a_decision_has_words_and_is_made_once() -> None:
    taken = report(address="/", text="The window is 64K.")
    with pytest.raises(CannotDecide, match="readers will see it"):
        decide(taken, state="mended", outcome=" ", by=erin())
    with pytest.raises(CannotDecide, match="either mended"):
        decide(taken, state="open", outcome="So.", by=erin())
    decide(taken, state="declined", outcome="The card says 32K.", by=erin())
    with pytest.raises(CannotDecide, match="meanwhile"):
        decide(taken, state="mended", outcome="It says 64K now.", by=erin())
