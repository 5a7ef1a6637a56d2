"""Each rule of the verdict, where the table supports it and where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.confidence import Level
from ranking.comparison import Preferences, Subject, Workload
from ranking.comparison.absence import LISTED
from ranking.comparison.findings import abilities
from ranking.comparison.table import CapabilityCell, Has
from tests.ranking.comparison.tables import (
    DOWNLOAD,
    a_fact,
    a_price,
    a_rank,
    a_result,
    a_subject,
    a_table,
    favoured,
    offers,
    pair,
    texts,
    tokens,
)

MONTH = Preferences(Workload(10_000_000, 1_000_000))


# --- ranks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "text"),
    [
        ((80, 60), "Ant ranks above Bee: 80 (76–84) against 60 (56–64). The probability that it does is over 99"),
        ((65, 60), "Ant likely ranks above Bee: 65 (61–69) against 60 (56–64). The probability that it does is about"),
        ((61, 60), "Ant and Bee are tied by rank: 61 (57–65) and 60 (56–64). Their bands overlap too far to tell"),
        ((60, 60), "Ant and Bee are tied by rank: 60 (56–64) and 60 (56–64). Their bands overlap too far to tell"),
        ((60, 80), "Bee ranks above Ant: 80 (76–84) against 60 (56–64)."),
    ],
)
def test_ranks_are_told_as_far_as_their_bands_allow(scores: tuple[int, int], text: str) -> None:
    table = pair({"ranked": scores[0]}, {"ranked": scores[1]})
    assert texts(table, "rank")[0].startswith(text)
    assert bool(favoured(table, "rank")[0]) == ("tied" not in text)


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ((80, 60, 50), "Ant ranks above Bee and Cat"),
        ((65, 60, 50), "Ant ranks above Cat and likely above Bee"),
        ((65, 60, 60), "Ant likely ranks above Bee and Cat"),
        ((62, 61, 50), "Ant and Bee are tied by rank; Cat ranks below Ant"),
        ((62, 61, 60), "Ant, Bee and Cat are tied by rank"),
        ((62, 61, 57), "Ant and Bee are tied by rank; Cat likely ranks below Ant"),
        ((62, 61, 50, 57), "Ant and Bee are tied by rank; Cat ranks below Ant; Dog likely ranks below Ant"),
        ((62, 50, 50, 50), "Ant ranks above Bee, Cat and Dog"),
        ((62, 61, 50, 50), "Ant and Bee are tied by rank; Cat and Dog rank below Ant"),
    ],
)
def test_of_several_it_is_told_who_is_tied_at_the_top_and_who_is_below(scores: tuple[int, ...], words: str) -> None:
    named = ("ant", "bee", "cat", "dog")
    table = a_table(*(a_subject(slug, ranked=score) for slug, score in zip(named, scores, strict=False)))
    assert table.verdict.sentence.startswith(words)
    assert texts(table, "rank")[0].startswith(f"{words}: Ant at 6" if scores[0] < 80 else f"{words}: Ant at 80")


def test_kinds_are_not_comparable_but_two_of_one_kind_are_among_themselves() -> None:
    table = a_table(
        a_subject("ant", ranked=80), a_subject("bee", ranked=60), a_subject("cow", kind="dataset", ranked=99)
    )
    assert texts(table, "kinds") == [
        (
            "They are not comparable by rank: Ant is a model, Bee is a model and Cow is a dataset, "
            "and each kind is ranked on a scale of its own."
        )
    ]
    assert texts(table, "rank")[0].startswith("Among the models here, Ant ranks above Bee: 80")
    assert (table.verdict.outcome, table.verdict.winner, table.verdict.probability) == ("not_comparable", None, None)
    assert texts(a_table(a_subject("ant"), a_subject("bee")), "kinds") == []


def test_who_is_not_ranked_is_named_and_nothing_follows() -> None:
    table = pair({"ranked": 80}, {})
    assert texts(table, "unranked") == [
        "Bee is not ranked yet: there is not enough evidence. Nothing follows from that, neither for it nor against."
    ]
    assert favoured(table, "unranked") == [()]
    assert texts(table, "rank") == []
    assert table.row("rank") is not None
    assert a_table(a_subject("ant"), a_subject("bee")).row("rank") is not None, "the finding has a row to stand on"
    assert texts(pair({"ranked": 80}, {"ranked": 70}), "unranked") == []


@pytest.mark.parametrize(
    ("own", "other", "leads"),
    [(90, 60, True), (66, 60, True), (58, 57, False), (90, None, False), (None, 60, False), (50, 90, False)],
)
def test_a_component_is_led_only_by_more_than_the_ranks_wobble(own: Any, other: Any, leads: bool) -> None:
    """A 57 against a 58 is no lead, and nothing is ahead of the unknown."""
    table = pair({"ranked": a_rank(60, adoption=own)}, {"ranked": a_rank(60, adoption=other)})
    assert (("ant",) in favoured(table, "components")) == leads
    if leads:
        assert texts(table, "components") == [f"Ant leads Bee on adoption ({own} against {other})."]


def test_a_component_is_led_over_all_peers_or_not_at_all() -> None:
    ranks = [a_rank(60, adoption=value) for value in (90, 88, 40)]
    table = a_table(*(a_subject(slug, ranked=rank) for slug, rank in zip(("ant", "bee", "cat"), ranks, strict=True)))
    assert texts(table, "components") == []


def test_what_would_flip_it_is_where_the_two_lines_cross() -> None:
    """A model's formula weighs adoption .40, quality .05, ecosystem .20 and freshness .10 of .75 in all."""
    ant = a_rank(70, adoption=80, quality=50, ecosystem=60, freshness=40)
    bee = a_rank(60, adoption=50, quality=50, ecosystem=60, freshness=80)
    table = pair({"ranked": ant}, {"ranked": bee})
    # (1 - t) * (.40 * 30) / .65 = t * 40 where t = 0.3157...
    (text,) = texts(table, "flip")
    assert text.startswith("Bee leads on freshness; weighing it above 32\u202f% puts Bee first.")
    assert text.endswith(" The rank’s own formula weighs it 13\u202f%.")
    assert favoured(table, "flip") == [("bee",)]


@pytest.mark.parametrize(
    "bee",
    [
        a_rank(60, adoption=50, quality=50, ecosystem=50, freshness=40),  # leads on nothing
        a_rank(69, adoption=50, quality=50, ecosystem=50, freshness=80),  # tied: there is nothing to flip
        a_rank(60, adoption=79, quality=50, ecosystem=60, freshness=80),  # ahead by components already
        a_rank(60, adoption=50, quality=50, ecosystem=60, freshness=42),  # a lead within the wobble
    ],
)
def test_nothing_flips_without_a_lead_a_winner_and_a_crossing(bee: Any) -> None:
    ant = a_rank(70, adoption=80, quality=50, ecosystem=60, freshness=40)
    assert texts(pair({"ranked": ant}, {"ranked": bee}), "flip") == []


def test_thin_evidence_is_named() -> None:
    table = pair({"ranked": a_rank(60, coverage=0.4)}, {"ranked": a_rank(60, coverage=0.5)})
    assert texts(table, "coverage") == [
        "Ant’s rank rests on 40\u202f% of the evidence that a model can have, so its band is wide: 60 (56–64)."
    ]


# --- costs ------------------------------------------------------------------------------------------------------------


def test_the_cheaper_one_for_a_month_is_named_with_provider_and_how_much() -> None:
    table = pair({"prices": tokens("2", "6")}, {"prices": tokens("0.5", "1", provider="Other")}, MONTH)
    assert texts(table, "workload") == [
        "For your month Bee costs least, $6.00 at Other; Ant costs $26.00 at Host, 4.3 times as much."
    ]
    assert favoured(table, "workload") == [("bee",)]
    assert texts(table, "prices") == [], "the workload has said it already"


@pytest.mark.parametrize("other", [(), tokens("2", "6"), tokens("0.5", "1", currency="EUR"), (a_price("image", "1"),)])
def test_nobody_is_cheaper_than_the_unknown_the_same_or_another_currency(other: Any) -> None:
    table = pair({"prices": tokens("2", "6")}, {"prices": other}, MONTH)
    assert texts(table, "workload") == []
    assert texts(pair({"prices": tokens("2", "6")}, {"prices": other}), "prices") == []


def test_for_whom_no_price_covers_the_month_is_said() -> None:
    table = a_table(
        a_subject("ant", prices=tokens("2", "6")),
        a_subject("bee", prices=tokens("1", "6")),
        a_subject("cat"),
        preferences=MONTH,
    )
    assert texts(table, "workload")[0].endswith("For Cat no provider’s prices cover it.")


def test_without_a_month_both_prices_decide_or_neither() -> None:
    table = pair({"prices": tokens("2", "6")}, {"prices": tokens("0.5", "1")})
    assert texts(table, "prices") == [
        "Bee is cheaper for both input and output, from $0.50 and $1.00 per 1M tokens; Ant from $2.00 and $6.00."
    ]
    assert texts(pair({"prices": tokens("2", "6")}, {"prices": tokens("0.5", "7")}), "prices") == []
    calls = Preferences(Workload(calls=10))
    by_token = pair({"prices": tokens("2", "6")}, {"prices": tokens("0.5", "1")}, calls)
    assert favoured(by_token, "prices") == [("bee",)], "a month that no price covers decides nothing"
    assert texts(pair({"prices": tokens("2", "6")}, {"prices": tokens("2", "5")}), "prices") == []


def test_free_use_counts_only_against_prices_that_are_known() -> None:
    table = pair({"prices": (DOWNLOAD,)}, {"prices": tokens("1", "2")})
    assert texts(table, "free") == [
        "Ant can be used without paying (free to download); every price known of Bee asks for money."
    ]
    assert texts(pair({"prices": (DOWNLOAD,)}, {}), "free") == [], "unknown is not paid"
    assert texts(pair({"prices": (DOWNLOAD,)}, {"prices": (DOWNLOAD,)}), "free") == []


def test_licences_of_different_classes_are_told_the_freer_one_first() -> None:
    table = pair(
        {"licence": "LicenseRef-Own-Terms", "licence_class": "restricted"},
        {"licence": "MIT", "licence_class": "permissive"},
    )
    assert texts(table, "licence") == ["Bee (MIT) has a permissive licence, Ant (Own Terms) a restricted one."]
    assert favoured(table, "licence") == [("bee",)]
    assert texts(pair({"licence_class": "permissive"}, {}), "licence") == []
    assert texts(pair({"licence_class": "permissive"}, {"licence_class": "permissive"}), "licence") == []


# --- abilities --------------------------------------------------------------------------------------------------------


def test_what_only_one_is_shown_to_do_is_not_denied_to_the_other() -> None:
    table = pair({"offerings": offers("tool-calling", "web-search")}, {"offerings": offers("tool-calling")})
    assert texts(table, "only") == ["Only Ant is shown to offer web search. Nobody has shown it for Bee."]
    assert table.verdict.findings[-1].rows == ("capability.web-search",)


def test_a_claim_without_evidence_wins_nothing() -> None:
    table = pair({"offerings": offers("web-search", level=Level.NONE)}, {})
    assert texts(table, "only") == []
    table = pair({"offerings": offers("web-search", level=Level.NONE)}, {"offerings": offers("web-search")})
    assert texts(table, "only") == ["Only Bee is shown to offer web search. Ant is said to as well, without evidence."]
    assert favoured(table, "only") == [("bee",)]


TEXT_ONLY = (a_fact("input_modalities", ["text"]), a_fact("output_modalities", ["text"]))


def test_a_shown_absence_is_told_with_who_says_so() -> None:
    table = pair({"offerings": offers("image-captioning")}, {"facts": TEXT_ONLY})
    assert texts(table, "only") == [
        (
            "Only Ant is shown to offer image captioning. "
            "Bee is listed as taking text and giving text: no image (A catalog)."
        )
    ]
    three = a_table(
        a_subject("ant", offerings=offers("image-captioning")),
        a_subject("bee", facts=TEXT_ONLY),
        a_subject("cat", offerings=offers("image-captioning")),
    )
    assert texts(three, "lacks") == [
        (
            "Ant and Cat are shown to offer image captioning; "
            "Bee is listed as taking text and giving text: no image (A catalog)."
        )
    ]
    assert favoured(three, "lacks") == [("ant", "cat")]
    assert "does not" not in texts(three, "lacks")[0], "a list that leaves something out has not said no"


def test_who_says_no_and_who_is_only_listed_without_it_are_told_apart() -> None:
    lacking = [
        (a_subject("bee"), CapabilityCell(Has.LACKS, note="Tool calling: no.")),
        (a_subject("cat"), CapabilityCell(Has.LACKS, note=f"{LISTED}taking text and giving text: no image.")),
        (a_subject("dog"), CapabilityCell(Has.LACKS, note=f"{LISTED}taking text and giving text: no image.")),
    ]
    assert abilities.absence(lacking) == (
        "Bee does not (tool calling: no); Cat and Dog are listed as taking text and giving text: no image"
    )
    listed = CapabilityCell(Has.LACKS, note=f"{LISTED}taking text, image and giving text: no audio.")
    assert abilities.absence([lacking[1], (a_subject("dog"), listed)]) == (
        "Cat and Dog are listed as taking and giving no such data"
    )
    video = CapabilityCell(Has.LACKS, note=f"{LISTED}taking text and giving text: no video.")
    assert abilities.absence([lacking[1], (lacking[1][0], video)]) == "Cat is listed as taking text and giving text"


def test_a_name_keeps_its_spelling_where_a_sentence_begins() -> None:
    table = a_table(
        a_subject("ant", offerings=offers("image-captioning")), a_subject("bee", name="gpt-bee", facts=TEXT_ONLY)
    )
    assert texts(table, "only")[0].endswith(". gpt-bee is listed as taking text and giving text: no image (A catalog).")
    said = pair(
        {"offerings": offers("web-search")}, {"name": "iBee", "offerings": offers("web-search", level=Level.NONE)}
    )
    assert texts(said, "only")[0].endswith(". iBee is said to as well, without evidence.")


def test_an_absence_that_is_disputed_is_unknown() -> None:
    disputed = (a_fact("input_modalities", ["text"], "disputed", ["text", "image"]), TEXT_ONLY[1])
    table = pair({"offerings": offers("image-captioning")}, {"facts": disputed})
    assert texts(table, "only") == ["Only Ant is shown to offer image captioning. Nobody has shown it for Bee."]


def test_what_a_dataset_cannot_do_by_its_nature_is_no_finding() -> None:
    table = pair({"offerings": offers("web-search")}, {"kind": "dataset"})
    assert texts(table, "only") == []


def test_many_abilities_are_counted_and_all_cited() -> None:
    slugs = [f"skill-{letter}" for letter in "abcdefg"]
    table = pair({"offerings": offers(*slugs)}, {})
    assert texts(table, "only") == [
        "Only Ant is shown to offer skill a, skill b, skill c and 4 more. Nobody has shown them for Bee."
    ]
    assert len(table.verdict.findings[-1].rows) == 7


# --- all together -----------------------------------------------------------------------------------------------------


def rich(slug: str, place: int) -> Subject:
    return a_subject(
        slug,
        ranked=a_rank(80 - 20 * place, adoption=90 - 30 * place, freshness=20 + 50 * place, ecosystem=50, coverage=0.4),
        licence_class=("permissive", "copyleft", "restricted", "restricted")[place],
        prices=(*tokens(str(place + 1), str(place + 2)), *((DOWNLOAD,) if place == 0 else ())),
        offerings=offers(*(f"{slug}-{name}" for name in ("singing", "dancing", "juggling"))),
        results=tuple(
            a_result(str(90 - 10 * place), str(89 - 10 * place), str(91 - 10 * place), benchmark=f"Quiz {n}")
            for n in "abcde"
        ),
        facts=(
            a_fact("context_window", 1000 * 2**place),
            a_fact("max_output", 1000 * 2**place),
            a_fact("released", "2025", "disputed", "2024"),
            a_fact("last_updated", f"202{5 - place}-01-01"),
        ),
    )


def test_about_ten_are_open_the_rest_is_folded_and_nothing_is_dropped() -> None:
    table = a_table(*(rich(slug, place) for place, slug in enumerate(("ant", "bee", "cat", "dog"))))
    findings = table.verdict.findings
    assert len([finding for finding in findings if not finding.is_folded]) <= 11
    assert len([finding for finding in findings if finding.rule == "benchmark"]) == 5
    assert [finding.is_folded for finding in findings if finding.rule == "disputed"] == [False]
    assert any(finding.is_folded for finding in findings)
