"""What has changed since: row by row, only what was kept, and a rank by whether it left its band."""

from __future__ import annotations

from typing import Any

import pytest

from ranking.comparison import Subject
from ranking.comparison.changes import Changed, changed
from tests.ranking.comparison.subjects import fact, offering, ranked, subject
from tests.ranking.comparison.test_files import table

OTHER = subject("beta", ranked=ranked(50))


def alpha(**overrides: Any) -> Subject:
    return subject("alpha", **{"ranked": ranked(60), **overrides})


def rows(then: Subject, now: Subject, **options: Any) -> list[Changed]:
    return list(changed(table(then, OTHER), table(now, OTHER), **options))


def test_nothing_new_is_no_change() -> None:
    it = alpha(facts=(fact("context_window", 1_000, 2_000),), offerings=(offering("code"),))
    assert rows(it, it) == []


@pytest.mark.parametrize(("score", "beyond"), [(63.0, False), (65.0, True), (55.0, True)])
def test_a_rank_says_whether_it_left_its_band(score: float, beyond: bool) -> None:
    (found,) = rows(alpha(), alpha(ranked=ranked(score)))
    assert (found.name, found.slug, found.beyond_band) == ("rank", "alpha", beyond)
    assert found.then == "60 (56–64)"


def test_what_follows_from_the_rank_is_not_told_again() -> None:
    assert {row.name for row in rows(alpha(), alpha(ranked=ranked(90)))} == {"rank"}


def test_a_fact_says_what_it_said_then() -> None:
    before, after = alpha(facts=(fact("context_window", 32_000),)), alpha(facts=(fact("context_window", 64_000),))
    assert rows(before, after) == [
        Changed("context_window", "Context window", "alpha", "32\u202f000 tokens", "64\u202f000 tokens")
    ]
    assert rows(alpha(), after)[0].then == "unknown"
    assert rows(before, alpha())[0].now == "unknown"


def test_a_dispute_that_came_up_since_is_a_change() -> None:
    before, after = alpha(facts=(fact("context_window", 1),)), alpha(facts=(fact("context_window", 1, 9),))
    assert rows(before, after)[0].now.endswith("(disputed)")


def test_a_capability_is_told_by_itself_however_rows_are_joined() -> None:
    before, after = alpha(offerings=(offering("code"),)), alpha(offerings=(offering("code"), offering("chat")))
    (gained,) = rows(before, after)
    assert (gained.name, gained.then, gained.now) == ("capability.chat", "unknown", "has it")
    (lost,) = rows(after, before)
    assert (lost.then, lost.now) == ("has it", "unknown")


def test_of_facts_that_nobody_kept_nothing_is_said() -> None:
    """Only the rank: otherwise all that is known today would pass for new."""
    after = alpha(ranked=ranked(61), facts=(fact("context_window", 64_000),), offerings=(offering("code"),))
    assert [row.name for row in rows(alpha(), after, without_facts={"alpha"})] == ["rank"]
