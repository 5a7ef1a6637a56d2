"""The demo's desk has something real to do in every queue at the first log-in."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from catalog.desk.queues import open_to
from catalog.digest import catalog_digest
from catalog.models import Artifact, Proposal, Report, ReviewStep
from catalog.state import live_state
from ranking.models import ComparisonNote, ComparisonTally
from ranking.notes import featured, note_for
from unfragile_site import demo_notes
from unfragile_site.desk import WORK

pytestmark = pytest.mark.django_db
COUNTED = (Artifact, Proposal, Report, ReviewStep, ComparisonNote, ComparisonTally)


@pytest.fixture
def demo(settings: Any, tmp_path: Any) -> User:
    settings.VAR_DIR = tmp_path
    call_command("demo", stdout=StringIO())
    return User.objects.get(username="editor")


def test_every_queue_has_work_for_the_editor(demo: User) -> None:
    now = timezone.now()
    assert [queue.key for queue in open_to(demo, WORK)] == list(WORK), "the editor of the demo may do all of it"
    assert [queue.key for queue in open_to(demo, WORK) if not queue.count(demo, now)] == []


def test_loading_it_again_adds_nothing(demo: User) -> None:
    before = catalog_digest(), [m.objects.count() for m in COUNTED]
    call_command("demo", stdout=StringIO())
    assert (catalog_digest(), [m.objects.count() for m in COUNTED]) == before


def test_what_editors_have_begun_is_left_alone(demo: User) -> None:
    ReviewStep.objects.filter(artifact__slug="llamafile").delete()
    Artifact.objects.get(slug="llamafile").delete()
    call_command("demo", stdout=StringIO())
    assert not Artifact.objects.filter(slug="llamafile").exists()


def test_published_notes_are_shown_where_their_comparisons_are(demo: User) -> None:
    """Each file is the note of the comparison that it is named by; one more waits for the editor."""
    state = live_state()
    keys = {file.stem for file in (demo_notes.Path(demo_notes.__file__).parent / "demo" / "notes").glob("*.md")}
    assert {note.key for note in featured("", state)} == keys
    for key in keys:
        note = note_for(key, state)
        assert note is not None
        assert (note.author, note.title[:1] != "#", len(note.text) > 400) == ("ada", True, True)
    assert note_for(demo_notes.SUBMITTED[0], state) is None
    assert all(demo_notes._artifacts(key) for key in demo_notes.VIEWS)


def test_a_note_that_an_editor_has_withdrawn_stays_withdrawn(demo: User) -> None:
    ComparisonNote.objects.filter(state="published").update(state="draft")
    call_command("demo", stdout=StringIO())
    assert not ComparisonNote.objects.filter(state="published").exists()
