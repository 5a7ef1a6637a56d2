"""`match_offline`: the same engine over files."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

DATA = Path(__file__).parents[2] / "data" / "match"


def run(tmp_path: Path, **files: str) -> dict[str, list[str]]:
    places = []
    for name in ("corpus", "feedback", "queries"):
        path = DATA / f"{name}.jsonl"
        if name in files:
            path = tmp_path / name
            path.write_text(files[name])
        places.append(str(path))
    call_command("match_offline", *places, str(tmp_path / "run.tsv"))
    found = defaultdict(list)
    for number, line in enumerate((tmp_path / "run.tsv").read_text().splitlines()):
        query, artifact, rank, score = line.split("\t")
        found[query].append(artifact)
        assert int(rank) == len(found[query]), number
        float(score)
    return dict(found)


def test_a_run(tmp_path: Path) -> None:
    """Without any table: no database is allowed here. Each artifact stands once, however many capabilities it has."""
    found = run(tmp_path)
    assert found["q1"][0] == "polyglot"
    assert found["q2"][0] == "untold"
    assert found["q4"][0] == "bare"
    assert "q3" not in found
    assert sorted(found["q1"]) == ["bare", "painter", "polyglot", "scribe", "untold"]


def test_no_choices(tmp_path: Path) -> None:
    assert run(tmp_path, feedback="")["q1"][0] == "polyglot"


def test_nothing_to_find(tmp_path: Path) -> None:
    assert run(tmp_path, corpus="") == {}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"corpus": "{"}, "Line 1 of the corpus is no JSON"),
        ({"feedback": "\n[]"}, "Line 2 of the feedback is no JSON object"),
        ({"queries": '{"id": "q", "query": ["x"]}'}, "query in line 1 of the queries"),
        ({"corpus": '{"id": "a", "capabilities": "x"}'}, "capabilities in line 1 of the corpus"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(tmp_path, **files)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("match_offline", "nowhere", "nowhere", "nowhere", str(tmp_path / "run.tsv"))
