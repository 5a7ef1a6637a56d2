"""What looks and time make of a claim, table by table."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.choices import ClaimState, Outcome
from claims.standing import (
    BADGE_FOR,
    CHALLENGE_FOR,
    RIGHTS_FOR,
    SUSPENDED_FOR,
    Standing,
    next_look,
    passed,
    seen,
)

NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
STANDS = Standing(ClaimState.PROVEN, NOW - 9 * DAY, last_present_at=NOW)


def walked(standing: Standing, *looks: tuple[Outcome, float]) -> Standing:
    """Looks so many hours after NOW."""
    for outcome, hours in looks:
        standing = seen(standing, outcome, now=NOW + hours * HOUR)
    return standing


def test_a_challenge_that_is_met_proves_the_claim() -> None:
    after = seen(Standing(ClaimState.PENDING, NOW), Outcome.PRESENT, now=NOW)
    assert after.state == ClaimState.PROVEN
    assert after.badge_until() == NOW + 7 * DAY
    assert after.rights_until() == NOW + 14 * DAY


@pytest.mark.parametrize("outcome", [Outcome.ABSENT, Outcome.UNKNOWN, Outcome.MISMATCH])
def test_a_challenge_that_is_not_met_goes_on_waiting(outcome: Outcome) -> None:
    waiting = Standing(ClaimState.PENDING, NOW)
    assert seen(waiting, outcome, now=NOW) == waiting


def test_the_third_absence_suspends_two_days_after_the_first() -> None:
    absent = Outcome.ABSENT
    assert walked(STANDS, (absent, 24), (absent, 44)).state == ClaimState.PROVEN
    assert walked(STANDS, (absent, 24), (absent, 44), (absent, 64)).state == ClaimState.PROVEN, "only 40 hours"
    assert walked(STANDS, (absent, 24), (absent, 44), (absent, 64), (absent, 84)).state == ClaimState.SUSPENDED
    assert walked(STANDS, (absent, 24), (absent, 48), (absent, 72)).state == ClaimState.SUSPENDED


def test_absences_are_counted_in_a_row() -> None:
    absent, present = Outcome.ABSENT, Outcome.PRESENT
    after = walked(STANDS, (absent, 24), (absent, 48), (present, 60), (absent, 84), (absent, 108))
    assert (after.state, after.absent_count) == (ClaimState.PROVEN, 2)


def test_not_being_able_to_look_takes_nothing_away_and_confirms_nothing() -> None:
    after = walked(STANDS, *((Outcome.UNKNOWN, 24.0 * day) for day in range(1, 8)))
    assert after.state == ClaimState.PROVEN
    assert after.badge_until() == NOW + BADGE_FOR, "the badge lapses by itself"
    assert passed(after, now=NOW + RIGHTS_FOR - HOUR).state == ClaimState.PROVEN
    assert passed(after, now=NOW + RIGHTS_FOR).state == ClaimState.SUSPENDED


def test_another_thing_at_its_place_suspends_at_once() -> None:
    after = seen(STANDS, Outcome.MISMATCH, now=NOW + HOUR)
    assert (after.state, after.suspended_at) == (ClaimState.SUSPENDED, NOW + HOUR)
    assert after.badge_until() is None


def test_what_is_suspended_comes_back_with_its_proof_and_ends_after_thirty_days() -> None:
    gone = seen(STANDS, Outcome.MISMATCH, now=NOW)
    assert seen(gone, Outcome.PRESENT, now=NOW + 20 * DAY).state == ClaimState.PROVEN
    assert passed(gone, now=NOW + SUSPENDED_FOR - HOUR).state == ClaimState.SUSPENDED
    assert passed(gone, now=NOW + SUSPENDED_FOR).state == ClaimState.RELEASED


def test_a_challenge_runs_out() -> None:
    waiting = Standing(ClaimState.PENDING, NOW)
    assert passed(waiting, now=NOW + CHALLENGE_FOR - HOUR).state == ClaimState.PENDING
    assert passed(waiting, now=NOW + CHALLENGE_FOR).state == ClaimState.EXPIRED


@pytest.mark.parametrize("state", [ClaimState.RELEASED, ClaimState.REVOKED, ClaimState.EXPIRED])
def test_what_is_over_stays_over(state: ClaimState) -> None:
    over = Standing(state, NOW)
    for outcome in Outcome:
        assert seen(over, outcome, now=NOW) == over
    assert passed(over, now=NOW + 365 * DAY) == over


@given(
    looks=st.lists(
        st.tuples(st.sampled_from([Outcome.ABSENT, Outcome.UNKNOWN, Outcome.MISMATCH]), st.floats(18, 30)), max_size=40
    )
)
def test_without_its_proof_no_badge_outlives_a_week(looks: list[tuple[Outcome, float]]) -> None:
    standing, hours = STANDS, 0.0
    for outcome, gap in looks:
        hours += gap
        standing = seen(standing, outcome, now=NOW + hours * HOUR)
        until = standing.badge_until()
        assert until is None or until <= NOW + BADGE_FOR
        rights = standing.rights_until()
        assert rights is None or rights <= NOW + RIGHTS_FOR


@given(draw=st.floats(0, 1))
def test_looks_are_a_day_apart_by_a_quarter_more_or_less(draw: float) -> None:
    assert 18 * HOUR <= next_look(NOW, draw) - NOW <= 30 * HOUR
