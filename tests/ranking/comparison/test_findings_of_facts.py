"""The rules about facts and benchmarks, where the table supports them and where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ranking.comparison.tables import a_fact, a_result, a_subject, a_table, favoured, pair, texts


def context(value: int, state: str = "known", *others: int) -> dict[str, Any]:
    return {"facts": (a_fact("context_window", value, state, *others),)}


def test_a_larger_context_window_is_better_where_nobody_disputes_it() -> None:
    table = pair(context(200_000), context(100_000))
    assert texts(table, "larger") == [
        "Ant has the larger context window: 200\u202f000 tokens against 100\u202f000 tokens, twice as much."
    ]
    assert favoured(table, "larger") == [("ant",)]
    assert texts(pair(context(200_000, "disputed", 1), context(100_000)), "larger") == []
    assert texts(pair(context(200_000), {}), "larger") == []
    ant, bee = a_subject("ant", **context(200_000)), a_subject("bee", **context(100_000))
    disputed = a_table(ant, bee, a_subject("cat", **context(64_000, "disputed", 1)), a_subject("dog"))
    assert texts(disputed, "larger") == [
        (
            "Ant has the larger context window of the two that nobody disputes: "
            "200\u202f000 tokens against 100\u202f000 tokens of Bee, twice as much. That of Dog is not known."
        )
    ]
    assert len([text for text in texts(disputed, "disputed") if "context window of Cat" in text]) == 1
    assert texts(pair(context(131_072), context(131_000)), "larger") == [], "the same, rounded"


def test_what_only_its_owner_says_is_told_and_wins_nothing() -> None:
    table = pair(context(200_000, "owner"), context(100_000))
    assert "200\u202f000 tokens (its owner says so)" in texts(table, "larger")[0]
    assert favoured(table, "larger") == [()]


def test_more_parameters_are_not_better() -> None:
    table = pair({"facts": (a_fact("parameters_total", 10**12),)}, {"facts": (a_fact("parameters_total", 10**9),)})
    assert [finding.rule for finding in table.verdict.findings] == ["unranked"]


APART = ". The intervals lie apart."
BARE = " without an interval, so the difference may be chance."


@pytest.mark.parametrize(
    ("one", "other", "text", "favours"),
    [
        (
            a_result("80", "78", "82"),
            a_result("70", "68", "72"),
            f"Ant does better on Quiz 1, points: Ant at 80 (78–82), Bee at 70 (68–72){APART}",
            ("ant",),
        ),
        (
            a_result("8", "7", "9", higher_is_better=False),
            a_result("5", "4", "6", higher_is_better=False),
            f"Bee does better on Quiz 1, points: Bee at 5 (4–6), Ant at 8 (7–9){APART}",
            ("bee",),
        ),
        (
            a_result("80", "78", "82", standing="claimed"),
            a_result("70", "68", "72"),
            f"Ant does better on Quiz 1, points: Ant at 80 (78–82) (claimed by its maker), Bee at 70 (68–72){APART}",
            (),
        ),
        (
            a_result("80"),
            a_result("70"),
            f"On Quiz 1, points: Ant at 80, Bee at 70; these scores are{BARE}",
            (),
        ),
        (
            a_result("80", "78", "82"),
            a_result("70"),
            f"On Quiz 1, points: Ant at 80 (78–82), Bee at 70; the score of Bee is{BARE}",
            (),
        ),
    ],
)
def test_a_benchmark_decides_only_by_intervals_that_lie_apart(one: Any, other: Any, text: str, favours: Any) -> None:
    table = pair({"results": (one,)}, {"results": (other,)})
    assert (texts(table, "benchmark"), favoured(table, "benchmark")) == ([text], [favours])


@pytest.mark.parametrize(
    "other",
    [
        a_result("79", "76", "81"),  # overlaps
        a_result("70", "68", "72", version="2"),  # another version is another measurement
        a_result("70", "68", "72", benchmark="Test"),
        a_result("80", "78", "82"),
    ],
)
def test_other_results_decide_nothing(other: Any) -> None:
    table = pair({"results": (a_result("80", "78", "82"),)}, {"results": (other,)})
    assert texts(table, "benchmark") == []


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        ("2026-05-31", "2025-01-02", ["Ant was last updated on 31 May 2026, Bee on 2 January 2025."]),
        ("2026-05", "2025-01-02", ["Ant was last updated in May 2026, Bee on 2 January 2025."]),
        ("2026-05-31", "2026-01-02", []),
        ("2026", "2025-12-31", []),  # 2026 may mean its first day
        ("2026-05-31", None, []),
    ],
)
def test_what_was_left_alone_half_a_year_longer_is_named(one: str, other: str | None, text: list[str]) -> None:
    facts = [{"facts": (a_fact("last_updated", date),) if date else ()} for date in (one, other)]
    assert texts(pair(*facts), "updated") == text


def test_descent_deprecation_and_disputes_are_named() -> None:
    table = a_table(
        a_subject("ant", derived_from=("bee",), **context(32_000, "disputed", 64_000)),
        a_subject("bee", is_deprecated=True, **context(64_000, "disputed", 32_000)),
    )
    assert texts(table, "derived") == ["Ant is derived from Bee."]
    assert texts(table, "deprecated") == ["Bee is deprecated: kept for the record, no longer recommended."]
    assert favoured(table, "deprecated") == [("ant",)]
    assert texts(table, "disputed") == [
        "Sources disagree about the context window of Ant and Bee; nothing said here rests on that."
    ]
    plain = a_table(a_subject("ant"), a_subject("bee"))
    assert [finding.rule for finding in plain.verdict.findings] == ["unranked"]


def test_choices_are_told_with_how_often_it_was_shown() -> None:
    table = pair({"shown": 1200, "chosen": 300}, {"shown": 0, "chosen": 0})
    assert texts(table, "chosen") == ["Chosen when it was shown for an intent: Ant in 300 of 1\u202f200 cases."]
    assert texts(pair({"shown": 0, "chosen": 0}, {}), "chosen") == []
    assert texts(pair({"shown": 1200, "chosen": 300, "counts_sample": True}, {}), "chosen") == []


def test_more_than_nothing_is_larger_and_no_multiple_of_it() -> None:
    """A source may say 0; the page shows it and does not fail."""
    assert texts(pair(context(5), context(0)), "larger") == [
        "Ant has the larger context window: 5 tokens against 0 tokens."
    ]


def test_benchmarks_whose_names_differ_by_a_sign_have_findings_of_their_own() -> None:
    """HumanEval+ is not HumanEval: each finding stands on the row it is about."""
    table = pair(
        {"results": (a_result("80", benchmark="HumanEval"), a_result("50", benchmark="HumanEval+"))},
        {"results": (a_result("70", benchmark="HumanEval"), a_result("60", benchmark="HumanEval+"))},
    )
    found = [it for it in table.verdict.findings if it.rule == "benchmark"]
    assert len(found) == 2
    assert len({it.rows for it in found}) == 2
    for it in found:
        row = table.row(it.rows[0])
        assert row is not None
        assert f"{row.label}:" in it.text
