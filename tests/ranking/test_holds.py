"""What comes all at once waits: an editor accepts it, or lets it wait until it has lasted."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.models import Artifact, Reading, Standing
from ranking import generations
from ranking.holds import CannotDecide, accept, keep
from ranking.models import Hold, HoldReason, HoldState
from ranking.quarantine import impose
from ranking.setting_aside import lift
from tests.cast import erin, sven
from tests.factories import make_artifact, make_source
from tests.ranking.conftest import NOW, add_history, make_ranked

pytestmark = pytest.mark.django_db
WHY = "A release, and a talk that everybody saw."


@pytest.fixture
def burst() -> Artifact:
    make_ranked(4)
    artifact = make_artifact(kind="repo")
    add_history(artifact, make_source(), stars=4_000, monthly=30, burst=3_000)
    return artifact


def rank_of(artifact: Artifact, *, days: int = 0) -> float:
    build = generations.build(now=NOW + dt.timedelta(days=days))
    assert build is not None
    return Standing.objects.get(generation=build.generation, artifact=artifact).score


def hold_of(artifact: Artifact) -> Hold:
    return Hold.objects.get(artifact=artifact, state=HoldState.OPEN)


def test_a_burst_is_held_with_what_counts_and_what_waits(burst: Artifact) -> None:
    rank_of(burst)
    hold = hold_of(burst)
    assert (hold.signal, hold.reason, hold.seen_on, hold.until) == ("stars", HoldReason.BURST, NOW.date(), NOW.date())
    assert hold.counted + hold.held == pytest.approx(3_000 + 6 * 30, rel=0.05)
    assert hold.held > 2_500


def test_accepting_it_accepts_nothing_of_the_day_after(burst: Artifact) -> None:
    """Also where the generation that held it was built on that next day, hours after the last reading."""
    generations.build(now=NOW + dt.timedelta(hours=15))
    assert hold_of(burst).until == NOW.date()


@pytest.mark.parametrize("micro", [0, 608_430, 999_999])
def test_a_reading_at_midnight_is_of_that_day(burst: Artifact, micro: int) -> None:
    midnight = NOW.replace(hour=0)
    Reading.objects.filter(artifact=burst, signal="stars", observed_at__date=NOW.date()).update(observed_at=midnight)
    generations.build(now=NOW.replace(microsecond=micro))
    assert hold_of(burst).until == NOW.date()


def test_built_again_it_asks_no_second_time(burst: Artifact) -> None:
    rank_of(burst)
    rank_of(burst, days=1)
    assert Hold.objects.filter(artifact=burst).count() == 1


def test_what_comes_back_with_its_source_is_the_same_hold(burst: Artifact) -> None:
    """A quarantine passed over it: nothing dead stays behind, and nobody is asked about a second one."""
    generations.build(now=NOW)
    hold, source = hold_of(burst), Reading.objects.filter(artifact=burst).latest("pk").source
    quarantine = impose(source, why="Its counts are in doubt.", by=sven(), now=NOW)
    generations.build(now=NOW)
    hold.refresh_from_db()
    assert hold.state == HoldState.OVER
    lift(quarantine, why="They were right.", by=sven(), now=NOW)
    generations.build(now=NOW)
    assert hold_of(burst) == hold
    assert Hold.objects.filter(artifact=burst).count() == 1


def test_accepted_it_counts_from_the_next_generation_on(burst: Artifact) -> None:
    before = rank_of(burst)
    hold = hold_of(burst)
    accept(hold, by=erin(), why=f" {WHY} ", now=NOW)
    assert (hold.state, hold.decided_by, hold.decided_at, hold.why) == (HoldState.ACCEPTED, erin(), NOW, WHY)
    assert rank_of(burst) > before + 1
    assert not Hold.objects.filter(artifact=burst, state=HoldState.OPEN).exists()


def test_kept_it_changes_nothing_and_asks_nobody(burst: Artifact) -> None:
    before = rank_of(burst)
    keep(hold_of(burst), by=erin(), why="Looks bought.", now=NOW)
    assert rank_of(burst) == before
    assert not Hold.objects.filter(artifact=burst, state=HoldState.OPEN).exists()


def test_a_later_burst_is_not_accepted_with_an_earlier_one(burst: Artifact) -> None:
    rank_of(burst)
    accept(hold_of(burst), by=erin(), why=WHY, now=NOW)
    later = NOW + dt.timedelta(days=90)
    last = Reading.objects.filter(artifact=burst, signal="stars").order_by("-observed_at").first()
    assert last is not None
    for days, more in ((30, 0), (60, 0), (90, 9_000)):
        Reading.objects.create(
            artifact=burst, signal="stars", source=last.source, value=last.value + more,
            observed_at=NOW + dt.timedelta(days=days),
        )  # fmt: skip
    generations.build(now=later)
    again = hold_of(burst)
    assert again.seen_on == later.date()
    assert again.held > 5_000


def test_it_needs_a_reason(burst: Artifact) -> None:
    rank_of(burst)
    hold = hold_of(burst)
    for verb in (accept, keep):
        with pytest.raises(CannotDecide):
            verb(hold, by=erin(), why="  ", now=NOW)
    assert hold_of(burst) == hold


def test_two_editors_decide_it_once(burst: Artifact) -> None:
    rank_of(burst)
    hold = hold_of(burst)
    accept(hold_of(burst), by=erin(), why=WHY, now=NOW)
    with pytest.raises(CannotDecide):
        keep(hold, by=sven(), why="Looks bought.", now=NOW)
    assert Hold.objects.get(pk=hold.pk).decided_by == erin()


def test_a_leap_is_shown_for_as_long_as_it_is_new_and_is_never_accepted() -> None:
    artifact, source = make_artifact(kind="repo"), make_source()
    add_history(artifact, source)
    leapt = NOW - dt.timedelta(days=2)
    Reading.objects.create(artifact=artifact, signal="downloads_month", value=1e9, observed_at=leapt, source=source)
    generations.build(now=NOW)
    hold = hold_of(artifact)
    assert (hold.reason, hold.held, hold.until) == (HoldReason.LEAP, 1e9, leapt.date())
    with pytest.raises(CannotDecide):
        accept(hold, by=erin(), why=WHY, now=NOW)
    generations.build(now=NOW + dt.timedelta(days=70))
    assert Hold.objects.get(pk=hold.pk).state == HoldState.OVER
