"""What people report moves ranks a little, exactly, and never fast."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.models import Artifact, Standing
from ranking import generations
from ranking.graph import folding, outcomes
from ranking.models import Build, Exclusion, Feedback, OutcomeSet
from ranking.verifying import differences
from tests.factories import make_artifact, make_source
from tests.ranking.conftest import NOW, add_history
from tests.ranking.graph import events

pytestmark = pytest.mark.django_db

SOON = NOW + dt.timedelta(hours=1)


@pytest.fixture
def rivals() -> list[Artifact]:
    source = make_source()
    found = [make_artifact(name=f"Tool {n}", slug=f"tool-{n}", kind="repo") for n in range(4)]
    for n, artifact in enumerate(found):
        add_history(artifact, source, stars=1_000 * (n + 1))
    return found


def rank(artifact: Artifact) -> float:
    return Standing.objects.filter(artifact=artifact).latest("generation__number").score


def report(
    artifact: Artifact, count: int, *, worked: bool = True, ago: float = 1.0, first: int = 0, **given: object
) -> None:
    for who in range(first, first + count):
        one = events.search("transcribe a podcast", artifact, who=who, ago=ago, **given)
        events.choose(one, artifact, worked=worked)


def rebuilt(at: dt.datetime = SOON) -> Build:
    folding.fold(now=at)
    build = generations.build(now=at)
    assert build is not None
    assert not build.problems
    return build


def test_nobody_has_reported_and_nothing_changes(rivals):
    assert rebuilt().left_out.get("outcomes") is None


def test_what_worked_lifts_and_what_failed_lowers(rivals):
    rebuilt()
    before = [rank(one) for one in rivals]
    report(rivals[0], 8)
    report(rivals[1], 8, worked=False, first=100)
    rebuilt(SOON + dt.timedelta(hours=1))
    assert rank(rivals[0]) > before[0]
    assert rank(rivals[1]) < before[1]
    assert rank(rivals[2]) == pytest.approx(before[2])


def test_a_day_of_reports_moves_a_rank_by_no_more_than_a_point(rivals):
    rebuilt()
    before = rank(rivals[0])
    report(rivals[0], 300)
    rebuilt(SOON + dt.timedelta(hours=1))
    assert 0 < rank(rivals[0]) - before <= 1.0


def test_what_waited_for_a_third_network_comes_no_faster(rivals):
    """Two speak on three days and are not heard. With the third all of it may be: a day's worth a day."""
    rebuilt()
    before = rank(rivals[0])
    for day in range(3):
        for who in (1, 2):
            for intent in ("transcribe a podcast", "cut a film", "translate a letter"):
                one = events.search(intent, rivals[0], who=who, ago=4.0 + day, network=f"{who:016x}")
                events.choose(one, rivals[0], worked=True)
    rebuilt(SOON + dt.timedelta(hours=1))
    assert rank(rivals[0]) == before
    report(rivals[0], 7, first=10, ago=0.05)
    rebuilt(SOON + dt.timedelta(hours=2))
    assert 0 < rank(rivals[0]) - before <= 1.0


def test_a_thousand_people_of_one_network_move_a_rank_as_one_beside_others_and_else_not_at_all(rivals):
    rebuilt()
    before = rank(rivals[0])
    report(rivals[0], 1_000, network="f" * 16, first=100)
    rebuilt(SOON + dt.timedelta(hours=1))
    assert rank(rivals[0]) == before
    report(rivals[0], 2)
    rebuilt(SOON + dt.timedelta(hours=2))
    assert 0 < rank(rivals[0]) - before <= 0.5
    beside = rank(rivals[0])
    report(rivals[1], 3)
    rebuilt(SOON + dt.timedelta(hours=3))
    assert (
        sum(OutcomeSet.objects.latest("pk").days.filter(artifact=rivals[0]).values_list("worked", flat=True)) == 3_000
    )
    assert rank(rivals[0]) == pytest.approx(beside, abs=0.1)


def test_years_of_them_are_no_more_than_ten_points(rivals):
    rebuilt()
    before = rank(rivals[0])
    for day in range(40):
        report(rivals[0], 12, ago=1 + day, first=day * 12)
    rebuilt(SOON + dt.timedelta(hours=1))
    assert 1 < rank(rivals[0]) - before <= 10


def test_the_file_of_a_rank_can_be_computed_again(rivals, client):
    report(rivals[0], 8)
    rebuilt()
    document = client.get(f"/artifacts/{rivals[0].slug}/rank.json").json()
    point = next(one for one in document["points"] if one["signal"] == "outcomes")
    assert point["source"]
    assert point["points"] > 0
    assert differences(document) == []


def test_a_quarantine_lifted_brings_back_the_same_generation(rivals):
    report(rivals[0], 3)
    report(rivals[0], 3, worked=False, first=50)
    first = rebuilt()
    exclusion = Exclusion.objects.create(subject="network", value=f"{51:016x}", why="x", set_at=NOW)
    without = rebuilt(SOON + dt.timedelta(minutes=1))
    assert without.inputs != first.inputs
    exclusion.lifted_at = NOW
    exclusion.save()
    again = rebuilt(SOON + dt.timedelta(minutes=2))
    assert again.left_out == first.left_out
    assert again.checksum != without.checksum


def test_sets_that_no_generation_was_made_from_are_thrown_away(rivals):
    for n in range(5):
        report(rivals[0], 1, first=n)
        folding.fold(now=NOW)
        outcomes.keep(now=NOW)
    assert OutcomeSet.objects.count() == 1


def test_samples_are_no_evidence(rivals):
    report(rivals[0], 8, is_sample=True)
    folding.fold(now=NOW)
    Feedback.objects.update(is_sample=True)
    assert outcomes.keep(now=NOW) is None
