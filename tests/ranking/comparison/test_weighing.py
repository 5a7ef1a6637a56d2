"""The order by the reader's own weights and needs."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.confidence import Level
from ranking.comparison import Preferences, Subject, Workload
from ranking.comparison.table import Weighed
from tests.ranking.comparison.tables import DOWNLOAD, a_fact, a_rank, a_subject, a_table, an_offering, offers, tokens


def weighed(*subjects: Subject, broader: dict[str, str] | None = None, **preferences: Any) -> Weighed:
    found = a_table(*subjects, preferences=Preferences(**preferences), broader=broader).weighed
    assert found is not None
    return found


ANT = a_subject("ant", ranked=a_rank(70, adoption=80, freshness=40), prices=tokens("2", "4"))
BEE = a_subject("bee", ranked=a_rank(60, adoption=40, freshness=90), prices=tokens("0.5", "1"))


def test_without_weights_or_needs_there_is_nothing_to_weigh() -> None:
    assert a_table(ANT, BEE).weighed is None
    assert a_table(ANT, BEE, preferences=Preferences(Workload(1, 1))).weighed is None


def test_a_score_is_the_mean_by_the_weights() -> None:
    found = weighed(ANT, BEE, weights={"adoption": 30, "freshness": 10})
    assert [(placed.slug, placed.score) for placed in found.order] == [("ant", 70.0), ("bee", 52.5)]
    assert (found.outcome, found.winner) == ("above", "ant")
    assert found.sentence.startswith(
        "By your weights Ant comes first (Ant at 70, Bee at 53); by rank Ant is first too."
    )


def test_other_weights_turn_it_and_the_sentence_says_what_they_change() -> None:
    found = weighed(ANT, BEE, weights={"adoption": 10, "freshness": 30})
    assert found.winner == "bee"
    assert "; by rank Ant is first." in found.sentence


def test_scores_within_the_bands_tie() -> None:
    found = weighed(ANT, BEE, weights={"adoption": 55, "freshness": 45})
    assert (found.outcome, found.winner, found.robust) == ("tie", None, None)
    assert "are too close to tell apart (Bee at 63, Ant at 62); by rank Ant is first." in found.sentence


@pytest.mark.parametrize(
    ("prices", "score"),
    [
        (tokens("0.5", "1"), 100.0),
        (tokens("1", "1"), 80.0),
        (tokens("2", "1"), 60.0),
        (tokens("500", "1"), 0.0),
        ((DOWNLOAD,), 100.0),
        ((), None),
        (tokens("1", "1", currency="EUR"), None),
    ],
)
def test_each_doubling_of_the_price_costs_the_same(prices: Any, score: float | None) -> None:
    """The cheapest has 100, free use too; in two currencies nobody's is weighed."""
    cat = a_subject("cat", ranked=60, prices=prices)
    found = weighed(BEE, cat, weights={"price": 1})
    assert {placed.slug: placed.score for placed in found.order}["cat"] == score


def test_a_workload_decides_whose_price_it_is() -> None:
    cat = a_subject("cat", prices=tokens("0.1", "10"))
    dog = a_subject("dog", prices=tokens("1", "1"))
    assert weighed(cat, dog, weights={"price": 1}).winner == "cat"
    assert weighed(cat, dog, weights={"price": 1}, workload=Workload(1000, 1_000_000)).winner == "dog"


def test_what_is_unknown_weighs_nothing_and_is_said() -> None:
    cat = a_subject("cat", ranked=a_rank(60, adoption=90))
    found = weighed(ANT, cat, weights={"adoption": 50, "price": 50})
    placed = {one.slug: one for one in found.order}
    assert (placed["cat"].score, placed["cat"].unknown) == (90.0, ("price",))
    assert "Not known of Cat, so not weighed there: price." in found.sentence


def test_nobody_wins_by_what_is_missing() -> None:
    """Cat's price is the best there is, but of quality, which counts most, only Ant's is known."""
    ant = a_subject("ant", ranked=a_rank(60, quality=65), prices=tokens("1", "1"))
    cat = a_subject("cat", ranked=a_rank(60), prices=tokens("0.9", "1"))
    found = weighed(ant, cat, weights={"quality": 90, "price": 10})
    assert found.order[0].slug == "cat"
    assert found.winner is None
    dog = a_subject("dog", ranked=a_rank(60, quality=90))
    found = weighed(dog, cat, weights={"quality": 50, "price": 50})
    assert (found.outcome, found.winner) == ("tie", None), "they have nothing in common to compare"


def test_where_nothing_is_known_nobody_comes_first() -> None:
    found = weighed(ANT, a_subject("cat"), weights={"match": 1})
    assert (found.outcome, found.winner) == ("not_enough_evidence", None)
    assert found.sentence.startswith("Nothing that counts here is known of Ant and Cat, so nobody comes first.")


def test_needs_alone_leave_it_to_the_rank_where_there_is_one() -> None:
    bee = a_subject("bee", licence_class="permissive")
    found = weighed(a_subject("ant", ranked=90, licence_class="permissive"), bee, licences=("permissive",))
    assert (found.outcome, found.winner) == ("not_enough_evidence", None)
    assert found.sentence == "Bee is not ranked yet, so nobody comes first."


def test_across_kinds_only_the_price_counts() -> None:
    cow = a_subject("cow", kind="dataset", ranked=a_rank(90, adoption=99), prices=tokens("1", "1"))
    found = weighed(BEE, cow, weights={"adoption": 90, "price": 10})
    assert found.winner == "bee"
    assert found.sentence.startswith(
        "Their kinds differ, so of your weights only that of the price can count. By price"
    )
    found = weighed(BEE, cow, weights={"adoption": 90})
    assert (found.outcome, found.winner) == ("not_comparable", None)
    assert "are not comparable by rank, so none of them comes first." in found.sentence


def test_a_capability_has_to_be_shown() -> None:
    """Unknown is not yes; a claim without evidence neither."""
    ant = a_subject("ant", ranked=60, offerings=offers("web-search"))
    bee = a_subject("bee", ranked=90, offerings=offers("web-search", level=Level.NONE))
    found = weighed(ant, bee, a_subject("cat", ranked=91), capabilities=("web-search",))
    assert [placed.slug for placed in found.order] == ["ant", "cat", "bee"]
    assert (found.outcome, found.winner, found.robust) == ("above", "ant", 1.0)
    assert found.sentence == (
        "Only Ant meets what you need; by rank nobody is clearly first. "
        "Nobody has shown that Cat offers web search. Bee is said to offer web search, without evidence."
    )


def test_a_shown_absence_is_told_with_its_source() -> None:
    facts = (a_fact("input_modalities", ["text"]), a_fact("output_modalities", ["text"]))
    ant = a_subject("ant", offerings=offers("image-captioning"))
    found = weighed(ant, a_subject("bee", facts=facts), capabilities=("image-captioning",))
    assert found.order[1].ruled_out == (
        (
            "Bee is not shown to offer image captioning "
            "(it is listed as taking text and giving text: no image; A catalog)."
        ),
    )


def test_a_narrower_capability_on_a_joined_row_is_asked_for_itself() -> None:
    """Two stand on one row under their broader one; only who offers the very one meets the need."""
    ant, bee = a_subject("ant", offerings=offers("news-search")), a_subject("bee", offerings=offers("video-search"))
    broader = {"news-search": "search", "video-search": "search"}
    assert weighed(ant, bee, broader=broader, capabilities=("news-search",)).winner == "ant"
    found = weighed(ant, bee, broader=broader, capabilities=("search",))
    assert [placed.ruled_out for placed in found.order] == [(), ()]


def test_a_capability_that_nobody_here_offers_rules_out_everybody() -> None:
    found = weighed(ANT, BEE, capabilities=("time-travel",))
    assert (found.outcome, found.winner) == ("not_enough_evidence", None)
    assert found.sentence == (
        "Neither meets what you need. "
        "Nobody has shown that Ant offers time travel. Nobody has shown that Bee offers time travel."
    )


def test_licence_classes_rule_out_what_is_not_known_too() -> None:
    ant = a_subject("ant", ranked=60, licence="MIT", licence_class="permissive")
    bee = a_subject("bee", ranked=60, licence="LicenseRef-Own-Terms", licence_class="restricted")
    found = weighed(ant, bee, a_subject("cat", ranked=60), licences=("permissive", "copyleft"))
    assert found.winner == "ant"
    assert [placed.ruled_out for placed in found.order[1:]] == [
        ("Bee has a restricted licence (Own Terms).",),
        ("What the licence of Cat allows is not known.",),
    ]


def test_among_those_that_will_do_the_rank_decides_where_nothing_is_weighed() -> None:
    ant, bee = (a_subject(slug, ranked=score, offerings=offers("x")) for slug, score in (("ant", 60), ("bee", 90)))
    found = weighed(ant, bee, capabilities=("x",))
    assert (found.winner, [placed.score for placed in found.order]) == ("bee", [90.0, 60.0])
    assert True


def test_robustness_is_the_share_of_nearby_weightings() -> None:
    """Where one is far ahead all of them agree; near the line where it turns about half do."""
    far = weighed(ANT, BEE, weights={"adoption": 90, "freshness": 10})
    assert far.robust == 1.0
    assert "Every nearby weighting that was tried says the same." in far.sentence
    ant = a_subject("ant", ranked=a_rank(70, 0.5, adoption=80, freshness=40))
    bee = a_subject("bee", ranked=a_rank(60, 0.5, adoption=40, freshness=90))
    near = weighed(ant, bee, weights={"adoption": 57, "freshness": 43})
    assert near.winner == "ant"
    assert near.robust is not None
    assert 0.5 < near.robust < 0.75
    assert f"Of nearby weightings {near.robust * 100:.0f}\u202f% say the same." in near.sentence


@pytest.mark.parametrize("factor", [1e-6, 0.1, 7, 1e6])
def test_only_the_proportion_of_weights_counts(factor: float) -> None:
    weights = {"adoption": 57.0, "freshness": 43.0, "price": 13.0}
    one = weighed(ANT, BEE, weights=weights)
    other = weighed(ANT, BEE, weights={name: factor * weight for name, weight in weights.items()})
    assert one == other or [p.score for p in one.order] == pytest.approx([p.score for p in other.order])
    assert (one.sentence, one.robust) == (other.sentence, other.robust)


def test_the_best_evidence_of_a_capability_counts() -> None:
    ant = a_subject("ant", offerings=(an_offering("x", Level.NONE), an_offering("x", Level.LOW)))
    assert weighed(ant, a_subject("bee"), capabilities=("x",)).winner == "ant"


def test_who_asks_for_nothing_comes_before_who_asks_for_little() -> None:
    """The findings say that one costs nothing and the other something; the weights may not call that a tie."""
    found = weighed(
        a_subject("ant", ranked=a_rank(50), prices=tokens("0", "0")),
        a_subject("bee", ranked=a_rank(50), prices=tokens("1", "1")),
        weights={"price": 100.0},
    )
    assert [(it.slug, it.score) for it in found.order] == [("ant", 100.0), ("bee", 80.0)]
    assert found.winner == "ant"
