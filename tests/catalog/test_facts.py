"""Which of several values is stated, and when they are disputed."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import Origin
from catalog.facts import Said, verdict_of
from catalog.factsheet import FACTS

WINDOW = FACTS["context_window"]
JANUARY, MARCH, MAY = (dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (1, 3, 5))
_ids = count(1)


def said(value: Any, origin: str = Origin.OBSERVED, **more: Any) -> Said:
    return Said(id=next(_ids), value=value, origin=origin, **more)


def stated(*values: Said) -> Any:
    verdict = verdict_of(values, WINDOW)
    assert verdict.stated is not None
    return verdict.stated.value


def disputed(*values: Said) -> bool:
    return verdict_of(values, WINDOW).is_disputed


def test_nobody_says_anything() -> None:
    verdict = verdict_of([], WINDOW)
    assert verdict.stated is None
    assert not verdict.is_disputed


def test_one_value_is_stated_and_undisputed() -> None:
    assert stated(said(1_000)) == 1_000
    assert not disputed(said(1_000))


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        (Origin.EDITOR, Origin.OWNER),
        (Origin.OWNER, Origin.OBSERVED),
        (Origin.OBSERVED, Origin.AI),
        (Origin.EDITOR, Origin.AI),
    ],
)
def test_precedence_editor_owner_observed_ai(higher: str, lower: str) -> None:
    for values in ([said(1_000, higher), said(9_000, lower)], [said(9_000, lower), said(1_000, higher)]):
        assert stated(*values) == 1_000


def test_precedence_beats_number_and_age() -> None:
    crowd = [said(9_000, retrieved_on=dt.date(2026, 5, day)) for day in range(1, 6)]
    assert stated(said(1_000, Origin.OWNER, retrieved_on=dt.date(2020, 1, 1)), *crowd) == 1_000


def test_a_locked_value_beats_a_higher_origin() -> None:
    assert stated(said(1_000, Origin.EDITOR), said(9_000, Origin.OBSERVED, is_locked=True)) == 9_000


def test_within_one_origin_the_majority_wins_over_the_newest() -> None:
    newest = said(9_000, retrieved_on=dt.date(2026, 5, 31))
    assert stated(newest, said(1_000, retrieved_on=dt.date(2020, 1, 1)), said(1_000)) == 1_000


def test_values_within_tolerance_support_each_other() -> None:
    assert stated(said(9_000, retrieved_on=dt.date(2026, 5, 31)), said(32_000), said(32_768)) in (32_000, 32_768)


def test_where_as_many_say_each_the_newest_wins_and_a_dated_one_beats_an_undated() -> None:
    assert stated(said(1_000, retrieved_on=dt.date(2025, 1, 1)), said(9_000, retrieved_on=dt.date(2026, 1, 1))) == 9_000
    assert stated(said(1_000), said(9_000, retrieved_on=dt.date(1999, 1, 1))) == 9_000


def test_a_full_tie_goes_to_the_older_row() -> None:
    first, second = said(1_000), said(9_000)
    assert stated(second, first) == stated(first, second) == 1_000


def test_sources_that_disagree_make_a_dispute_that_names_the_others() -> None:
    one, other, rounded = said(32_000), said(65_536), said(32_768)
    verdict = verdict_of([one, other, rounded], WINDOW)
    assert verdict.is_disputed
    assert verdict.others == (other,)


def test_sources_within_tolerance_make_none() -> None:
    assert not disputed(said(32_000), said(32_768))


def test_ai_never_disputes_but_is_listed() -> None:
    ai = said(9_000, Origin.AI)
    verdict = verdict_of([said(1_000), ai], WINDOW)
    assert not verdict.is_disputed
    assert verdict.others == (ai,)


def test_what_only_ai_states_is_disputed_by_anybody_else_but_not_by_another_ai() -> None:
    assert not disputed(said(1_000, Origin.AI), said(9_000, Origin.AI))
    relative = said(9_000, is_own=False)
    assert disputed(said(1_000, Origin.AI), relative)


def test_an_owner_disputes_an_editor_until_it_is_settled() -> None:
    assert disputed(said(1_000, Origin.EDITOR), said(9_000, Origin.OWNER))
    settled = said(1_000, Origin.EDITOR, settled_at=MARCH)
    assert not disputed(settled, said(9_000, Origin.OWNER, recorded_at=JANUARY))


def test_a_settled_value_is_stated_whatever_its_origin() -> None:
    settled = said(1_000, Origin.AI, settled_at=MARCH)
    assert stated(settled, said(9_000, Origin.EDITOR, is_locked=True), said(9_000)) == 1_000


def test_the_latest_settlement_counts() -> None:
    assert stated(said(1_000, settled_at=JANUARY), said(9_000, settled_at=MARCH)) == 9_000


@pytest.mark.parametrize(("recorded_at", "reopens"), [(JANUARY, False), (MARCH, False), (None, False), (MAY, True)])
def test_a_contradiction_written_down_after_the_settlement_reopens_the_dispute(
    recorded_at: dt.datetime, reopens: bool
) -> None:
    settled = said(1_000, settled_at=MARCH)
    assert disputed(settled, said(9_000, recorded_at=recorded_at)) is reopens
    assert stated(settled, said(9_000, recorded_at=recorded_at)) == 1_000


def test_agreement_after_the_settlement_reopens_nothing() -> None:
    assert not disputed(said(32_000, settled_at=MARCH), said(32_768, recorded_at=MAY))


def test_a_new_ai_value_reopens_nothing() -> None:
    assert not disputed(said(1_000, settled_at=MARCH), said(9_000, Origin.AI, recorded_at=MAY))


def test_a_relative_disputes_but_is_never_stated() -> None:
    relative = said(65_536, Origin.EDITOR, is_own=False, is_locked=True)
    verdict = verdict_of([relative, said(32_768)], WINDOW)
    assert verdict.stated is not None
    assert verdict.stated.value == 32_768
    assert verdict.is_disputed
    assert verdict_of([relative], WINDOW).stated is None


values = st.builds(
    said,
    st.sampled_from([1_000, 1_010, 2_000, 9_000]),
    st.sampled_from(Origin.values),
    retrieved_on=st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2026, 1, 1)),
    recorded_at=st.sampled_from([JANUARY, MARCH, MAY]),
    settled_at=st.none() | st.sampled_from([JANUARY, MARCH]),
    is_locked=st.booleans(),
    is_own=st.booleans(),
)


@given(st.lists(values, max_size=6), st.randoms())
def test_the_verdict_does_not_depend_on_the_order_of_the_values(heard: list[Said], random: Any) -> None:
    verdict = verdict_of(heard, WINDOW)
    shuffled = random.sample(heard, len(heard))
    again = verdict_of(shuffled, WINDOW)
    assert (again.stated, again.is_disputed, set(again.others)) == (
        verdict.stated,
        verdict.is_disputed,
        set(verdict.others),
    )
    if verdict.stated is not None:
        assert verdict.stated.is_own
        assert all(not WINDOW.agrees(other.value, verdict.stated.value) for other in verdict.others)
    if all(value.origin == Origin.AI for value in heard):
        assert not verdict.is_disputed
