"""What an owner is told of a week: what is nobody's in particular, rounded, and only from since it is theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Artifact, ArtifactTally
from claims.choices import ClaimState, ProofState, Role
from claims.models import Claim, Member, Proof, SignIn, ToldWeek
from claims.numbers import Numbers, last_weeks, numbers_of
from claims.telling_weeks import due, tell, tell_weeks
from ranking.graph.actors import network_digest, period_of
from ranking.graph.folding import fold
from ranking.graph.weeks import Told, week_of
from ranking.models import Intent
from tests import cast
from tests.factories import make_artifact, make_offering
from tests.ranking.graph.events import NOW, choose, search

pytestmark = pytest.mark.django_db
#: The week before NOW, which is a Monday; all of it lies in one period of thirty days.
WEEK = dt.date(2026, 11, 9)
LONG_AGO = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
#: When the week may be told: feedback comes up to a day after its search.
LATER = dt.datetime(2026, 11, 17, 5, tzinfo=dt.UTC)
NEED = "transcribe a podcast"


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def scribe() -> Artifact:
    return make_artifact(name="Scribe", slug="scribe", kind="mcp")


@pytest.fixture
def rival() -> Artifact:
    return make_artifact(name="Rival", slug="rival", kind="mcp")


def held(artifact: Artifact, *, since: dt.datetime = LONG_AGO, state: str = ClaimState.PROVEN) -> Claim:
    claim = Claim.objects.create(
        artifact=artifact, opened_by=cast.olga(), state=state, opened_at=since, first_proven_at=since
    )
    Member.objects.create(claim=claim, user=cast.olga(), role=Role.OWNER, since=since)
    Proof.objects.create(
        claim=claim, method="dns", place="maker.dev", scope="maker.dev", token=f"t{claim.pk}",
        state=ProofState.STANDING, issued_at=since, first_present_at=since, last_present_at=LATER,
    )  # fmt: skip
    return claim


def asked(
    *shown: Artifact,
    people: int,
    days: Sequence[float] = (1, 2, 3),
    text: str = NEED,
    took: Artifact | None = None,
    took_by: int | None = None,
    first: int = 1,
    **given: Any,
) -> None:
    """Each of these people once, spread over these days before NOW; the first `took_by` of them choose."""
    for number in range(people):
        one = search(text, *shown, who=first + number, ago=days[number % len(days)], **given)
        if took is not None and (took_by is None or number < took_by):
            choose(one, took)


def told(artifact: Artifact, **given: Any) -> Told:
    fold(now=NOW)
    return week_of(artifact.pk, WEEK, **{"since": LONG_AGO, "own": (), **given})


def test_the_week_lies_in_one_period() -> None:
    """Else these tests would be about something else than they say."""
    assert period_of(WEEK) <= WEEK
    assert period_of(WEEK) == period_of(WEEK + dt.timedelta(days=6))


# --- from how many people on ------------------------------------------------------------------------------------------


def test_ten_people_on_three_days_are_told(scribe: Artifact) -> None:
    asked(scribe, people=10)
    found = told(scribe)
    assert found.shown == 10
    assert [needs[1:] for needs in found.needs] == [(10, 0, 0)]


def test_nine_people_are_not_however_often_they_ask(scribe: Artifact) -> None:
    for _ in range(4):
        asked(scribe, people=9)
    assert told(scribe) == Told()


def test_ten_people_on_two_days_make_a_count_and_no_need(scribe: Artifact) -> None:
    """A need is named from three days on; that ten people were shown something tells of no need."""
    asked(scribe, people=10, days=(1, 2))
    found = told(scribe)
    assert (found.shown, found.needs) == (10, ())


def test_people_of_one_network_are_one(scribe: Artifact) -> None:
    for number in range(30):
        search(NEED, scribe, who=number, ago=1 + number % 3, network="f" * 16)
    assert told(scribe) == Told()


def test_days_of_the_same_period_before_the_week_help_to_name_a_need_and_are_not_counted(scribe: Artifact) -> None:
    asked(scribe, people=10, days=(1,))
    asked(scribe, people=4, days=(9, 10))
    assert [needs[1] for needs in told(scribe).needs] == [10]


def test_a_week_in_two_periods_has_the_people_of_the_better_one(scribe: Artifact) -> None:
    """Whoever asks in both has two names, and would be counted twice."""
    turn = next(on for on in (dt.date(2026, 12, 1) + dt.timedelta(days=n) for n in range(30)) if period_of(on) == on)
    start = turn - dt.timedelta(days=turn.weekday())
    assert start < turn, "this period begins on a Monday; take the next one"
    for person in range(6):
        for number, on in enumerate((turn - dt.timedelta(days=1), turn)):
            at = dt.datetime.combine(on, dt.time(12), dt.UTC)
            search(NEED, scribe, who=100 * number + person, ago=(NOW - at) / dt.timedelta(days=1))
    fold(now=NOW + dt.timedelta(days=90))
    assert week_of(scribe.pk, start, since=LONG_AGO, own=()).shown is None


def test_a_setting_asks_for_more_people_and_never_for_fewer(scribe: Artifact) -> None:
    asked(scribe, people=12)
    assert told(scribe, least=13) == Told()
    assert told(scribe, least=1).shown == 10
    asked(scribe, people=9, text="draw a map of Norway", first=40)
    assert len(told(scribe, least=1).needs) == 1


def test_words_are_never_told_and_a_name_that_is_somebodys_own_neither(scribe: Artifact) -> None:
    """Ten people said it in ten ways: no way of saying it is three people's, so the need has no name to be told."""
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]):
        search(f"transcribe a podcast number {word}", scribe, who=number, ago=1 + number % 3)
    found = told(scribe)
    assert (found.shown, found.needs) == (10, ())


# --- counts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "said"), [(12, 10), (13, 15), (17, 15), (18, 20)])
def test_counts_are_whole_fives(scribe: Artifact, people: int, said: int) -> None:
    asked(scribe, people=people)
    assert told(scribe).shown == said


def test_what_was_chosen_and_what_was_lost_are_told_apart(scribe: Artifact, rival: Artifact) -> None:
    asked(scribe, rival, people=12, took=scribe, took_by=5)
    asked(scribe, rival, people=11, took=rival, first=50)
    found = told(scribe)
    assert (found.shown, found.chosen, found.lost) == (25, 5, 10)
    need = found.needs[0][0]
    assert found.needs == ((need, 25, 5, 10),)
    assert found.rivals == ((rival.pk, 10, (need,)),)


def test_a_rival_that_fewer_than_ten_people_chose_is_not_named(scribe: Artifact, rival: Artifact) -> None:
    asked(scribe, rival, people=20, took=rival, took_by=9)
    assert told(scribe).rivals == ()


def test_other_weeks_other_artifacts_and_near_misses_are_not_counted(scribe: Artifact, rival: Artifact) -> None:
    asked(scribe, people=10)
    asked(scribe, people=10, days=(7.6, 8, 9), first=30)
    asked(scribe, people=10, days=(0.1,), first=60)
    asked(rival, people=10, first=90)
    asked(scribe, people=10, first=120, answered=False)
    assert told(scribe).shown == 10


def test_an_artifact_is_not_taken_for_one_whose_number_ends_like_its_own(scribe: Artifact) -> None:
    """Also capabilities have numbers, in the same lists."""
    twin = make_artifact(pk=int(f"9{scribe.pk}"))
    for number in range(12):
        one = search(NEED, twin, who=number, ago=1 + number % 3)
        type(one).objects.filter(pk=one.pk).update(shown=[[twin.pk, scribe.pk]])
    asked(scribe, people=1, first=70)  # so that it has an edge to the need
    assert told(scribe) == Told()


def test_what_their_own_side_searched_is_left_out(scribe: Artifact) -> None:
    asked(scribe, people=10)
    assert told(scribe, own={f"{1:016x}"}) == Told()
    asked(scribe, people=1, first=11)
    assert told(scribe, own={f"{1:016x}"}).shown == 10


def test_nothing_from_before_it_was_theirs_is_read(scribe: Artifact) -> None:
    """Neither to count, nor to make up the three days."""
    asked(scribe, people=10, days=(1,))
    asked(scribe, people=10, days=(9, 10), first=50)
    assert told(scribe).needs
    assert told(scribe, since=dt.datetime(2026, 11, 9, tzinfo=dt.UTC)).needs == ()


def test_what_people_wanted_nearby_and_did_not_find_is_told(scribe: Artifact) -> None:
    make_offering(artifact=scribe, title="Transcribes podcasts into text")
    asked(people=10, text="transcribe a podcast into Latin", answered=False)
    asked(people=10, text="book a table in a restaurant", answered=False, first=50)
    found = told(scribe)
    ((intent, count),) = found.unmet
    assert (Intent.objects.get(pk=intent).name, count) == ("transcribe a podcast into Latin", 10)


# --- written down once ------------------------------------------------------------------------------------------------


def test_a_week_is_written_down_once_it_is_over_and_never_again(scribe: Artifact) -> None:
    claim = held(scribe)
    asked(scribe, people=10)
    fold(now=NOW)
    assert tell_weeks(now=NOW) == 1, "the week before last; of the last one feedback may still come"
    assert tell_weeks(now=LATER) == 1
    asked(scribe, people=10, first=80)
    fold(now=NOW)
    assert tell_weeks(now=LATER) == 0
    assert claim.weeks.get(starts_on=WEEK).shown == 10


def test_a_week_of_which_log_ins_are_forgotten_is_not_written_down() -> None:
    for days in range(14):
        now = LATER + dt.timedelta(days=days)
        for start in due(now=now):
            assert dt.datetime.combine(start, dt.time(), dt.UTC) - dt.timedelta(days=30) >= now - dt.timedelta(days=45)
        assert due(now=now), "a worker that is there any day of a week finds the one before"


@pytest.mark.parametrize("state", [ClaimState.PENDING, ClaimState.CONTESTED, ClaimState.RELEASED])
def test_only_who_holds_a_listing_is_told(scribe: Artifact, state: str) -> None:
    held(scribe, state=state)
    tell_weeks(now=LATER)
    assert not ToldWeek.objects.exists()


def test_only_whole_weeks_since_it_is_theirs_are_told(scribe: Artifact) -> None:
    asked(scribe, people=10)
    fold(now=NOW)
    claim = held(scribe, since=dt.datetime(2026, 11, 9, 0, 1, tzinfo=dt.UTC))
    assert not tell(claim, WEEK, now=LATER)
    Claim.objects.update(first_proven_at=dt.datetime(2026, 11, 8, 23, 59, tzinfo=dt.UTC))
    claim.refresh_from_db()
    assert tell(claim, WEEK, now=LATER)


def test_networks_from_which_members_signed_in_are_left_out(scribe: Artifact) -> None:
    claim = held(scribe)
    home = network_digest("192.0.2.7", on=WEEK)
    asked(scribe, people=9)
    search(NEED, scribe, who=99, ago=2, network=home)
    SignIn.objects.create(user=cast.oskar(), network=home, at=NOW - dt.timedelta(days=3))
    fold(now=NOW)
    with_nobody = week_of(scribe.pk, WEEK, since=LONG_AGO, own=())
    assert with_nobody.shown == 10
    Member.objects.create(claim=claim, user=cast.oskar(), role=Role.ANALYST, since=NOW)
    tell_weeks(now=LATER)
    assert claim.weeks.get(starts_on=WEEK).shown is None


# --- one answer for all -----------------------------------------------------------------------------------------------


def views(artifact: Artifact, *days: tuple[dt.date, int]) -> None:
    for day, count in days:
        ArtifactTally.objects.create(artifact=artifact, day=day, views=count)


def test_the_answer_adds_weeks_up(scribe: Artifact, rival: Artifact) -> None:
    claim = held(scribe)
    asked(scribe, rival, people=11, took=rival)
    fold(now=NOW)
    tell_weeks(now=LATER)
    views(scribe, (WEEK, 3), (dt.date(2026, 11, 15), 4), (dt.date(2026, 11, 16), 2), (dt.date(2026, 1, 1), 9))
    found = numbers_of(claim, now=LATER)
    assert (found.views, found.shown, found.chosen, found.lost) == (9, 10, 0, 10)
    assert [(week.starts_on, week.views, week.shown) for week in found.weeks[-2:]] == [
        (WEEK, 7, 10),
        (dt.date(2026, 11, 16), 2, None),
    ]
    assert len(found.weeks) == 12
    assert found.weeks[-1].is_running
    assert [(one.name, one.shown) for one in found.needs] == [(NEED, 10)]
    assert [(one.slug, one.lost, [name for _, name in one.needs]) for one in found.rivals] == [("rival", 10, [NEED])]
    assert last_weeks([claim], now=LATER)[claim.pk] == found.weeks[-2]


def test_a_need_that_editors_block_is_gone_at_once(scribe: Artifact) -> None:
    claim = held(scribe)
    asked(scribe, people=10)
    fold(now=NOW)
    tell_weeks(now=LATER)
    Intent.objects.update(is_blocked=True)
    found = numbers_of(claim, now=LATER)
    assert (found.needs, found.shown) == ((), 10)


def test_nothing_of_the_owners_before_is_in_it(scribe: Artifact) -> None:
    """Not a view, not a week: of another claim, or of the same one before it was theirs."""
    before = held(scribe)
    asked(scribe, people=10)
    fold(now=NOW)
    tell_weeks(now=LATER)
    views(scribe, (WEEK, 3), (dt.date(2026, 11, 16), 5), (dt.date(2026, 11, 17), 1))
    Claim.objects.filter(pk=before.pk).update(state=ClaimState.RELEASED)
    claim = held(scribe, since=dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC))
    found = numbers_of(claim, now=LATER)
    assert (found.since, found.views, found.shown, found.needs) == (dt.date(2026, 11, 17), 1, None, ())
    before.first_proven_at = claim.first_proven_at
    assert numbers_of(before, now=LATER).shown is None


def test_a_claim_that_was_never_proven_has_no_numbers(scribe: Artifact) -> None:
    claim = held(scribe)
    claim.first_proven_at = None
    assert numbers_of(claim, now=LATER) == Numbers(LATER.date(), LATER.date())


def test_it_takes_five_questions_however_much_there_is(scribe: Artifact, rival: Artifact) -> None:
    claim = held(scribe)
    for number in range(10):
        intent = Intent.objects.create(
            key=f"k{number}", slug=f"s{number}", name=f"Need {number}", is_typical=True, actors_count=10, vector=b"",
            born_at=NOW, first_at=NOW, last_at=NOW,
        )  # fmt: skip
        ToldWeek.objects.create(
            claim=claim, starts_on=WEEK - dt.timedelta(weeks=number), shown=10, chosen=5, lost=5,
            needs=[[intent.pk, 10, 5, 5]], rivals=[[rival.pk, 10, [intent.pk]]], told_at=NOW,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        found = numbers_of(claim, now=LATER)
    assert len(found.needs) == 10
    assert len(queries) == 5
