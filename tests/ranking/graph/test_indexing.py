"""The index of the site: made, brought up to date, swapped in, and done without where it is broken."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace

import pytest

from catalog.changes import change
from catalog.choices import Lifecycle
from catalog.models import Artifact
from catalog.state import live_state
from ranking import indexing
from ranking.graph import folding
from ranking.graph.recording import Reader
from ranking.match.configuration import shipped
from ranking.match.manifest import reading
from ranking.models import MatchIndex, Search
from ranking.searching import Found, search
from tests.factories import make_artifact, make_capability, make_offering
from tests.ranking.graph import events
from tests.ranking.graph.events import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalog() -> None:
    speech = make_capability(key="audio.transcription", slug="transcription", name="Speech transcription")
    images = make_capability(key="image.generation", slug="image-generation", name="Image generation")
    scribe = make_artifact(name="Scribe", slug="scribe", kind="model", tagline="Turns speech into text")
    painter = make_artifact(name="Painter", slug="painter", kind="model", tagline="Makes pictures out of words")
    make_offering(artifact=scribe, capability=speech, title="Writes down speech", description="Transcribes podcasts.")
    make_offering(artifact=painter, capability=images, title="Paints", description="Generates images from a text.")


def ask(text: str, **given: object) -> Found:
    reader = Reader("203.0.113.7", "Firefox")
    return search(text, state=live_state(), reader=reader, door="page", now=NOW, **given)


def names(found: Found) -> list[str]:
    return [hit.row.slug for hit in found.hits or found.near]


def test_an_intent_finds_what_serves_it_and_says_why(catalog):
    indexing.refresh(now=NOW)
    found = ask("transcribe a podcast")
    assert names(found)[0] == "scribe"
    assert found.hits[0].capability_slug == "transcription"
    assert found.hits[0].why


def test_nothing_changed_makes_no_new_index(catalog):
    assert indexing.refresh(now=NOW) is not None
    assert indexing.refresh(now=NOW) is None
    assert MatchIndex.objects.count() == 1


def test_an_edit_a_new_one_and_a_withdrawn_one_reach_the_index(catalog):
    indexing.refresh(now=NOW)
    with change():
        made = make_artifact(name="Translator", slug="translator", tagline="Puts contracts into French")
        made.save()
    indexing.refresh(now=NOW)
    assert names(ask("translate contracts into French"))[0] == "translator"
    with change():
        made.lifecycle, made.withdrawn_reason = Lifecycle.WITHDRAWN, "Gone."
        made.save()
    assert "translator" not in names(ask("translate contracts into French")), "before the index knows"
    indexing.refresh(now=NOW)
    assert "translator" not in names(ask("translate contracts into French"))


def test_an_unpublished_one_is_never_found(catalog):
    make_artifact(name="Secret scribe", slug="secret", lifecycle=Lifecycle.IN_REVIEW, tagline="Transcribes podcasts")
    indexing.refresh(now=NOW)
    assert "secret" not in names(ask("transcribe podcasts"))


@pytest.mark.parametrize("harm", ["missing", "truncated", "empty"])
def test_a_broken_index_is_stood_in_for_by_names_and_mended(catalog, harm, caplog, monkeypatch):
    live = indexing.refresh(now=NOW)
    assert live is not None
    folder = indexing.folder_of(live.number)
    if harm == "missing":
        shutil.rmtree(folder)
    for path in folder.rglob("*") if folder.exists() else ():
        if path.is_file():
            path.write_bytes(b"" if harm == "empty" else path.read_bytes()[: path.stat().st_size // 2])
    wanted = []
    monkeypatch.setattr(indexing, "mend", lambda: wanted.append(True))
    found = ask("scribe")
    assert found.by_names
    assert names(found) == ["scribe"]
    assert "match index" in caplog.text
    assert wanted
    indexing.forget()
    assert indexing.refresh(now=NOW + dt.timedelta(minutes=1)) is not None
    assert not ask("scribe").by_names


def damaged(number: int, pattern: str) -> None:
    """Its files keep their size and lose their meaning, in place: also for whoever has them open."""
    for path in indexing.folder_of(number).rglob(pattern):
        if path.is_file():
            with path.open("r+b") as file:
                file.write(b"\xff" * path.stat().st_size)


@pytest.mark.parametrize("pattern", ["*.places.npy", "*.starts.npy", "*.texts.npy", "*.terms.npy", "text/*"])
def test_an_index_that_is_damaged_while_it_is_open_is_never_an_error(catalog, pattern, monkeypatch):
    """Whoever has it open answers from it, or by names; the worker notices in its next turn and makes another."""
    live = indexing.refresh(now=NOW)
    assert live is not None
    assert not ask("scribe").by_names
    indexing.engine().configuration = replace(shipped(), everything=0)  # so that all of its files are asked
    damaged(live.number, pattern)
    monkeypatch.setattr(indexing, "mend", lambda: None)
    for text in ("scribe", "transcribe a podcast"):
        ask(text)
    indexing.forget()
    assert ask("scribe").by_names, "a process that starts now sees it at once"
    made = indexing.refresh(now=NOW + dt.timedelta(minutes=1))
    assert made is not None
    assert made.is_whole
    assert names(ask("transcribe a podcast"))[0] == "scribe"
    assert not ask("scribe").by_names


def test_an_index_that_breaks_while_it_is_asked_is_stood_in_for_by_names(catalog, monkeypatch, caplog):
    """And the process asks for another, and opens that."""
    indexing.refresh(now=NOW)
    wanted = []
    monkeypatch.setattr(indexing, "mend", lambda: wanted.append(True))

    def panic(*args: object, **given: object) -> None:
        with reading("The full text of the index"):
            raise BaseException("panicked")

    monkeypatch.setattr(type(indexing.engine()), "answer", panic)
    assert names(ask("scribe")) == ["scribe"]
    assert wanted
    assert "failed while it was asked" in caplog.text
    monkeypatch.undo()
    assert not ask("scribe").by_names


def test_a_builder_who_was_killed_leaves_the_last_index_live(catalog):
    """What he has left is not opened, the next one takes another number, and the rest is cleared away."""
    live = indexing.refresh(now=NOW)
    assert live is not None
    left = MatchIndex.objects.create(number=live.number + 1, made_at=NOW, catalog=live.catalog)
    shutil.copytree(indexing.folder_of(live.number), indexing.folder_of(left.number))
    (indexing.folder_of(left.number) / "manifest.json").unlink()
    assert names(ask("transcribe a podcast"))[0] == "scribe"
    made = indexing.refresh(now=NOW + dt.timedelta(hours=2), anew=True)
    assert made is not None
    assert made.number == left.number + 1
    assert not ask("scribe").by_names
    assert not MatchIndex.objects.filter(pk=left.pk).exists()
    assert not indexing.folder_of(left.number).exists()


def test_an_index_that_cannot_be_made_leaves_the_last_one_live_and_stale(catalog, monkeypatch):
    """What has come since is not found yet; what was there is."""
    live = indexing.refresh(now=NOW)
    with change():
        make_artifact(name="Translator", slug="translator", tagline="Puts contracts into French").save()

    def full(*args: object, **given: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "extend", full)
        patch.setattr(indexing, "build", full)
        with pytest.raises(OSError, match="No space"):
            indexing.refresh(now=NOW)
    assert MatchIndex.objects.get() == live
    assert names(ask("transcribe a podcast"))[0] == "scribe"
    indexing.refresh(now=NOW)
    assert names(ask("translate contracts into French"))[0] == "translator"


def test_without_an_index_names_are_asked(catalog):
    found = ask("scribe")
    assert found.by_names
    assert names(found) == ["scribe"]


def test_old_folders_go(catalog):
    for _ in range(5):
        indexing.refresh(now=NOW, anew=True)
    numbers = sorted(int(path.name) for path in indexing.folder_of(0).parent.iterdir())
    assert numbers == [4, 5]


NONSENSE = [
    "",
    " ",
    "x",
    "?",
    "the of and",
    "a" * 5_000,
    "word " * 2_000,
    "'; DROP TABLE catalog_artifact; --",
    'title:"x" AND (y OR NOT z*) ~2^5',
    "🦄🦄🦄",
    "モデルを比較する",
    "\u202eesrever",
    "\x00null\x01",
    "%_\\",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("is_indexed", [True, False])
def test_no_text_is_an_error(catalog, text, is_indexed):
    if is_indexed:
        indexing.refresh(now=NOW)
    found = ask(text)
    assert len(found.query) <= 500


def test_what_is_typed_towards_is_not_written_down(catalog):
    indexing.refresh(now=NOW)
    found = ask("transc", is_recorded=False)
    assert found.token == ""
    assert not Search.objects.exists()


def test_past_queries_of_a_single_person_are_not_quoted(catalog):
    """What somebody asked helps the next one, and is not shown to them."""
    indexing.refresh(now=NOW)
    scribe = ask("transcribe a podcast").hits[0].row.id
    artifact = Artifact.objects.get(pk=scribe)
    for who in range(3):
        events.choose(events.search("write down my therapy session", artifact, who=who), artifact)
    folding.fold(now=NOW)
    indexing.refresh(now=NOW)
    found = ask("write down my therapy sessions")
    told = " ".join(line for hit in found.hits or found.near for line in hit.why)
    assert "very like this" in told
    assert "therapy session" not in told.replace("write down", "")
