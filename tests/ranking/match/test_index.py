"""The index as files: finished or refused, never half; and the next one made out of the last."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from catalog.wordvectors import DIMENSIONS
from ranking.match import index as indexes
from ranking.match import manifest
from ranking.match.documents import Chosen, Document
from ranking.match.engine import Engine
from ranking.match.index import CannotExtend, build, extend, open_index
from ranking.match.manifest import CannotOpenIndex
from ranking.match.parts import apart, least_apart, signs_of
from tests.ranking.match.made import documents, engine, keys

CHOSEN = [Chosen("turn my podcast into words", "scribe", 3.0), Chosen("will it rain", "weather")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("match") / "index"
    build(folder, documents(), CHOSEN)
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def test_what_was_built_is_there(whole: Path) -> None:
    opened = open_index(whole)
    assert (opened.manifest.rows, opened.manifest.artifacts, opened.manifest.choices) == (8, 8, 2)
    assert [opened.document(row) for row in range(8)] == documents()
    assert "kind:mcp" in opened.manifest.facets


def test_a_folder_that_is_missing_or_empty(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(CannotOpenIndex, match="no finished index"):
            open_index(place)


def test_a_build_that_was_killed_has_no_manifest(copied: Path) -> None:
    (copied / manifest.NAME).rename(copied / f"{manifest.NAME}.draft")
    with pytest.raises(CannotOpenIndex, match="no finished index"):
        open_index(copied)


def test_another_version(copied: Path) -> None:
    path = copied / manifest.NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": manifest.FORMAT + 1}))
    with pytest.raises(CannotOpenIndex, match="another version"):
        open_index(copied)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "rows": "x"}', "\x00\xff"])
def test_a_manifest_that_is_none(copied: Path, text: str) -> None:
    (copied / manifest.NAME).write_text(text)
    with pytest.raises(CannotOpenIndex):
        open_index(copied)


def test_every_file_is_missed(whole: Path, tmp_path: Path) -> None:
    """Whichever file is gone, cut or changed by one byte: refused, without a crash in any library."""
    names = sorted(json.loads((whole / manifest.NAME).read_text())["files"])
    assert len(names) > 20
    for number, name in enumerate(names):
        copy = Path(shutil.copytree(whole, tmp_path / f"{number}"))
        path = copy / name
        data = path.read_bytes()
        path.unlink()
        with pytest.raises(CannotOpenIndex, match=r"cannot be read"):
            open_index(copy)
        path.write_bytes(data[: len(data) // 2])
        with pytest.raises(CannotOpenIndex, match="damaged"):
            open_index(copy)
        if data:
            path.write_bytes(bytes([data[0] ^ 255]) + data[1:])
            with pytest.raises(CannotOpenIndex, match="damaged"):
                open_index(copy)


def test_files_that_agree_with_a_manifest_and_not_with_each_other(copied: Path) -> None:
    (copied / "keys.json").write_text('["only one"]')
    counts = {
        name: json.loads((copied / manifest.NAME).read_text())[name] for name in ("rows", "parts", "choices", "facets")
    }
    manifest.write_manifest(copied, **counts, artifacts=8)
    with pytest.raises(CannotOpenIndex):
        open_index(copied)


def test_an_index_is_never_written_over_another(whole: Path) -> None:
    with pytest.raises(FileExistsError):
        build(whole, documents())


def test_an_empty_catalog(tmp_path: Path) -> None:
    assert engine(tmp_path, []).answer("anything at all").found == ()


# --- the next one ----------------------------------------------------------------------------------------------------


def test_an_edit_makes_the_next_index(whole: Path, tmp_path: Path) -> None:
    edited = Document(artifact="mailer", name="Mailer", capability="calendar", description="Plans meetings.")
    added = Document(artifact="birds", name="Birds", capability="bird song", description="Names birds by their song.")
    extend(whole, tmp_path / "next", [edited, added], gone=["chemist"], chosen=CHOSEN)
    engine = Engine(open_index(tmp_path / "next"))
    assert keys(engine.answer("which bird sings here").found)[0] == "birds"
    assert keys(engine.answer("plan a meeting").found)[0] == "mailer"
    assert engine.answer("sort the inbox").found[0].document.description != "Writes drafts of e-mail answers."
    assert "chemist" not in keys(engine.answer("predict how toxic molecules are").found)
    assert len(keys(engine.answer("anything", limit=50).found)) == 8
    # The last index is as it was: its readers notice nothing.
    assert "chemist" in keys(Engine(open_index(whole)).answer("predict how toxic molecules are").found)


def test_an_extended_index_answers_like_one_from_scratch(whole: Path, tmp_path: Path) -> None:
    rows = documents()
    build(tmp_path / "base", rows[:5], CHOSEN)
    extend(tmp_path / "base", tmp_path / "one", [], chosen=CHOSEN)
    with pytest.raises(CannotExtend, match="facet that is new"):
        extend(tmp_path / "one", tmp_path / "two", rows[5:], chosen=CHOSEN)
    build(tmp_path / "all", rows, CHOSEN)
    extend(tmp_path / "all", tmp_path / "same", rows[2:4], chosen=CHOSEN)
    one, other = Engine(open_index(tmp_path / "all")), Engine(open_index(tmp_path / "same"))
    for query in ("translate a document", "free weather", "cat pictures"):
        assert keys(one.answer(query).found) == keys(other.answer(query).found)


def test_choices_stay_where_none_are_given(whole: Path, tmp_path: Path) -> None:
    """An edit need not read them all again; what is gone is not found by them either."""
    extend(whole, tmp_path / "next", documents()[1:2], gone=["weather"])
    opened = open_index(tmp_path / "next")
    assert opened.manifest.choices == len(CHOSEN)
    answer = Engine(opened).answer("turn my podcast into words")
    assert answer.found[0].people == 3
    assert "weather" not in keys(Engine(opened).answer("will it rain", limit=50).found)


def test_a_worn_index_asks_to_be_built(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexes, "MOST_PARTS", 1)
    with pytest.raises(CannotExtend):
        extend(whole, tmp_path / "next", documents()[:1], chosen=())


def test_readers_go_on_while_the_next_one_comes(tmp_path: Path) -> None:
    """Each reader answers from the index it opened, also when that is deleted under it."""
    build(tmp_path / "0", documents(), CHOSEN)
    wrong: list[object] = []

    def read(engine: Engine) -> None:
        for _ in range(20):
            found = keys(engine.answer("turn speech into text").found)
            if found[:1] != ["scribe"]:
                wrong.append(found)

    readers = []
    for number in range(3):
        reader = threading.Thread(target=read, args=[Engine(open_index(tmp_path / str(number)))])
        reader.start()
        readers.append(reader)
        extend(tmp_path / str(number), tmp_path / str(number + 1), documents()[4:6], chosen=CHOSEN)
        shutil.rmtree(tmp_path / str(number))
    for reader in readers:
        reader.join()
    assert wrong == []


def test_what_is_least_apart_in_signs_is_nearest_and_never_too_many():
    draw = np.random.default_rng(2)
    vectors = draw.normal(size=(300, DIMENSIONS)).astype(np.float32)
    far = apart(signs_of(vectors), vectors[7])
    assert far[7] == 0
    assert list(far) == [int(((one > 0) != (vectors[7] > 0)).sum()) % 256 for one in vectors]
    found = least_apart(far, 20)
    assert list(found) == sorted(found)
    assert 7 in found
    assert 20 <= len(found) <= 40
    assert set(np.argsort(far, kind="stable")[:20]) <= set(found)
    assert len(least_apart(np.zeros(300, np.uint8), 20)) == 40
    assert len(least_apart(far, 1_000)) == 300
    behind_ties = np.full(300, 60, np.uint8)
    behind_ties[-5:] = 20
    assert set(range(295, 300)) <= set(least_apart(behind_ties, 20)), "what ties leaves room for what is nearer"
    assert len(least_apart(np.zeros(0, np.uint8), 20)) == 0
    # Whatever a sample makes one guess: here every third row, of which the sample is made, is like no other.
    for odd in (0, 200):
        misleading = draw.integers(90, 120, 9_000).astype(np.uint8)
        misleading[::3] = odd
        found, last = least_apart(misleading, 100), np.sort(misleading)[99]
        assert set(np.flatnonzero(misleading < last)) <= set(found)
        assert 100 <= len(found) <= 200
        assert misleading[found].max() == last
