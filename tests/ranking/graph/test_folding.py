"""Events into the graph: the same whether they come at once or one by one, and exactly without what is excluded."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from catalog.models import Artifact
from ranking.graph import folding
from ranking.graph.digest import digest
from ranking.models import Edge, Exclusion, Feedback, Intent, Pin, Search
from tests.factories import make_artifact
from tests.ranking.graph.events import NOW, choose, search
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

SAID = [
    "transcribe a podcast",
    "transcribe podcasts",
    "translate a contract to French",
    "draw a logo",
    "podcast transcribe",
]


@pytest.fixture
@remembered
def two() -> tuple[Artifact, Artifact]:
    return make_artifact(name="Scribe", slug="scribe"), make_artifact(name="Painter", slug="painter")


def crowd(two: tuple[Artifact, Artifact], *, seed: int = 1, size: int = 40) -> list[tuple[Search, Feedback | None]]:
    draw = random.Random(seed)
    found = []
    for i in range(size):
        one = search(draw.choice(SAID), *two, who=draw.randrange(12), ago=20 - i / 3)
        made = choose(one, draw.choice(two)) if draw.random() < 0.7 else None
        if made and draw.random() < 0.5:
            choose(one, made.artifact, worked=draw.random() < 0.8)
        found.append((one, made))
    return found


def test_like_queries_are_one_intent_and_unlike_ones_are_not(two):
    for text in SAID:
        search(text, *two)
    folding.fold(now=NOW)
    assert {frozenset(one.searches.values_list("text", flat=True)) for one in Intent.objects.all()} == {
        frozenset({"transcribe a podcast", "transcribe podcasts", "podcast transcribe"}),
        frozenset({"translate a contract to French"}),
        frozenset({"draw a logo"}),
    }


def test_an_edge_counts_shown_chosen_and_worked_apart(two):
    scribe, painter = two
    one = search("transcribe a podcast", *two)
    choose(one, scribe)
    choose(one, scribe, worked=True)
    search("transcribe a podcast", *two, who=2)
    folding.fold(now=NOW)
    edge = Edge.objects.get(artifact=scribe)
    assert (edge.shown, edge.examined, edge.chosen, edge.worked, edge.failed) == (2, 20_000, 1_000, 1_000, 0)
    assert Edge.objects.get(artifact=painter).examined < 20_000, "who stands second is looked at less"


def test_of_near_misses_only_the_chosen_one_was_looked_at(two):
    scribe, painter = two
    one = search("transcribe a podcast", *two, answered=False)
    search("transcribe a podcast", *two, who=2, answered=False)
    choose(one, painter)
    folding.fold(now=NOW)
    assert not Edge.objects.filter(artifact=scribe).exists()
    edge = Edge.objects.get(artifact=painter)
    assert (edge.shown, edge.chosen) == (1, 1_000)
    assert 0 < edge.examined < 10_000, "who stands second is looked at less"


def test_folding_again_changes_nothing(two):
    crowd(two)
    folding.fold(now=NOW)
    before = digest()
    assert not folding.fold(now=NOW)
    assert digest() == before
    folding.refold(now=NOW)
    assert digest() == before


def test_folding_as_it_comes_is_folding_at_once(two):
    """Whatever the pieces are, the graph is the same."""
    events = crowd(two)
    folding.fold(now=NOW)
    whole = digest()
    Edge.objects.all().delete()
    Search.objects.update(intent=None, is_folded=False)
    Intent.objects.all().delete()
    Feedback.objects.update(weight=None)
    for one, _ in events[::7]:
        folding.fold(now=one.at + dt.timedelta(minutes=2))
    folding.fold(now=NOW)
    assert digest() == whole


@pytest.mark.parametrize("seed", range(3))
def test_what_is_excluded_has_never_been_and_comes_back_exactly(two, seed):
    """The graph without an actor's events is that of a site where they never happened; lifting brings all back."""
    events = crowd(two, seed=seed)
    folding.fold(now=NOW)
    before = digest()
    bad = events[0][0].actor
    exclusion = Exclusion.objects.create(subject="actor", value=bad, why="Bought.", set_at=NOW)
    folding.fold(now=NOW)
    without = digest()
    assert without != before
    exclusion.lifted_at = NOW
    exclusion.save()
    folding.fold(now=NOW)
    assert digest() == before

    Feedback.objects.filter(actor=bad).delete()
    Search.objects.filter(actor=bad).delete()
    folding.refold(now=NOW)
    assert digest() == without


@pytest.mark.parametrize("subject", ["network", "key", "door"])
def test_a_network_a_key_and_a_door_are_left_out_and_come_back_as_exactly(two, subject):
    """As if they had never been, and then as if they had never been away."""
    for place, (one, _) in enumerate(crowd(two)):
        if place % 5 == 0:
            Search.objects.filter(pk=one.pk).update(door="api", network="f" * 16)
            Feedback.objects.filter(search_key=one.key).update(network="f" * 16, signed_by="bad")
    folding.fold(now=NOW)
    before = digest()
    value = {"network": "f" * 16, "key": "bad", "door": "api"}[subject]
    exclusion = Exclusion.objects.create(subject=subject, value=value, why="Stolen.", set_at=NOW)
    folding.fold(now=NOW)
    without = digest()
    assert without != before
    exclusion.lifted_at = NOW
    exclusion.save()
    folding.fold(now=NOW)
    assert digest() == before

    Feedback.objects.filter(network="f" * 16).delete()
    if subject != "key":  # nobody signs searches
        Search.objects.filter(network="f" * 16).delete()
    folding.refold(now=NOW)
    assert digest() == without


def test_whoever_searches_a_thousand_times_makes_nothing_look_unwanted(two):
    """Looks of one network are bounded as its choices are; how often something was shown is not."""
    scribe, _ = two
    for n in range(30):
        search("draw a logo", *two, who=n, network="f" * 16, ago=3)
        folding.fold(now=NOW - dt.timedelta(days=2) + dt.timedelta(minutes=n))
    choose(search("draw a logo", *two, who=99), scribe)
    folding.fold(now=NOW)
    edge = Edge.objects.get(artifact=scribe)
    assert (edge.shown, edge.examined, edge.chosen) == (31, 20_000, 1_000)
    before = digest()
    folding.refold(now=NOW)
    assert digest() == before


def test_a_network_and_a_time_can_be_excluded_too(two):
    search("draw a logo", *two, who=1, ago=3)
    search("draw a logo", *two, who=2, ago=1)
    Exclusion.objects.create(subject="network", value=f"{1:016x}", why="x", set_at=NOW)
    folding.fold(now=NOW)
    assert Intent.objects.get().searches_count == 1
    Exclusion.objects.create(subject="span", since=NOW - dt.timedelta(days=2), why="x", set_at=NOW)
    folding.fold(now=NOW)
    assert not Edge.objects.exists()
    assert not Intent.objects.exists()


def test_a_pinned_query_goes_where_an_editor_put_it(two):
    first = search("draw a logo", *two)
    other = search("translate a contract to French", *two)
    folding.fold(now=NOW)
    first.refresh_from_db()
    assert first.intent is not None
    Pin.objects.create(phrase=other.phrase, intent=first.intent, made_at=NOW)
    folding.fold(now=NOW)
    assert set(first.intent.searches.values_list("text", flat=True)) == {first.text, other.text}


def test_programs_count_for_nothing(two):
    choose(search("draw a logo", *two, is_program=True), two[0], doubt="program")
    folding.fold(now=NOW)
    assert not Edge.objects.exists()
    assert Feedback.objects.get().weight == 0


def test_an_intent_is_public_when_enough_independent_people_had_it(two):
    for who in range(10):
        search("draw a logo", *two, who=who, ago=1 + who % 3)
    folding.fold(now=NOW)
    found = Intent.objects.get()
    assert found.is_public
    assert found.slug == "draw-a-logo"


@pytest.mark.parametrize(("people", "days"), [(9, 3), (10, 2)])
def test_fewer_people_or_fewer_days_are_not_enough(two, people, days):
    for who in range(people):
        search("draw a logo", *two, who=who, ago=1 + who % days)
    folding.fold(now=NOW)
    assert not Intent.objects.get().is_public


def test_one_persons_words_do_not_name_an_intent(two):
    """Ten people said the same in ten ways: none of them is shown to others."""
    for who in range(10):
        search("draw a logo" + " please" * (who % 4) + " now" * (who // 4), *two, who=who, ago=1 + who % 3)
    folding.fold(now=NOW)
    assert not any(one.is_public for one in Intent.objects.all())


def test_feedback_whose_search_is_not_there_yet_waits_and_is_given_up(two):
    one = search("draw a logo", *two, ago=0.01)
    made = choose(one, two[0])
    one.delete()
    folding.fold(now=NOW)
    made.refresh_from_db()
    assert made.weight is None
    folding.fold(now=NOW + dt.timedelta(hours=3))
    made.refresh_from_db()
    assert made.weight == 0


def test_the_queries_of_a_fold_do_not_grow_with_its_events(two, django_assert_max_num_queries):
    crowd(two, size=300)
    with django_assert_max_num_queries(60):
        folding.fold(now=NOW)


def test_folding_everything_again_keeps_numbers_and_addresses(two):
    """Others have linked to them."""
    for who in range(10):
        search("draw a logo", *two, who=who, ago=1 + who % 3)
    folding.fold(now=NOW)
    before = list(Intent.objects.order_by("pk").values_list("pk", "slug", "key"))
    Intent.objects.update(slug="an-older-address")
    folding.refold(now=NOW)
    assert list(Intent.objects.values_list("pk", "slug", "key")) == [(before[0][0], "an-older-address", before[0][2])]
