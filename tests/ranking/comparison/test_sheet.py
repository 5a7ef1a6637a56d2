"""Rows of facts: the same thing on one row, unknown and disputed told apart, nothing shown of which nobody knows."""

from __future__ import annotations

from ranking.comparison.preferences import Workload
from ranking.comparison.sheet import fact_rows
from ranking.comparison.subject import Subject
from ranking.comparison.table import Cell, FactRow, State
from tests.ranking.comparison.subjects import fact, ranked, result, subject


def rows(*subjects: Subject) -> dict[str, FactRow]:
    return {row.name: row for row in fact_rows(subjects, Workload())}


def states(row: FactRow) -> list[State]:
    return [cell.state for cell in row.cells]


def test_what_is_known_of_nobody_has_no_row() -> None:
    assert "context_window" not in rows(subject("a"), subject("b"))
    assert "verified" not in rows(subject("a"), subject("b"))
    assert "shown" not in rows(subject("a"), subject("b"))


def test_a_value_of_one_only_leaves_the_other_unknown_and_is_no_difference() -> None:
    row = rows(subject("a", facts=(fact("context_window", 32_000),)), subject("b"))["context_window"]
    assert states(row) == [State.KNOWN, State.UNKNOWN]
    assert not row.differs
    assert row.cells[1].note


def test_values_within_their_tolerance_are_no_difference() -> None:
    def of(size: int) -> Subject:
        return subject(f"of-{size}", facts=(fact("parameters_total", size),))

    near, far = (of(141 * 10**9), of(140_600_000_000)), (of(141 * 10**9), of(47 * 10**9))
    assert not rows(*near)["parameters_total"].differs
    assert rows(*far)["parameters_total"].differs


def test_a_disputed_value_shows_what_each_says() -> None:
    cell = rows(subject("a", facts=(fact("context_window", 64_000, 32_000),)), subject("b"))["context_window"].cells[0]
    assert cell.state == State.DISPUTED
    assert not cell.is_known
    assert "or" in cell.note
    assert [statement.value for statement in cell.said] == [64_000, 32_000]


def test_a_fact_that_the_kind_does_not_have_does_not_apply() -> None:
    row = rows(subject("a", facts=(fact("context_window", 1),)), subject("b", kind="dataset"))["context_window"]
    assert states(row) == [State.KNOWN, State.DOES_NOT_APPLY]


def test_a_stale_value_is_known_and_says_so() -> None:
    cell = rows(subject("a", facts=(fact("version", "1", state="stale"),)), subject("b"))["version"].cells[0]
    assert (cell.state, cell.mark) == (State.KNOWN, "stale")


def test_a_rank_shows_its_band_and_components_and_no_data_for_what_has_none() -> None:
    found = rows(subject("a", ranked=ranked(57)), subject("b", ranked=ranked(58)))
    assert found["rank"].cells[0].text == "57 (53–61)"
    assert found["rank"].cells[0].value == {"score": 57, "low": 53, "high": 61}
    assert "match" not in found
    assert found["adoption"].cells[1].text == "58"


def test_what_is_not_ranked_is_unknown_with_the_reason() -> None:
    row = rows(subject("a", ranked=ranked(57)), subject("b"))["rank"]
    assert states(row) == [State.KNOWN, State.UNKNOWN]
    assert "not enough evidence" in row.cells[1].note


def test_results_stand_side_by_side_only_where_they_were_measured_alike() -> None:
    found = rows(
        subject("a", results=(result("8.3"), result("70", benchmark="MMLU", version="5-shot"))),
        subject("b", results=(result("7.9"), result("71", benchmark="MMLU", version="0-shot"))),
    )
    assert found["benchmark.mt-bench-score"].differs
    assert found["benchmark.mt-bench-score"].better == 1
    assert states(found["benchmark.mmlu-5-shot-score"]) == [State.KNOWN, State.UNKNOWN]


def test_no_two_rows_have_one_name() -> None:
    """Findings, links and reports of errors name a row; a sign or another script makes another benchmark."""
    called = ("HumanEval", "HumanEval+", "HumanEval!", "中文", "日本", "+", "!")
    several = tuple(result("8.3", benchmark=name) for name in called)
    names = [row.name for row in fact_rows([subject("a", results=several), subject("b")], Workload())]
    assert len(names) == len(set(names))


def test_what_somebody_else_measured_stands_before_what_its_maker_claims() -> None:
    claim = result("9.9", standing="claimed", standing_label="Claimed by its maker")
    cell = rows(subject("a", results=(claim, result("8.3"))), subject("b"))["benchmark.mt-bench-score"].cells[0]
    assert (cell.text, cell.mark, len(cell.said)) == ("8.3", "", 2)


def test_counts_of_matches_appear_once_somebody_counts() -> None:
    row: FactRow = rows(subject("a", shown=1_200, chosen=30), subject("b"))["shown"]
    assert row.cells[0] == Cell(State.KNOWN, 1_200, "1\u202f200")
    assert row.cells[1].state == State.UNKNOWN


def test_counts_of_made_up_searches_say_so() -> None:
    row: FactRow = rows(subject("a", shown=9, chosen=3, counts_sample=True), subject("b"))["chosen"]
    assert "made-up" in row.cells[0].note.lower()
