"""A note's way to its readers, and which one they see: by the comparison's key of today."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.desk import merging
from catalog.models import Artifact
from catalog.publishing import rename_slug, withdraw
from catalog.state import live_state
from ranking import noting
from ranking.models import ComparisonNote, NoteState
from ranking.notes import featured, note_for
from tests.cast import erin, sven
from tests.factories import make_artifact
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
TEXT = "The first is *older*; the second is what its maker recommends."


@pytest.fixture
@remembered
def pair() -> tuple[Artifact, Artifact]:
    return make_artifact(slug="heron", name="Heron"), make_artifact(slug="egret", name="Egret", kind="dataset")


def written(*artifacts: Artifact, is_published: bool = True, **said: object) -> ComparisonNote:
    note = noting.write(artifacts, **{"title": "", "text": TEXT, "by": erin(), **said})  # type: ignore[arg-type]
    if is_published:
        noting.publish(note, by=sven())
    return note


def shown(key: str) -> str:
    note = note_for(key, live_state())
    return note.text if note else ""


def test_readers_see_a_note_from_its_publication_to_its_withdrawal(pair: tuple[Artifact, Artifact]) -> None:
    note = written(*pair, is_published=False)
    assert shown("egret-vs-heron") == ""
    noting.submit(note, by=erin())
    assert shown("egret-vs-heron") == ""
    noting.publish(note, by=sven())
    found = note_for("egret-vs-heron", live_state())
    assert found is not None
    assert (found.text, found.author, found.names) == (TEXT, "erin", ("Egret", "Heron"))
    noting.withdraw(note, by=sven(), why="It is out of date.")
    assert shown("egret-vs-heron") == ""


def test_every_step_lets_go_of_kept_pages(pair: tuple[Artifact, Artifact]) -> None:
    """A kept page is of one version of the facts, so each step makes another."""
    note = written(*pair, is_published=False)
    for step in (noting.submit, noting.publish):
        before = live_state().version
        step(note, by=sven())
        assert live_state().version > before


def test_each_save_is_in_the_history_with_who_and_why(pair: tuple[Artifact, Artifact]) -> None:
    note = written(*pair)
    noting.withdraw(note, by=erin(), why="It is out of date.")
    rows = [(row.state, str(row.history_user), row.history_change_reason) for row in note.history.order_by("pk")]
    assert rows == [
        ("draft", "erin", None),
        ("published", "sven", None),
        ("draft", "erin", "It is out of date."),
    ]


def test_a_note_follows_an_artifact_that_is_renamed(pair: tuple[Artifact, Artifact]) -> None:
    written(*pair)
    rename_slug(pair[0], "albatross")
    assert shown("egret-vs-heron") == ""
    assert shown("albatross-vs-egret") == TEXT


def test_a_note_follows_an_artifact_that_is_merged_and_comes_back_with_the_undo(
    pair: tuple[Artifact, Artifact],
) -> None:
    written(*pair)
    merge = merging.merge(pair[0], into=make_artifact(slug="grey-heron"), why="One bird.")
    assert shown("egret-vs-grey-heron") == TEXT
    merging.undo(merge)
    assert (shown("egret-vs-grey-heron"), shown("egret-vs-heron")) == ("", TEXT)


def test_a_note_whose_two_artifacts_have_become_one_is_shown_nowhere() -> None:
    one, other = make_artifact(slug="heron"), make_artifact(slug="egret")
    written(one, other, is_featured=True)
    merging.merge(one, into=other, why="One bird.")
    assert featured("", live_state()) == []


def test_a_note_waits_while_one_of_its_artifacts_is_withdrawn(pair: tuple[Artifact, Artifact]) -> None:
    note = written(*pair)
    withdraw(pair[0], reason="It is gone.")
    assert shown("egret-vs-heron") == ""
    pair[0].refresh_from_db()
    assert noting.members_for(list(pair), note=note) == note.members


def test_featured_ones_stand_on_the_front_and_with_each_of_their_kinds(pair: tuple[Artifact, Artifact]) -> None:
    """The newest first; those that are not featured, or not published, nowhere."""
    third = make_artifact(slug="stork", name="Stork", kind="model")
    written(pair[0], third)
    written(pair[1], third, is_featured=True, is_published=False)
    written(*pair, is_featured=True, title="Which bird?")
    written(*pair, third, is_featured=True)
    state = live_state()
    assert [note.heading for note in featured("", state)] == ["Egret against Heron against Stork", "Which bird?"]
    assert len(featured("dataset", state)) == 2
    assert featured("repo", state) == []


def test_reading_notes_costs_one_query_for_each_version_of_the_facts(pair: tuple[Artifact, Artifact]) -> None:
    written(*pair, is_featured=True)
    written(pair[0], make_artifact(), is_featured=True)
    state = live_state()
    with CaptureQueriesContext(connection) as queries:
        featured("", state)
        note_for("egret-vs-heron", state)
        featured("dataset", state)
    assert len(queries) == 1


@pytest.mark.parametrize("count", [1, 5])
def test_a_note_takes_two_to_four_artifacts(count: int) -> None:
    with pytest.raises(noting.CannotWrite, match="two to four"):
        written(*[make_artifact() for _ in range(count)])


def test_a_comparison_has_one_note(pair: tuple[Artifact, Artifact]) -> None:
    written(*pair)
    with pytest.raises(noting.CannotWrite, match="There is a note"):
        written(*reversed(pair))


def test_nobody_writes_about_what_is_not_public(pair: tuple[Artifact, Artifact]) -> None:
    with pytest.raises(noting.CannotWrite, match="not public"):
        written(pair[0], make_artifact(lifecycle="draft", published_at=None))


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (noting.submit, NoteState.PUBLISHED),
        (noting.publish, NoteState.PUBLISHED),
        (noting.send_back, NoteState.DRAFT),
        (noting.withdraw, NoteState.DRAFT),
    ],
)
def test_a_step_that_is_not_open_is_refused(pair: tuple[Artifact, Artifact], step: object, state: NoteState) -> None:
    note = written(*pair, is_published=state == NoteState.PUBLISHED)
    with pytest.raises(noting.CannotMove, match=f"It is {state.label.lower()}"):
        step(note, by=sven(), why="Because.")  # type: ignore[operator]
    note.refresh_from_db()
    assert note.state == state


@pytest.mark.parametrize("step", [noting.send_back, noting.withdraw])
def test_what_goes_back_says_why(pair: tuple[Artifact, Artifact], step: object) -> None:
    with pytest.raises(noting.CannotMove, match="Say "):
        step(written(*pair), by=sven(), why=" ")  # type: ignore[operator]


def test_with_four_eyes_a_second_editor_publishes(pair: tuple[Artifact, Artifact], settings: object) -> None:
    settings.FOUR_EYES = True  # type: ignore[attr-defined]
    note = written(*pair, is_published=False)
    with pytest.raises(noting.CannotMove, match="Submit it first"):
        noting.publish(note, by=sven())
    noting.submit(note, by=erin())
    with pytest.raises(noting.CannotMove, match="You submitted it yourself"):
        noting.publish(note, by=erin())
    noting.publish(note, by=sven())
    assert note.state == NoteState.PUBLISHED
