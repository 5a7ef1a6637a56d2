"""A generation is built beside the live one, checked, and put in its place at once; whatever breaks changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog.choices import Lifecycle
from catalog.models import CatalogState, Generation, Reading, Standing
from catalog.publishing import withdraw
from ranking import generations, lease, publish
from ranking.breakdowns import unpacked
from ranking.models import Breakdown, Build, BuildState, Hold, HoldState, Lease, Quarantine
from ranking.publish import CannotRollBack, checksum_of, roll_back
from tests.factories import make_artifact, make_reading, make_source
from tests.ranking.conftest import NOW, add_history, make_ranked

pytestmark = pytest.mark.django_db


def live() -> Generation | None:
    return CatalogState.objects.get(pk=1).live_generation


def built(now: dt.datetime = NOW, **options: Any) -> Build:
    it = generations.build(now=now, **options)
    assert it is not None
    return it


def ranks_digest() -> str:
    """Of all that readers see of ranks."""
    generation = live()
    rows = [
        *Standing.objects.filter(generation=generation)
        .order_by("artifact")
        .values_list("artifact", "score", "low", "high", "percentile", "coverage", "adoption", "freshness"),
        *Breakdown.objects.filter(generation=generation).order_by("artifact").values_list("artifact", "body", "points"),
    ]
    return hashlib.sha256(json.dumps(rows, default=lambda points: bytes(points).hex()).encode()).hexdigest()


def test_a_build_ranks_what_has_evidence_and_becomes_live() -> None:
    low, middle, high = make_ranked()
    poor = make_artifact(kind="repo")
    it = built()
    assert (it.state, it.ranked, it.unranked, it.problems) == (BuildState.PUBLISHED, 3, 1, "")
    assert live() == it.generation
    scores = dict(Standing.objects.values_list("artifact", "score"))
    assert scores[low.pk] < scores[middle.pk] < scores[high.pk]
    assert poor.pk not in scores
    assert Breakdown.objects.filter(artifact=poor).exists()  # what is missing can be told


def test_points_add_up_to_the_rank_exactly() -> None:
    make_ranked(5)
    built()
    for standing in Standing.objects.all():
        points = unpacked(Breakdown.objects.get(artifact=standing.artifact)).points
        assert min(max(50 + sum(point.points for point in points), 0), 100) == standing.score


def test_the_same_readings_and_day_give_the_same_ranks() -> None:
    make_ranked(4)
    built()
    before = ranks_digest()
    built()
    assert ranks_digest() == before


def test_readings_added_meanwhile_wait_for_the_next_generation() -> None:
    """A build is pinned to what was there when it began."""
    artifact = make_ranked()[0]
    source = make_source()

    def arrives(step: str) -> None:
        if step == "cleared":
            make_reading(artifact=artifact, signal="forks", value=900.0, source=source, observed_at=NOW)

    it = built(step=arrives)
    assert it.last_reading < Reading.objects.latest("pk").pk
    points = {p.signal: p for p in unpacked(Breakdown.objects.get(artifact=artifact)).points}
    assert points["forks"].estimated


STEPS = ("taken", "cleared", "standings", "breakdowns", "written", "checked")


@pytest.mark.parametrize("step", STEPS)
def test_whoever_dies_at_any_step_leaves_the_old_generation_served(step: str) -> None:
    make_ranked()
    first = built()
    before = ranks_digest()

    class Killed(BaseException):
        """Like a signal: no handler of ours cleans up after it."""

    def die(name: str) -> None:
        if name == step:
            raise Killed

    with pytest.raises(Killed):
        built(NOW + dt.timedelta(minutes=1), step=die)
    assert live() == first.generation
    assert ranks_digest() == before
    # Given up after its lease has run out, if nobody could let go of it.
    it = built(NOW + dt.timedelta(hours=1))
    assert live() == it.generation
    assert Generation.objects.count() == 2
    assert not Build.objects.filter(state=BuildState.BUILDING).exists()


def test_a_broken_build_is_noted_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_ranked()
    first = built()

    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("no space left on device")

    monkeypatch.setattr(generations, "packed", broken)
    with pytest.raises(RuntimeError):
        built(NOW + dt.timedelta(hours=1))
    assert live() == first.generation
    assert Generation.objects.count() == 1
    last = Build.objects.first()
    assert last is not None
    assert (last.state, last.problems) == (BuildState.FAILED, "RuntimeError: no space left on device")


def test_only_one_builder_works_at_a_time() -> None:
    make_ranked()
    fence = lease.take(now=NOW)
    assert fence == 1
    assert generations.build(now=NOW + dt.timedelta(minutes=9)) is None
    assert built(NOW + dt.timedelta(minutes=11)).number == 2


def test_a_stalled_builder_cannot_publish_after_another_has_begun() -> None:
    make_ranked()

    def stalls(step: str) -> None:
        if step == "checked":  # another takes over while this one sleeps
            Lease.objects.update(until=NOW)
            assert lease.take(now=NOW + dt.timedelta(minutes=1)) == 2
            other = Build.objects.get()
            other.pk, other.number = None, 2
            other.generation = Generation.objects.create(number=2, formula_version="1", built_at=NOW)
            other.save()

    with pytest.raises(lease.LostLease):
        built(step=stalls)
    assert live() is None
    assert Lease.objects.get().until is not None  # the other still has it
    other = Build.objects.get(number=2)
    assert (other.state, other.generation) == (BuildState.BUILDING, Generation.objects.get())


def test_losing_many_ranks_at_once_is_refused_until_somebody_knows_why() -> None:
    """A source that failed shall not empty the leaderboards."""
    artifacts = make_ranked(30)
    first = built()
    Reading.objects.filter(artifact__in=artifacts[:25]).delete()
    it = built(NOW + dt.timedelta(hours=1))
    assert it.state == BuildState.REFUSED
    assert "25 of 30 artifacts would lose their rank" in it.problems
    assert live() == first.generation
    assert Generation.objects.count() == 1


def test_what_a_quarantine_takes_is_no_loss_without_a_reason() -> None:
    """Else the ranks of a source that went wrong would stay for as long as its quarantine stands."""
    artifacts = make_ranked(30)
    first = built()
    source = Reading.objects.first().source  # type: ignore[union-attr]
    it = Quarantine.objects.create(source=source, since=NOW.date() - dt.timedelta(days=300), why="Wrong.", set_at=NOW)
    left_out = built(NOW + dt.timedelta(hours=1))
    assert (left_out.state, left_out.ranked) == (BuildState.PUBLISHED, 0)
    it.delete()
    again = built(NOW)
    assert (again.state, again.checksum) == (BuildState.PUBLISHED, first.checksum)
    # Of what somebody else reads it explains nothing, nor what was gone before it came.
    Quarantine.objects.create(source=make_source(), why="Wrong.", set_at=NOW)
    Quarantine.objects.create(source=source, upto=NOW.date() - dt.timedelta(days=300), why="Wrong.", set_at=NOW)
    Reading.objects.filter(artifact__in=artifacts[:25]).delete()
    refused = built(NOW + dt.timedelta(hours=2))
    assert refused.state == BuildState.REFUSED
    assert "25 of 30 artifacts would lose their rank" in refused.problems


def test_a_quarantine_that_the_live_one_knows_explains_no_further_loss() -> None:
    artifacts, source = make_ranked(30), make_source()
    for artifact in artifacts:
        make_reading(artifact=artifact, source=source, observed_at=NOW - dt.timedelta(days=1))
    Quarantine.objects.create(source=source, why="Wrong.", set_at=NOW)
    assert built().ranked == 30
    Reading.objects.filter(artifact__in=artifacts[:25]).exclude(source=source).delete()
    assert built(NOW + dt.timedelta(hours=1)).state == BuildState.REFUSED


def test_whoever_knows_why_ranks_go_lets_them_go() -> None:
    artifacts = make_ranked(30)
    built()
    Reading.objects.filter(artifact__in=artifacts[:25]).delete()
    with pytest.raises(CommandError, match="--accept-losses"):
        call_command("recompute_ranks")
    call_command("recompute_ranks", "--accept-losses")
    assert live().standings.count() == 5  # type: ignore[union-attr]


def test_withdrawn_artifacts_are_no_loss() -> None:
    artifacts = make_ranked(30)
    built()
    for artifact in artifacts[:25]:
        withdraw(artifact, reason="It is gone.")
    assert built(NOW + dt.timedelta(hours=1)).state == BuildState.PUBLISHED


def test_what_was_written_is_held_against_what_was_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_ranked()

    def tampers(step: str) -> None:
        if step == "written":
            Standing.objects.update(low=0)

    monkeypatch.setattr(publish, "LOST_NUMBER", 0)
    it = built(step=lambda name: tampers("written") if name == "breakdowns" else None)
    assert it.state == BuildState.REFUSED
    assert "the checksums differ" in it.problems


def test_the_checksum_is_of_the_rows_whatever_their_order() -> None:
    make_ranked()
    it = built()
    assert it.generation is not None
    assert checksum_of(it.generation) == it.checksum


def test_two_generations_are_kept_and_one_can_go_back_and_forth() -> None:
    make_ranked()
    built()
    second = built(NOW + dt.timedelta(hours=1))
    third = built(NOW + dt.timedelta(hours=2))
    assert set(Generation.objects.values_list("number", flat=True)) == {second.number, third.number}
    assert set(Standing.objects.values_list("generation__number", flat=True)) == {second.number, third.number}
    assert roll_back().number == second.number
    assert live() == second.generation
    with pytest.raises(CannotRollBack, match="no older generation"):
        roll_back()
    assert roll_back(to=third.number).number == third.number
    with pytest.raises(CannotRollBack, match="is not kept"):
        roll_back(to=1)


def test_after_a_roll_back_the_next_build_keeps_what_was_gone_back_to() -> None:
    """Who went back from a bad generation goes back to the same good one again, not to the bad one."""
    make_ranked()
    good = built()
    bad = built(NOW + dt.timedelta(hours=1))
    roll_back()
    built(NOW + dt.timedelta(hours=2))
    assert not Generation.objects.filter(number=bad.number).exists()
    assert roll_back().number == good.number
    built(NOW + dt.timedelta(hours=3))
    built(NOW + dt.timedelta(hours=4))
    assert Generation.objects.count() == 2


def test_nothing_is_due_until_something_changes() -> None:
    artifact = make_ranked()[0]
    assert generations.due(now=NOW)
    built()
    assert not generations.due(now=NOW + dt.timedelta(days=1))
    make_reading(artifact=artifact, signal="forks", value=5.0, observed_at=NOW)
    assert generations.due(now=NOW)


def test_what_people_type_changes_no_rank() -> None:
    """A claim, a listing edit, a publication: the ranks of everything else are the same to the last digit."""
    artifacts = make_ranked(4)
    draft = make_artifact(kind="repo", lifecycle=Lifecycle.DRAFT)
    add_history(draft, make_source())
    built()
    before = ranks_digest()
    for artifact in artifacts:
        artifact.description = "The best there is, with documentation, examples and a licence."
        artifact.homepage = "https://best.example/"
        artifact.licence = "MIT"
        artifact.tagline = "Rank me higher"
        artifact.verified_until = NOW + dt.timedelta(days=1)
        artifact.save()
    draft.lifecycle = Lifecycle.PUBLISHED
    draft.save()
    built()
    assert ranks_digest() == before


@pytest.mark.parametrize(
    ("value", "at", "why"),
    [
        (-5.0, NOW, "negative"),
        (float("inf"), NOW, "no number"),
        (10.0, NOW + dt.timedelta(days=3), "future"),
        (5_000_000.0, NOW, "leap"),
    ],
)
def test_a_reading_that_cannot_be_is_kept_marked_and_not_used(value: float, at: dt.datetime, why: str) -> None:
    artifact = make_ranked()[0]
    built()
    before = dict(Standing.objects.values_list("artifact", "score"))
    source = Reading.objects.filter(artifact=artifact).first()
    assert source is not None
    make_reading(artifact=artifact, signal="stars", value=value, observed_at=at, source=source.source)
    built()
    assert dict(Standing.objects.values_list("artifact", "score"))[artifact.pk] == before[artifact.pk]
    refused = unpacked(Breakdown.objects.get(artifact=artifact, generation=live())).refused
    assert [(signal, reason) for signal, _, _, reason in refused] == [("stars", why)]
    assert Reading.objects.filter(artifact=artifact, signal="stars").count() == 9


def test_a_burst_is_held_and_asked_about_once() -> None:
    artifact = make_artifact(kind="repo")
    add_history(artifact, make_source(), burst=3_000)
    built()
    hold = Hold.objects.get()
    assert (hold.artifact, hold.signal, hold.state) == (artifact, "stars", HoldState.OPEN)
    assert hold.held > hold.counted > 0
    built()
    assert Hold.objects.count() == 1


def test_an_accepted_burst_counts_and_lifts_the_rank() -> None:
    artifact = make_artifact(kind="repo")
    add_history(artifact, make_source(), burst=3_000)
    make_ranked()
    built()
    before = Standing.objects.get(artifact=artifact, generation=live()).score
    Hold.objects.update(state=HoldState.ACCEPTED)
    built()
    assert Standing.objects.get(artifact=artifact, generation=live()).score > before
    assert not Hold.objects.filter(state=HoldState.OPEN).exists()


def test_a_quarantine_takes_a_sources_readings_out_and_its_end_brings_them_back_exactly() -> None:
    make_ranked(4)
    artifact = make_ranked(1)[0]
    other = make_source()
    make_reading(artifact=artifact, signal="forks", value=40_000.0, source=other, observed_at=NOW)
    built()
    whole = ranks_digest()
    row = Quarantine.objects.create(source=other, why="It counts its own clones.", set_at=NOW)
    built()
    without = ranks_digest()
    assert without != whole
    row.lifted_at = NOW
    row.save()
    built()
    assert ranks_digest() == whole
    Reading.objects.filter(source=other).delete()
    built()
    assert ranks_digest() == without


def test_a_kind_with_three_artifacts_gets_wide_bands_and_no_percentile() -> None:
    make_ranked(3)
    built()
    for standing in Standing.objects.all():
        assert standing.percentile is None
        assert standing.high - standing.low > 12


def test_the_command_builds_says_so_and_goes_back(capsys: pytest.CaptureFixture[str]) -> None:
    make_ranked()
    call_command("recompute_ranks")
    assert "3 ranked, 0 not yet" in capsys.readouterr().out
    call_command("recompute_ranks", "--if-due")
    assert "Nothing has changed" in capsys.readouterr().out
    call_command("recompute_ranks")
    call_command("recompute_ranks", "--roll-back")
    assert "Generation 1 is live." in capsys.readouterr().out.splitlines()[-1]
    with pytest.raises(CommandError, match="no older generation"):
        call_command("recompute_ranks", "--roll-back")
