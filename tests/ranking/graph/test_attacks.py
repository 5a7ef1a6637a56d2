"""Crowds that were made up in a day, out of one seed: how far they move ranks, and the places in a leaderboard."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest

from catalog.models import Artifact, Standing
from ranking import generations
from ranking.graph import folding
from ranking.graph.actors import asker
from ranking.graph.gathering import phrase_of
from ranking.models import Act, Door, Edge, Feedback, Search
from tests.factories import make_artifact, make_source
from tests.ranking.conftest import NOW, add_history
from tests.ranking.graph import events
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

ACTORS = 1_000
#: When ranks are computed, before and after: they go by the hour of the day as well.
SOON = NOW + dt.timedelta(minutes=2)
#: The attackers lift what stands eleventh, and say of what stands above that it failed.
LIFTED, LOWERED = 10, (7, 8, 9)
SAID = ("transcribe a podcast", "draw a logo", "review pull requests", "embed documents")


@pytest.fixture
@remembered
def tools() -> list[Artifact]:
    source = make_source()
    found = [make_artifact(name=f"Tool {n}", slug=f"tool-{n}", kind="repo") for n in range(24)]
    for n, artifact in enumerate(found):
        stars, downloads = 300 + 700 * n, 1_000.0 * 1.35**n
        add_history(artifact, source, stars=stars, monthly=5, downloads=downloads, idle_days=300 - 12 * n)
    return found


def ranks(at: dt.datetime) -> dict[int, float]:
    build = generations.build(now=at)
    assert build is not None
    assert not build.problems
    found = Standing.objects.filter(generation=build.generation).order_by("-score", "artifact")
    return dict(found.values_list("artifact", "score"))


def attack(tools: list[Artifact], order: list[int], *, networks: int, lowers: bool = True) -> None:
    """Each actor has an address, a browser and a moment of its own within a day, searches once, chooses and reports."""
    draw = random.Random(networks)
    searches, feedback = [], []
    for number in range(ACTORS):
        at = NOW - dt.timedelta(seconds=60 + draw.random() * 86_340)
        address = f"100.64.{number % networks}.{number // networks % 254 + 1}"
        who = asker(address, f"Browser {draw.random()}", on=at.date())
        target = order[draw.choice(LOWERED)] if lowers and draw.random() < 0.5 else order[LIFTED]
        common = {"actor": who.actor.hex(), "network": who.network.hex()}
        text = draw.choice(SAID)
        searches.append(
            Search(
                key=uuid.UUID(int=draw.getrandbits(128), version=4),
                at=at,
                text=text,
                phrase=phrase_of(text),
                door=Door.PAGE,
                answered=True,
                confidence=0.8,
                shown=[[artifact.pk, 0] for artifact in tools[:10]] + [[target, 0]],
                **common,
            )
        )
        common |= {"search_key": searches[-1].key, "artifact_id": target}
        later = at + dt.timedelta(seconds=20)
        feedback.append(Feedback(act=Act.CHOICE, at=later, **common))
        feedback.append(Feedback(act=Act.OUTCOME, at=later, worked=target == order[LIFTED], **common))
    Search.objects.bulk_create(searches)
    Feedback.objects.bulk_create(feedback)


@pytest.mark.parametrize("lowers", [False, True])
def test_a_thousand_fresh_actors_of_one_network_move_no_rank(tools, lowers):
    folding.fold(now=NOW)
    before = ranks(SOON)
    attack(tools, list(before), networks=1, lowers=lowers)
    folding.fold(now=NOW + dt.timedelta(minutes=1))
    assert ranks(SOON) == before


def test_where_others_have_spoken_they_count_as_one_more(tools):
    """Of all that stand near the tenth place many have told how it went: no rank moves by half a point, and the first
    ten stay."""
    for number, artifact in enumerate(tools[4:20]):
        for who in range(12):
            one = events.search("draw a logo", artifact, who=100 * number + who, ago=2 + who % 4)
            events.choose(one, artifact, worked=who % 4 > 0)
    folding.fold(now=NOW)
    before = ranks(SOON)
    order = list(before)
    attack(tools, order, networks=1)
    folding.fold(now=NOW + dt.timedelta(minutes=1))
    after = ranks(SOON)
    moved = {pk: after[pk] - before[pk] for pk in before}
    assert 0 < max(map(abs, moved.values())) <= 0.25
    assert moved[order[LIFTED]] > 0
    assert list(after)[:10] == order[:10]


def test_a_thousand_fresh_actors_of_a_hundred_networks_move_no_rank_by_two_points(tools):
    folding.fold(now=NOW)
    before = ranks(SOON)
    order = list(before)
    attack(tools, order, networks=100)
    folding.fold(now=NOW + dt.timedelta(minutes=1))
    after = ranks(SOON)
    moved = {pk: after[pk] - before[pk] for pk in before}
    assert max(map(abs, moved.values())) <= 2.0
    assert moved[order[LIFTED]] > 0, "what they say counts for a little, so that the test can fail"


def test_of_one_network_no_more_than_three_choices_count_for_an_artifact(tools):
    attack(tools, [artifact.pk for artifact in tools], networks=1)
    folding.fold(now=NOW + dt.timedelta(minutes=1))
    for place in (LIFTED, *LOWERED):
        edges = Edge.objects.filter(artifact=tools[place])
        assert sum(edges.values_list("chosen", flat=True)) == 3_000
    examined = sum(Edge.objects.filter(artifact=tools[0]).values_list("examined", flat=True))
    assert examined == len(SAID) * 10_000, "nor more than one look for an intent"
