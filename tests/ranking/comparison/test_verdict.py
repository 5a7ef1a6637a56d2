"""The verdict's sentence and outcome: what is said first, of two, three and four, with names of every sort."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.choices import Kind
from ranking.comparison import Preferences, Table, Workload
from ranking.comparison.phrases import a_kind, a_thing, as_much, inside, likelihood, possessive, some
from tests.ranking.comparison.tables import DOWNLOAD, a_rank, a_subject, a_table, offers, texts, tokens


def sentence(*subjects: Any, preferences: Preferences | None = None) -> str:
    return a_table(*subjects, preferences=preferences).verdict.sentence


def test_the_outcome_comes_first_then_what_speaks_against_it() -> None:
    """Whoever chooses wants to know what the winner is ahead on, and what the other one has for itself."""
    ant = a_subject("ant", ranked=a_rank(80, adoption=90), prices=tokens("2", "2"), offerings=offers("tool-calling"))
    bee = a_subject("bee", ranked=a_rank(60, adoption=50), prices=tokens("1", "1"), offerings=offers("web-search"))
    assert sentence(ant, bee) == (
        "Ant ranks above Bee, ahead on adoption; Bee is cheaper for both input and output; "
        "only Ant is shown to offer tool calling."
    )
    assert sentence(ant, bee, preferences=Preferences(Workload(1_000_000))) == (
        "Ant ranks above Bee, ahead on adoption; for your month Bee costs $1.00, Ant $2.00; "
        "only Ant is shown to offer tool calling."
    )


def test_with_nothing_else_to_say_the_outcome_stands_alone() -> None:
    assert sentence(a_subject("ant", ranked=60), a_subject("bee", ranked=61)) == "Bee and Ant are tied by rank."


def test_a_deprecated_one_is_named_before_all_else() -> None:
    ant = a_subject("ant", ranked=80, is_deprecated=True, offerings=offers("tool-calling"))
    bee = a_subject("bee", ranked=60, prices=(DOWNLOAD,))
    assert sentence(ant, bee).startswith("Ant ranks above Bee; Ant is deprecated; ")


def test_different_kinds_are_called_not_comparable_by_rank() -> None:
    ant, cow = a_subject("ant", ranked=90), a_subject("cow", kind="dataset", ranked=10)
    assert sentence(ant, cow) == "Ant is a model and Cow a dataset, so they are not comparable by rank."
    assert sentence(ant, cow, a_subject("eel", kind="mcp")) == (
        "They are not comparable by rank: models, datasets and MCP servers are each ranked among their own kind."
    )


@pytest.mark.parametrize(
    ("ranks", "text"),
    [
        ((None, None), "Ant and Bee."),
        ((70, None), "Bee, so whether Ant is above or below it is open."),
        ((70, 70, None), "Cat, so whether Ant and Bee are above or below it is open."),
        ((70, None, None), "Bee and Cat, so whether Ant is above or below them is open."),
    ],
)  # fmt: skip
def test_who_is_not_ranked_is_neither_above_nor_below(ranks: tuple[Any, ...], text: str) -> None:
    named = ("ant", "bee", "cat")
    table = a_table(*(a_subject(slug, ranked=rank) for slug, rank in zip(named, ranks, strict=False)))
    assert table.verdict.sentence == f"There is not enough evidence to rank {text}"
    assert (table.verdict.outcome, table.verdict.winner) == ("not_enough_evidence", None)


def test_names_of_every_sort_read_well() -> None:
    """Ending in s or in a number, beginning small, with brackets, or very long."""
    long = "A Very Long Name of an Instruction-Tuned Mixture of Experts " * 2
    table = a_table(
        a_subject("a", name="Transformers", ranked=a_rank(80, coverage=0.3), licence="MIT", licence_class="permissive"),
        a_subject("b", name="gpt-oss-120b", ranked=60, licence_class="restricted"),
        a_subject("c", name="FLUX.1 [dev]", ranked=60, licence_class="restricted"),
        a_subject("d", name=long.strip(), ranked=60, licence_class="copyleft"),
    )
    assert table.verdict.sentence == (
        f"Transformers ranks above gpt-oss-120b, FLUX.1 [dev] and {long.strip()}; Transformers has a permissive "
        f"licence, {long.strip()} a copyleft one, gpt-oss-120b and FLUX.1 [dev] a restricted one."
    )
    assert texts(table, "coverage")[0].startswith("Transformers’ rank rests on 30\u202f% of the evidence")


def test_a_sentence_does_not_say_the_same_twice() -> None:
    claimed = offers("dancing", level=0)
    ant = a_subject("ant", offerings=offers("singing", "dancing"))
    table = a_table(ant, a_subject("bee", offerings=claimed))
    assert len(texts(table, "only")) == 2
    assert table.verdict.sentence.count("only Ant") == 1


def test_every_finding_stands_on_rows_of_the_table() -> None:
    table: Table = a_table(a_subject("ant", ranked=90), a_subject("cow", kind="dataset"))
    assert [table.row(name) for finding in table.verdict.findings for name in finding.rows]
    assert None not in [table.row(name) for finding in table.verdict.findings for name in finding.rows]


# --- phrases ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "within"),
    [
        ("Tool calling", "tool calling"),
        ("SQL generation", "SQL generation"),
        ("OpenAI-compatible API", "OpenAI-compatible API"),
        ("Image–text retrieval", "image–text retrieval"),
        ("", ""),
    ],
)
def test_labels_stand_in_a_sentence_as_words_do(label: str, within: str) -> None:
    assert inside(label) == within


@pytest.mark.parametrize(
    ("label", "thing"),
    [
        ("Tool calling", "tool calling"),
        ("MCP client", "an MCP client"),
        ("Instruction corpus", "an instruction corpus"),
        ("Multilingual benchmark", "a multilingual benchmark"),
        ("OpenAI-compatible API", "an OpenAI-compatible API"),
        ("Adversarial, bias and generalisation tests", "adversarial, bias and generalisation tests"),
    ],
)
def test_what_is_a_thing_has_an_article(label: str, thing: str) -> None:
    assert a_thing(label) == thing


def test_every_kind_has_its_article() -> None:
    told = {a_kind(kind) for kind in Kind.values}
    assert {"an agent", "an API", "an app", "an extension", "an MCP server", "a model", "a web app"} <= told
    assert len(told) == len(Kind.values)


@pytest.mark.parametrize(
    ("more", "less", "text"),
    [
        (3.1, 1, "3.1 times as much"),
        (2, 1, "twice as much"),
        (1.96, 1, "twice as much"),
        (1.9, 1, "90\u202f% more"),
        (1.24, 1, "24\u202f% more"),
        (1.001, 1, "less than 1\u202f% more"),
        (12_345.6, 1, "12\u202f346 times as much"),
        (9.97, 1, "10 times as much"),
        (4, 1, "4 times as much"),
    ],
)
def test_how_much_more_reads_as_one_says_it(more: float, less: float, text: str) -> None:
    assert as_much(more, less) == text


def test_other_phrases() -> None:
    assert [possessive(name) for name in ("Aider", "Transformers", "WORDS")] == ["Aider’s", "Transformers’", "WORDS’"]
    assert some(["a", "b", "c", "d"]) == "a, b, c and d"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert some(["b and c", "a"]) == "a, and b and c"
    assert some(["b and c"]) == "b and c"
    assert likelihood(1.0) == "over 99\u202f%"
    assert likelihood(0.934) == "about 93\u202f%"
