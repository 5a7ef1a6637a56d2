"""How sure one can be of an offering, by its evidence."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import Origin, SourceKind
from catalog.confidence import (
    AI_SHARE,
    DIRECTNESS,
    HALF_LIFE_DAYS,
    OWNER_CEILING,
    UNDATED_DAYS,
    Level,
    Witness,
    confidence_of,
)

TODAY = dt.date(2026, 6, 1)


def witness(
    voice: str = "a",
    kind: str = SourceKind.DOCUMENTATION,
    *,
    owner: bool = False,
    days: int | None = 0,
    ai: bool = False,
) -> Witness:
    dated_on = None if days is None else TODAY - dt.timedelta(days=days)
    return Witness(voice, kind, owner, dated_on, Origin.AI if ai else Origin.OBSERVED)


def score(*witnesses: Witness) -> float:
    return confidence_of(witnesses, TODAY).score


def test_without_evidence_there_is_no_confidence() -> None:
    nothing = confidence_of([], TODAY)
    assert (nothing.level, nothing.score, nothing.label) == (Level.NONE, 0.0, "No evidence")
    assert nothing.reason == "Nobody has shown a source for this yet."


@pytest.mark.parametrize("kind", SourceKind.values)
def test_one_fresh_source_is_worth_its_directness(kind: str) -> None:
    assert score(witness(kind=kind)) == pytest.approx(DIRECTNESS[SourceKind(kind)], abs=0.001)


def test_independent_sources_add_up_like_independent_chances() -> None:
    assert score(witness("a"), witness("b")) == pytest.approx(1 - 0.45 * 0.45, abs=0.001)


def test_one_voice_counts_once_by_its_best() -> None:
    best = witness("a", SourceKind.CODE)
    assert score(best, witness("a"), witness("a", SourceKind.PAPER)) == score(best)


def test_age_halves_a_source() -> None:
    assert score(witness(kind=SourceKind.CODE, days=HALF_LIFE_DAYS)) == pytest.approx(0.4, abs=0.001)
    assert score(witness(days=1)) > score(witness(days=400)) > score(witness(days=4_000))


def test_an_undated_source_counts_as_a_year_old() -> None:
    assert score(witness(days=None)) == score(witness(days=UNDATED_DAYS))


def test_a_date_in_the_future_is_worth_no_more_than_today() -> None:
    assert score(witness(days=-300)) == score(witness(days=0))


def test_what_an_ai_read_counts_by_its_share() -> None:
    assert score(witness(ai=True)) == pytest.approx(score(witness()) * AI_SHARE, abs=0.001)


def test_the_owner_alone_never_passes_the_ceiling() -> None:
    crowd = [witness(f"owner {n}", SourceKind.MEASUREMENT, owner=True) for n in range(20)]
    assert score(*crowd) == pytest.approx(OWNER_CEILING, abs=0.001)
    assert confidence_of(crowd, TODAY).level == Level.MEDIUM


def test_the_owners_code_shows_itself() -> None:
    assert score(witness(kind=SourceKind.CODE, owner=True)) == score(witness(kind=SourceKind.CODE))


def test_a_fresh_claim_of_the_owner_does_not_stand_in_for_its_older_code() -> None:
    """The measurement weighs more at first sight, but as a claim it is capped below what the code shows."""
    code = witness("owner", SourceKind.CODE, owner=True, days=100)
    assert score(code) > OWNER_CEILING
    assert score(code, witness("owner", SourceKind.MEASUREMENT, owner=True)) >= score(code)


def test_an_independent_source_passes_the_owners_ceiling() -> None:
    owners = [witness(f"owner {n}", SourceKind.PAPER, owner=True) for n in range(5)]
    assert score(*owners, witness("b", SourceKind.MEASUREMENT)) > OWNER_CEILING


@pytest.mark.parametrize(
    ("witnesses", "level"),
    [
        ([witness(kind=SourceKind.ANNOUNCEMENT, owner=True)], Level.LOW),
        ([witness(kind=SourceKind.REPORT)], Level.LOW),
        ([witness(kind=SourceKind.REGISTRY)], Level.MEDIUM),
        ([witness(kind=SourceKind.CODE)], Level.HIGH),
        ([witness("a"), witness("b")], Level.HIGH),
        ([witness("a", days=900)], Level.LOW),
    ],
)
def test_level(witnesses: list[Witness], level: Level) -> None:
    assert confidence_of(witnesses, TODAY).level == level


@pytest.mark.parametrize(
    ("witnesses", "sentence"),
    [
        (
            [witness(owner=True, days=10)],
            "Only its own publisher says so, in documentation; dated within the last two months.",
        ),
        (
            [witness(kind=SourceKind.CODE, days=100)],
            "One independent source: the code or its tool list; the newest is 3 months old.",
        ),
        (
            [witness("a", days=800), witness("b", SourceKind.PAPER, days=800)],
            "Two independent sources; the strongest is a paper; the newest is 2 years old.",
        ),
        (
            [witness("a", owner=True, days=None), witness("b", SourceKind.MEASUREMENT, days=None)],
            "Two sources, one of them independent; the strongest is a measurement; undated.",
        ),
        (
            [witness(str(n)) for n in range(12)],
            "12 independent sources; the strongest is documentation; dated within the last two months.",
        ),
    ],
)
def test_the_reason_says_from_what(witnesses: list[Witness], sentence: str) -> None:
    assert confidence_of(witnesses, TODAY).reason == sentence


# The artifact's publisher is one voice; everybody else is independent of it.
witnesses = st.builds(
    lambda voice, kind, days, ai: witness(voice, kind, owner=voice == "owner", days=days, ai=ai),
    st.sampled_from(["owner", "a", "b", "c"]),
    st.sampled_from(SourceKind.values),
    st.none() | st.integers(-100, 5_000),
    st.booleans(),
)


@given(st.lists(witnesses, max_size=8))
def test_the_score_lies_between_0_and_1_and_the_level_follows_it(heard: list[Witness]) -> None:
    confidence = confidence_of(heard, TODAY)
    assert 0 <= confidence.score <= 1
    assert (confidence.level == Level.NONE) == (not heard)
    assert confidence.reason.endswith(".")


@given(st.lists(witnesses, max_size=6), witnesses)
def test_more_evidence_never_lowers_the_score(heard: list[Witness], further: Witness) -> None:
    assert score(*heard, further) >= score(*heard)


@given(st.lists(witnesses, min_size=1, max_size=6), st.randoms())
def test_the_order_of_the_evidence_does_not_matter(heard: list[Witness], random: Random) -> None:
    assert score(*random.sample(heard, len(heard))) == pytest.approx(score(*heard), abs=0.001)
