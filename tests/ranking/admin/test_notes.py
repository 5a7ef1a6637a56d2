"""A note on a comparison at the desk: begun from the queue, written beside the verdict, previewed, published."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact
from catalog.state import live_state
from ranking import noting
from ranking.comparing import artifacts_for, comparison_of
from ranking.comparison import Preferences
from ranking.models import ComparisonNote, ComparisonTally, NoteState
from ranking.models.comparison import members_of
from ranking.notes import featured, note_for
from tests.factories import make_artifact, make_fact
from tests.ranking.admin.test_desk import person, text
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
ADD = "/admin/ranking/comparisonnote/add/"
WORDS = "Both will do. The *first* is older."


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(person("Editor"))
    return client


@pytest.fixture
@remembered
def pair() -> list[Artifact]:
    made = [make_artifact(slug="egret", name="Egret"), make_artifact(slug="heron", name="Heron")]
    make_fact(artifact=made[0], name="context_window", value=32_768)
    make_fact(artifact=made[1], name="context_window", value=65_536)
    return made


def sent(artifacts: list[Artifact], **more: Any) -> dict[str, Any]:
    return {"artifacts": [one.pk for one in artifacts], "title": "", "text": WORDS, "why": "", **more}


def change(note: ComparisonNote) -> str:
    return f"/admin/ranking/comparisonnote/{note.pk}/change/"


def test_from_the_queue_to_a_published_note(editor: Client, pair: list[Artifact]) -> None:
    """The queue names the comparison, its line opens a form with both filled in, and one save shows it to readers."""
    ComparisonTally.objects.create(members=members_of(it.pk for it in pair), day=timezone.now().date(), views=12)
    assert "1 Compared often, without a note" in text(editor.get("/admin/"))
    queue = editor.get("/admin/queue/unnoted/").content.decode()
    assert "12 views in 30 days" in queue
    found = re.search(r'href="(/admin/ranking/comparisonnote/of/[^"]+)"', queue)
    assert found is not None
    form = editor.get(found[1], follow=True)
    assert re.findall(r'<option value="(\d+)" selected', form.content.decode()) == [str(it.pk) for it in pair]
    assert "What the comparison says" in text(form)
    answer = editor.post(ADD, sent(pair, title="Which bird?", is_featured="on", _publish="1"), follow=True)
    assert "The note is published." in text(answer)
    note = note_for("egret-vs-heron", live_state())
    assert note is not None
    assert (note.title, note.text, note.author) == ("Which bird?", WORDS, "editor")
    assert [it.key for it in featured("", live_state())] == ["egret-vs-heron"]
    assert "0 Compared often, without a note" in text(editor.get("/admin/"))
    assert editor.get(found[1])["Location"] == change(ComparisonNote.objects.get())


def test_the_form_shows_the_verdict_and_its_reasons_beside_the_text(editor: Client, pair: list[Artifact]) -> None:
    note = noting.write(pair, title="", text=WORDS, by=None)
    state = live_state()
    meant = artifacts_for(["egret", "heron"], state)
    table = comparison_of(meant.artifacts, state, preferences=Preferences(), today=timezone.now().date())
    shown = text(editor.get(change(note)))
    for sentence in (table.verdict.sentence, *(finding.text for finding in table.verdict.findings)):
        assert re.sub(r"\s+", " ", html.unescape(sentence)).strip() in shown


def test_a_preview_shows_what_is_typed_and_saves_nothing(editor: Client, pair: list[Artifact]) -> None:
    hostile = WORDS + "\n\n<script>alert(1)</script>"
    page = editor.post("/admin/ranking/comparisonnote/preview/", sent(pair, text=hostile))
    assert "<em>first</em>" in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert "Egret against Heron" in text(page)
    assert not ComparisonNote.objects.exists()


@pytest.mark.parametrize("sent_", [{}, {"artifacts": ["x", "9" * 30]}, {"artifacts": ["1"], "text": "\x00"}])
def test_a_preview_of_nonsense_says_what_is_missing(editor: Client, sent_: dict[str, Any]) -> None:
    assert "Choose two to four" in text(editor.post("/admin/ranking/comparisonnote/preview/", sent_))


def test_submitted_sent_back_and_withdrawn_by_buttons_of_the_form(editor: Client, pair: list[Artifact]) -> None:
    editor.post(ADD, sent(pair, _submit="1"))
    note = ComparisonNote.objects.get()
    assert note.state == NoteState.IN_REVIEW
    assert "1 Notes on comparisons" in text(editor.get("/admin/"))
    assert "Saved, and nothing more. Say what has to be done" in text(
        editor.post(change(note), sent(pair, _send_back="1"), follow=True)
    )
    editor.post(change(note), sent(pair, _send_back="1", why="Name a source."))
    assert "Name a source." in text(editor.get(change(note)))
    editor.post(change(note), sent(pair, _publish="1"))
    assert note_for("egret-vs-heron", live_state()) is not None
    editor.post(change(note), sent(pair, _withdraw="1", why="It is out of date."))
    note.refresh_from_db()
    assert (note.state, note_for("egret-vs-heron", live_state())) == (NoteState.DRAFT, None)


def test_an_edit_of_a_published_note_shows_at_once(editor: Client, pair: list[Artifact]) -> None:
    editor.post(ADD, sent(pair, _publish="1"))
    editor.post(change(ComparisonNote.objects.get()), sent(pair, text="Neither.", _continue="1"))
    note = note_for("egret-vs-heron", live_state())
    assert note is not None
    assert note.text == "Neither."


def test_with_four_eyes_who_submitted_it_is_told_why_it_is_not_published(
    editor: Client, pair: list[Artifact], settings: Any
) -> None:
    settings.FOUR_EYES = True
    editor.post(ADD, sent(pair, _submit="1"))
    note = ComparisonNote.objects.get()
    form = editor.get(change(note)).content.decode()
    assert "You submitted it yourself" in form
    assert "_publish" not in form
    editor.post(change(note), sent(pair, _publish="1"))
    note.refresh_from_db()
    assert note.state == NoteState.IN_REVIEW


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_form_with_too_few_or_too_many_says_so(editor: Client, count: int) -> None:
    page = editor.post(ADD, sent([make_artifact() for _ in range(count)]))
    assert ("two to four artifacts, not" if count else "This field is required") in text(page)
    assert not ComparisonNote.objects.exists()


def test_a_second_note_on_the_same_is_refused_in_a_sentence(editor: Client, pair: list[Artifact]) -> None:
    noting.write(pair, title="", text=WORDS, by=None)
    assert "There is a note on these already." in text(editor.post(ADD, sent(pair[::-1])))


def test_what_readers_have_seen_is_deleted_by_nobody(pair: list[Artifact]) -> None:
    client, senior = Client(), person("Senior editor")
    client.force_login(senior)
    note = noting.write(pair, title="", text=WORDS, by=senior)
    place = f"/admin/ranking/comparisonnote/{note.pk}/delete/"
    assert client.get(place).status_code == 200
    noting.publish(note, by=senior)
    noting.withdraw(note, by=senior, why="It is out of date.")
    assert client.get(place).status_code == 403


def test_a_step_without_the_right_to_it_is_not_taken(pair: list[Artifact]) -> None:
    """Somebody who may write notes and not publish them."""
    group = Group.objects.get(name="Editor")
    client, writer = Client(), User.objects.create_user("writer", is_staff=True)
    rights = group.permissions.exclude(codename="publish_comparisonnote")
    writer.user_permissions.set(rights)
    client.force_login(writer)
    assert "_publish" not in client.get(ADD).content.decode()
    answer = client.post(ADD, sent(pair, _publish="1"), follow=True)
    assert "That step is not open to you." in text(answer)
    assert ComparisonNote.objects.get().state == NoteState.DRAFT


def test_two_editors_at_one_note_are_asked(editor: Client, pair: list[Artifact]) -> None:
    """As at every form of the desk: what both have changed is put side by side."""
    note = noting.write(pair, title="", text=WORDS, by=None)
    page = editor.get(change(note)).content.decode()
    base = re.search(r'name="_base" value="([^"]+)"', page)
    assert base is not None
    editor.post(change(note), sent(pair, text="Neither."))
    answer = editor.post(change(note), sent(pair, text="Both, always.", _base=html.unescape(base[1])))
    assert answer.status_code == 409


@pytest.mark.parametrize("members", ["1", "1-2-3-4-5", "a-b", "1-", f"1-{'9' * 40}"])
def test_an_address_of_no_artifacts_is_not_found(editor: Client, members: str) -> None:
    assert editor.get(f"/admin/ranking/comparisonnote/of/{members}/").status_code == 404
