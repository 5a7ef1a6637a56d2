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
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

ACTORS = 1_000
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


@pytest.mark.parametrize(("networks", "most", "lowers"), [(1, 0.5, False), (1, 0.5, True), (100, 2.0, True)])
def test_a_thousand_fresh_actors_move_no_rank_far(tools, networks, most, lowers):
    """Of one network by half a point at the most, of a hundred by two. What one network lifts does not come among the
    first ten; if it lowers those above at the same time, only such change places as stood within twice that."""
    folding.fold(now=NOW)
    before = ranks(NOW)
    order = list(before)
    attack(tools, order, networks=networks, lowers=lowers)
    folding.fold(now=NOW + dt.timedelta(minutes=1))
    after = ranks(NOW + dt.timedelta(minutes=2))
    moved = {pk: after[pk] - before[pk] for pk in before}
    assert max(map(abs, moved.values())) <= most
    assert moved[order[LIFTED]] > 0, "what they say counts for a little, so that the test can fail"
    if not lowers:
        assert list(after)[:10] == order[:10]
    place = {pk: at for at, pk in enumerate(after)}
    turned = [(a, b) for at, a in enumerate(order) for b in order[at + 1 :] if place[a] > place[b]]
    assert all(before[a] - before[b] <= 2 * most for a, b in turned)


def test_of_one_network_no_more_than_three_choices_count_for_an_artifact(tools):
    attack(tools, [artifact.pk for artifact in tools], networks=1)
    folding.fold(now=NOW + dt.timedelta(minutes=1))
    for place in (LIFTED, *LOWERED):
        edges = Edge.objects.filter(artifact=tools[place])
        assert sum(edges.values_list("chosen", flat=True)) == 3_000
    examined = sum(Edge.objects.filter(artifact=tools[0]).values_list("examined", flat=True))
    assert examined == 3 * len(SAID) * 10_000, "nor more than three looks for an intent"
