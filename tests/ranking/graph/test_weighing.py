"""What is repeated, sprayed or done by a crowd from one place weighs no more."""

from __future__ import annotations

import random

from ranking.graph.weighing import BUDGET, DAY, NETWORK_SHARE, OUTCOMES_A_DAY, WHOLE, Event, weighed


def event(pk: int, *, at: float = 0.0, act: str = "choice", actor: str = "", network: str = "", **given: int) -> Event:
    return Event(
        pk=pk,
        at=at or float(pk),
        act=act,
        actor=actor or f"a{pk}",
        network=network or f"n{pk}",
        intent=given.get("intent", 1),
        artifact=given.get("artifact", 1),
        most=given.get("most", WHOLE),
    )


def test_a_first_choice_weighs_one():
    assert weighed([event(1)]) == {1: WHOLE}


def test_the_same_choice_counts_again_after_thirty_days():
    events = [event(n, at=day * DAY, actor="a", network="n") for n, day in enumerate((1, 10, 30.9, 31.1))]
    assert list(weighed(events).values()) == [WHOLE, 0, 0, WHOLE]


def test_another_intent_is_another_choice_but_a_network_has_its_share():
    events = [event(n, actor="a", network="n", intent=n) for n in range(1, 6)]
    assert sum(weighed(events).values()) == NETWORK_SHARE * WHOLE


def test_a_day_has_a_budget():
    events = [event(n, actor="a", artifact=n, network=f"n{n}") for n in range(1, 40)]
    assert sum(weighed(events).values()) == BUDGET * WHOLE


def test_a_thousand_actors_of_one_network_are_three_and_for_one_intent_one():
    assert sum(weighed([event(n, network="n") for n in range(1, 1001)]).values()) == WHOLE
    many = [event(n, network="n", intent=n % 7) for n in range(1, 1001)]
    assert sum(weighed(many).values()) == NETWORK_SHARE * WHOLE


def test_a_network_counts_for_an_intent_again_after_thirty_days():
    """Whoever asks has another name each day: it is the network's that lasts."""
    events = [event(n, at=day * DAY, network="n") for n, day in enumerate((1, 10, 30.9, 31.1))]
    assert list(weighed(events).values()) == [WHOLE, 0, 0, WHOLE]


def test_outcomes_of_an_artifact_are_bounded_a_day():
    events = [event(n, act="outcome") for n in range(1, 100)]
    assert sum(weighed(events).values()) == OUTCOMES_A_DAY * WHOLE


def test_whoever_is_doubted_takes_nobodys_place():
    events = [event(n, network="n", intent=n, most=0 if n < 50 else WHOLE) for n in range(1, 60)]
    found = weighed(events)
    assert sum(found[n] for n in range(1, 50)) == 0
    assert sum(found.values()) == NETWORK_SHARE * WHOLE


def test_small_weights_fill_a_share_slowly():
    events = [event(n, network="n", intent=n % 9, most=250) for n in range(1, 30)]
    assert list(weighed(events).values())[:13] == [250] * 12 + [0]
    assert list(weighed([event(n, network="n", most=250) for n in range(1, 10)]).values())[:5] == [250] * 4 + [0]


def test_weighing_in_pieces_is_weighing_at_once():
    draw = random.Random(3)
    events = [
        event(
            n,
            at=draw.random() * 60 * DAY,
            act=draw.choice(("choice", "outcome")),
            actor=f"a{draw.randrange(8)}",
            network=f"n{draw.randrange(4)}",
            intent=draw.randrange(3),
            artifact=draw.randrange(5),
        )
        for n in range(1, 600)
    ]
    events.sort(key=lambda one: one.at)
    whole = weighed(events)
    pieces: dict[int, int] = {}
    for start in range(0, len(events), 37):
        before = [(one, pieces[one.pk]) for one in events[:start]]
        pieces.update(weighed(events[start : start + 37], counted=before))
    assert pieces == whole
    assert weighed(reversed(events)) == whole
