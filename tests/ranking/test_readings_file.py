"""Readings in a file: bad lines are named and the rest goes on, and the ranks are those of the scoring code."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ranking.formulas import shipped_formula, shipped_text
from ranking.prior import prior
from ranking.readings_file import COLUMNS, WRITTEN, CannotScore, read, write
from ranking.scoring.evidence import Evidence
from ranking.scoring.formula import Scores, scores, tables_on
from tests.ranking.scoring.made import TODAY, catalog

AS_OF = dt.date(1970, 1, 1) + dt.timedelta(days=int(TODAY))
HEAD = ",".join(COLUMNS)
DATES = ("last_commit", "last_release", "created")


def day(number: float) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(number))).isoformat()


def lines(of: Evidence, kind: str = "repo") -> Iterator[str]:
    """Artifact after artifact, so that they are numbered as in the evidence."""
    yield HEAD
    rows = [
        (int(owner), name, when, value)
        for name, it in of.series.items()
        for owner, when, value in zip(it.owner, it.day, it.value, strict=True)
    ]
    for owner, name, when, value in sorted(rows):
        said = day(value) if name in DATES else repr(float(value))
        yield f"a{owner},{kind},{name},{day(when)},{said}"


def written(text: list[str]) -> list[dict[str, str]]:
    out = io.StringIO()
    write(read(text), out, formula=shipped_formula(), as_of=AS_OF)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


@pytest.mark.parametrize(("size", "own"), [(30, False), (230, True)])
def test_a_file_scores_as_the_scoring_code_does(size: int, own: bool) -> None:
    """By the prior where its kind is small, by tables of its own from 200 ranked on."""
    evidence = catalog(size, seed=3, whole=True)
    formula = shipped_formula()
    tables = tables_on(evidence, "repo", formula, TODAY) if own else prior()
    expected: Scores = scores(evidence, kind="repo", tables=tables, formula=formula, as_of=TODAY)
    rows = written(list(lines(evidence)))
    assert tuple(rows[0]) == WRITTEN
    assert [row["artifact"] for row in rows] == [f"a{place}" for place in range(size)]
    for name in ("rank", "low", "high", "percentile", "coverage"):
        column = np.array([float(row[name] or "nan") for row in rows])
        assert column == pytest.approx(getattr(expected, name), abs=1e-5, nan_ok=True), name
    for name in ("momentum", "survival"):
        column = np.array([float(row[name] or "nan") for row in rows])
        assert column == pytest.approx(getattr(expected.trends, name), abs=1e-5), name


def test_lines_that_cannot_be_read_are_named_and_the_rest_goes_on() -> None:
    good = list(lines(catalog(3, whole=True)))
    bad = {
        "a0,repo,stars,2024-10-05,many": "could not convert",
        "a0,spaceship,stars,2024-10-05,3": "there is no kind “spaceship”",
        "a0,repo,starz,2024-10-05,3": "there is no signal “starz”",
        "a0,repo,stars,yesterday,3": "Invalid isoformat",
        "a0,repo,last_commit,2024-10-05,12": "Invalid isoformat",
        "a0,repo,stars": "it has 3 of 5 columns; wanted are artifact, kind, signal, observed_at, value",
    }
    found = read([*good, "", *bad])
    assert len(found.complaints) == len(bad)
    for number, (complaint, words) in enumerate(zip(found.complaints, bad.values(), strict=True), len(good) + 2):
        assert complaint.startswith(f"Line {number}: ")
        assert words in complaint
    assert written([*good, *bad]) == written(good)


@pytest.mark.parametrize("value", ["nan", "inf", "-5", "1e300"])
def test_a_reading_that_cannot_be_used_changes_nothing(value: str) -> None:
    good = list(lines(catalog(3, whole=True)))
    assert written([*good, f"a1,repo,downloads_month,{AS_OF},{value}"]) == written(good)


def test_a_reading_of_a_later_day_changes_nothing() -> None:
    good = list(lines(catalog(3, whole=True)))
    later = AS_OF + dt.timedelta(days=1)
    assert written([*good, f"a1,repo,stars,{later},77"]) == written(good)


def command(tmp_path: Path, rows: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What it complains of."""
    source = tmp_path / "in.csv"
    source.write_text("\n".join(rows) + "\n")
    call_command("score_readings", str(source), str(tmp_path / "out.csv"), as_of=AS_OF)
    return capsys.readouterr().err


def test_a_reading_that_is_not_used_is_told_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = [row for row in lines(catalog(3, whole=True)) if row == HEAD or row.split(",")[2] not in DATES]
    tomorrow = AS_OF + dt.timedelta(days=1)
    bad = {
        f"a0,repo,stars,{tomorrow},77": f"a0, stars on {tomorrow}, 77: not used, since it is later than the day asked",
        f"a1,repo,forks,{AS_OF},-5": f"a1, forks on {AS_OF}, -5: not used, since it is below zero.",
        f"a1,repo,contributors,{AS_OF},nan": f"a1, contributors on {AS_OF}, nan: not used, since it is no number.",
        f"a2,repo,downloads_month,{AS_OF},1e12": "1000000000000: not used, since it is far beyond what came before.",
        f"a2,repo,last_commit,{AS_OF},9999-01-01": "9999-01-01: not used, since it is a day that had not come",
    }
    assert command(tmp_path, good, capsys) == ""
    said = command(tmp_path, [*good, *bad], capsys)
    assert [words for words in bad.values() if words not in said] == []
    assert len(said.splitlines()) == len(bad)
    assert said.splitlines()[-1].startswith("a0, stars on"), "readings of later days come last"


def test_of_many_readings_that_are_not_used_the_rest_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [f"a{place},repo,{name},{AS_OF},-1" for place in range(700) for name in ("stars", "forks")]
    said = command(tmp_path, [HEAD, *many], capsys).splitlines()
    assert len(said) == 21
    assert said[-1] == "... and 1,380 more readings that are not used."


def test_of_what_nothing_is_known_every_chance_is_left_empty() -> None:
    """Readings longer ago than is remembered, none that can be used, and one that says nothing by itself."""
    good = list(lines(catalog(3, whole=True)))
    nothing = ["old,repo,stars,1999-01-01,5", f"bad,repo,stars,{AS_OF},-5", f"born,repo,created,{AS_OF},2020-01-01"]
    rows = {row["artifact"]: row for row in written([*good, *nothing])}
    for name in ("old", "bad", "born"):
        assert rows[name]["survival"] == rows[name]["momentum"] == rows[name]["rank"] == ""
    assert rows["a0"]["survival"] != ""


def test_yes_and_no_are_readings() -> None:
    row = f"a0,repo,has_docs,{AS_OF}"
    with_words, with_numbers = (written([HEAD, f"{row},{said}"]) for said in ("True", "1"))
    assert with_words == with_numbers
    assert with_words[0]["rank"] == ""


def test_columns_come_in_any_order_and_more_are_welcome() -> None:
    good = list(lines(catalog(3, whole=True)))
    turned = [",".join([*reversed(line.split(",")), "more"]) for line in good]
    assert written(turned) == written(good)


def test_missing_columns_are_said() -> None:
    with pytest.raises(CannotScore, match="observed_at, value"):
        read(["artifact,kind,signal"])
    with pytest.raises(CannotScore, match="artifact"):
        read([])


def test_kinds_are_scored_apart() -> None:
    few = list(lines(catalog(3, whole=True)))
    both = [*few, *(line.replace("a", "b", 1).replace(",repo,", ",cli,") for line in few[1:])]
    rows = written(both)
    assert {row["kind"] for row in rows} == {"repo", "cli"}
    assert [row["rank"] for row in rows[:3]] == [row["rank"] for row in rows[3:]]


def test_the_command_writes_a_file_and_tells_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    bad = [f"a0,repo,stars,{AS_OF},no" for _ in range(25)]
    source.write_text("\n".join([*lines(catalog(3, whole=True)), *bad]) + "\n")
    call_command("score_readings", str(source), str(out), as_of=AS_OF)
    said = capsys.readouterr()
    assert "3 ranked, 3 read" in said.out
    assert "5 more lines" in said.err
    assert len(out.read_text().splitlines()) == 4


def test_a_file_as_spreadsheets_write_it_is_read(tmp_path: Path) -> None:
    """Their UTF-8 begins with a mark."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("\n".join(lines(catalog(3, whole=True))) + "\n", encoding="utf-8-sig")
    call_command("score_readings", str(source), str(out), as_of=AS_OF)
    assert len(out.read_text().splitlines()) == 4


def test_the_command_scores_by_another_formula(tmp_path: Path) -> None:
    source, out, other = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "other.yaml"
    source.write_text("\n".join(lines(catalog(3, whole=True))) + "\n")
    call_command("score_readings", str(source), str(out), as_of=AS_OF)
    first = out.read_text()
    other.write_text(shipped_text().replace("deviation: 15", "deviation: 5"))
    call_command("score_readings", str(source), str(out), as_of=AS_OF, formula=other)
    assert out.read_text() != first


def test_the_command_refuses_a_broken_formula_with_its_line(tmp_path: Path) -> None:
    source, other = tmp_path / "in.csv", tmp_path / "other.yaml"
    source.write_text(HEAD + "\n")
    other.write_text(shipped_text().replace("deviation: 15", "deviation: 0"))
    with pytest.raises(CommandError, match=r"refused:\nline \d+: “deviation”"):
        call_command("score_readings", str(source), str(tmp_path / "out.csv"), as_of=AS_OF, formula=other)


@pytest.mark.parametrize(
    "content",
    [None, b"\xff\xfe\x00", b"a,b\n1,2\n", HEAD.encode() + b"\n" + b"x" * 200_000 + b",repo,stars,2026-01-01,1"],
)
@pytest.mark.parametrize("most", [131_072, 10_000_000])
def test_the_command_refuses_what_is_no_file_of_readings(
    tmp_path: Path, request: pytest.FixtureRequest, content: bytes | None, most: int
) -> None:
    """Whatever else in the process has widened what the library takes."""
    before = csv.field_size_limit(most)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    source = tmp_path / "in.csv"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("score_readings", str(source), str(tmp_path / "out.csv"), as_of=AS_OF)
