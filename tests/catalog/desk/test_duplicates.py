"""Which artifacts may be listed twice: judged with reasons, asked about once."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from django.utils import timezone

from catalog.desk.duplicates import AT_LEAST, Listed, ask_again, find_pairs, keep_apart, likeness, words_of
from catalog.desk.queues import QUEUES
from catalog.models import Artifact, Pair
from tests.cast import erin
from tests.factories import make_artifact, make_identifier, make_lineage, make_publisher

ONE: dict[str, Any] = {"id": 1, "name": "Whisper Large v3", "kind": "model", "publisher": "openai"}


@pytest.mark.parametrize(
    "name", ["whisper-large-v3", "openai/whisper-large-v3", "Whisper_Large_V3", "WhisperLarge v3", "Whisper  large v3"]
)
def test_one_name_in_many_spellings(name: str) -> None:
    other = Listed(2, name, "model")
    assert "They have the same name." in likeness(Listed(**ONE), other).reasons
    assert "".join(words_of(name)) == "whisperlargev3"


@pytest.mark.parametrize(
    ("other", "is_likely"),
    [
        ({"name": "whisper-large-v3"}, True),
        ({"name": "whisper-large-v3", "publisher": ""}, True),
        ({"name": "whisper-large-v2"}, False),
        ({"name": "Whisper Medium v3"}, False),
        ({"name": "whisper-large-v3", "kind": "dataset", "publisher": "somebody"}, False),
        ({"name": "Something else"}, False),
        ({"name": "Distil Whisper Large v3", "publisher": "hf"}, False),
    ],
)
def test_how_likely(other: dict[str, Any], is_likely: bool) -> None:
    found = likeness(Listed(**ONE), Listed(**{**ONE, "id": 2, "publisher": "", **other}))
    assert (found.score >= AT_LEAST) is is_likely, found
    assert likeness(Listed(**{**ONE, "id": 2, "publisher": "", **other}), Listed(**ONE)).score == found.score


def test_a_base_and_its_instruct_are_two() -> None:
    one = Listed(1, "Mixtral 8x22B", "model", "mistral", "github.com/mistralai/inference")
    other = Listed(2, "Mixtral 8x22B Instruct", "model", "mistral", "github.com/mistralai/inference")
    found = likeness(one, other)
    assert found.score < AT_LEAST
    assert "Against it: only one is called “instruct”." in found.reasons


def test_every_reason_is_a_sentence() -> None:
    one = Listed(1, "GitHub MCP", "mcp", "github", "github.com/a/b", "a.org", {"npm": "x"}, frozenset({1, 2, 3}))
    other = Listed(2, "github-mcp-server", "repo", "github", "github.com/a/b", "a.org", {"npm": "y"}, frozenset({1, 2}))
    reasons = likeness(one, other).reasons
    assert len(reasons) == 7
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)


@pytest.mark.django_db
def test_found_once_and_changed_with_the_facts() -> None:
    publisher = make_publisher()
    one = make_artifact(name="Whisper Large v3", publisher=publisher)
    other = make_artifact(name="whisper-large-v3", publisher=publisher)
    make_artifact(name="Something else")
    assert find_pairs() == 1
    pair = Pair.objects.get()
    assert (pair.first, pair.second) == (one, other)
    assert pair.reasons == ["They have the same name.", "They have the same publisher."]
    assert find_pairs() == 1
    assert Pair.objects.get() == pair
    other.name = "Something quite different"
    other.save()
    assert find_pairs() == 0


@pytest.mark.django_db
def test_what_an_editor_decided_is_remembered() -> None:
    make_artifact(name="Whisper Large v3", repository="https://github.com/openai/whisper")
    make_artifact(name="whisper-large-v3", repository="https://github.com/openai/whisper.git")
    find_pairs()
    pair = Pair.objects.get()
    keep_apart(pair, by=erin())
    assert find_pairs() == 0
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("not_the_same", erin())
    ask_again(pair)
    assert find_pairs() == 1


@pytest.mark.django_db
def test_kin_and_what_is_gone_are_no_pair() -> None:
    one, other = make_artifact(name="Whisper Large v3"), make_artifact(name="whisper-large-v3")
    make_lineage(artifact=one, parent=other)
    make_artifact(name="whisper large v3", lifecycle="withdrawn", withdrawn_reason="Gone.")
    assert find_pairs() == 0


@pytest.mark.django_db
def test_ids_that_differ_speak_against_it() -> None:
    for value in ("openai/whisper-large-v3", "other/whisper-large-v3"):
        make_identifier(artifact=make_artifact(name="Whisper Large v3"), value=value)
    assert find_pairs() == 0


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_catalog(django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        make_artifact(name=f"Thing {number} alpha")
    with django_assert_max_num_queries(9):
        find_pairs()


@pytest.mark.parametrize(
    ("one", "other", "is_likely"),
    [
        # Servers are called after what they serve: only the place tells.
        (("a/github-mcp", "mcp", "github.com/a/x"), ("b/github", "mcp", "github.com/b/y"), False),
        (("a/github-mcp", "mcp", ""), ("GitHub", "mcp", ""), False),
        (("a/github-mcp", "mcp", "github.com/a/x"), ("GitHub", "mcp", "github.com/a/x"), True),
        (("a/kagimcp", "mcp", "github.com/a/x"), ("Kagi Search", "mcp", "github.com/a/x"), True),
        (("heron", "model", "github.com/a/x"), ("heron", "model", "github.com/b/y"), False),
        # Who packs a model's price does not know whether it was tuned.
        (("Heron 7B Instruct", "finetune", ""), ("heron-7b-instruct", "model", ""), True),
        (("Heron 7B Instruct", "finetune", ""), ("heron-7b-instruct", "dataset", ""), False),
        (("Heron R+", "model", ""), ("Heron R", "model", ""), False),
        (("Heron R+", "model", ""), ("heron-r-plus", "model", ""), True),
        (("Heron 7B", "model", ""), ("Heron 7B fast", "model", ""), False),
    ],
)
def test_what_tells_and_what_does_not(one: tuple[str, str, str], other: tuple[str, str, str], is_likely: bool) -> None:
    found = likeness(*(Listed(n, name, kind, repository=at) for n, (name, kind, at) in enumerate((one, other))))
    assert (found.score >= AT_LEAST) is is_likely, found


def test_a_repository_that_many_share_says_less() -> None:
    one, other = (
        Listed(n, name, "mcp", repository="github.com/a/servers") for n, name in enumerate(("Heron", "Egret"))
    )
    many = [replace(listed, neighbours=30) for listed in (one, other)]
    assert likeness(one, other).score >= AT_LEAST > likeness(*many).score
    assert likeness(*many).reasons == ("They live in the same repository, as others do.",)


def test_a_name_under_which_another_is_known_elsewhere_is_told() -> None:
    tuned = Listed(1, "Heron Instruct", "finetune", "marsh", aliases=("open-heron",))
    sold = Listed(2, "Heron", "model", "marsh", ids={"models-dev": "marsh/open-heron"})
    found = likeness(tuned, sold)
    assert found.score >= AT_LEAST
    assert found.reasons[0] == "Both are called “open-heron” somewhere."
    assert "Against it: only one is called “instruct”." in found.reasons


@pytest.mark.django_db
def test_thousands_of_pairs_are_listed_by_score_in_one_query(django_assert_num_queries: Any) -> None:
    artifacts = Artifact.objects.bulk_create(
        [Artifact(slug=f"a-{n}", name=f"A {n}", kind="model", lifecycle="in_review") for n in range(80)]
    )
    pks = sorted(row.pk for row in artifacts)
    pairs = [
        Pair(first_id=a, second_id=b, score=0.5 + (n * 7919 % 500) / 1000, reasons=["Why."])
        for n, (a, b) in enumerate(combinations(pks, 2))
    ]
    Pair.objects.bulk_create(pairs)
    assert len(pairs) > 3_000
    editor, now = erin(), timezone.now()
    with django_assert_num_queries(1):
        shown = QUEUES["duplicates"].items(editor, now)
    assert len(shown) == 50
    scores = [float(item.detail.partition("%")[0]) for item in shown]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100
    with django_assert_num_queries(1):
        assert QUEUES["duplicates"].count(editor, now) == 1_001


@pytest.mark.django_db
def test_servers_of_one_repository_are_not_all_asked_about() -> None:
    for number in range(12):
        make_artifact(
            name=f"Server {'abcdefghijkl'[number] * 4}", kind="mcp", repository="https://github.com/a/servers"
        )
    assert find_pairs() == 0
