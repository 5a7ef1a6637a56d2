"""Three ways to settle a dispute, each with its public reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.desk.settling import CannotSettle, choose, dispute_of, enter, keep_both, reopen
from catalog.models import Artifact, Fact
from tests.factories import make_artifact, make_fact, make_lineage, make_source
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def artifact() -> Artifact:
    """32K says one, 64K another."""
    artifact = make_artifact()
    make_fact(artifact=artifact, value=32_768)
    make_fact(artifact=artifact, value=65_536)
    artifact.refresh_from_db()
    assert artifact.disputed_count == 1
    return artifact


def disputed(artifact: Artifact) -> int:
    return Artifact.objects.get(pk=artifact.pk).disputed_count


def stated(artifact: Artifact) -> Any:
    return artifact.facts.get(name="context_window", is_stated=True).value


def test_choosing_one(artifact: Artifact) -> None:
    choose(artifact.facts.get(value=65_536), why="The model card is newer.")
    assert (stated(artifact), disputed(artifact)) == (65_536, 0)
    assert artifact.facts.get(is_stated=True).settled_reason == "The model card is newer."
    assert artifact.facts.count() == 2, "what was said otherwise stays"


def test_choosing_again_takes_the_first_choice_back(artifact: Artifact) -> None:
    choose(artifact.facts.get(value=65_536), why="The model card is newer.")
    choose(artifact.facts.get(value=32_768), why="The configuration decides.")
    assert stated(artifact) == 32_768
    assert artifact.facts.exclude(settled_at=None).count() == 1


def test_entering_the_right_one(artifact: Artifact) -> None:
    source = make_source(kind="code")
    enter(artifact, "context_window", value=40_960, source=source, why="config.json says so.")
    assert (stated(artifact), disputed(artifact)) == (40_960, 0)
    enter(artifact, "context_window", value=40_961, source=source, why="A slip of the pen.")
    assert (stated(artifact), artifact.facts.count()) == (40_961, 3)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("context_window", "much", "whole number"), ("rows", 5, "no fact of this kind"), ("nothing", 5, "no fact")],
)
def test_entering_nonsense_changes_nothing(artifact: Artifact, name: str, value: Any, words: str) -> None:
    with pytest.raises(CannotSettle, match=words):
        enter(artifact, name, value=value, source=make_source(), why="So.")
    assert (artifact.facts.count(), disputed(artifact)) == (2, 1)


def test_both_are_true_under_conditions(artifact: Artifact) -> None:
    low, high = artifact.facts.get(value=32_768), artifact.facts.get(value=65_536)
    keep_both(
        artifact, "context_window", conditions={low.pk: "as published", high.pk: "with RoPE scaling"}, why="Both run."
    )
    assert (stated(artifact), disputed(artifact)) == (32_768, 0)
    assert set(artifact.facts.values_list("value", "condition")) == {
        (32_768, "as published"),
        (65_536, "with RoPE scaling"),
    }


def test_a_third_value_opens_it_again(artifact: Artifact) -> None:
    low, high = artifact.facts.get(value=32_768), artifact.facts.get(value=65_536)
    keep_both(artifact, "context_window", conditions={low.pk: "as published", high.pk: "scaled"}, why="Both run.")
    make_fact(artifact=artifact, value=131_072)
    assert disputed(artifact) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["as published", ""], "Say of each"),
        (["the same", "The same"], "under the same condition"),
        (["only one"], "at least two"),
        (["x" * 201, "y"], "200 characters"),
    ],
)
def test_conditions_that_say_nothing_are_refused(artifact: Artifact, said: list[str], words: str) -> None:
    pks = list(artifact.facts.order_by("id").values_list("pk", flat=True))
    with pytest.raises(CannotSettle, match=words):
        keep_both(artifact, "context_window", conditions=dict(zip(pks, said, strict=False)), why="Both run.")
    assert not artifact.facts.exclude(condition="").exists()


def test_anothers_value_is_no_choice(artifact: Artifact) -> None:
    pks = [artifact.facts.first().pk, make_fact().pk]
    with pytest.raises(CannotSettle, match="own values"):
        keep_both(artifact, "context_window", conditions={pks[0]: "a", pks[1]: "b"}, why="Both run.")


def test_a_reason_is_asked_for(artifact: Artifact) -> None:
    fact = artifact.facts.get(value=32_768)
    with pytest.raises(CannotSettle, match="Say why"):
        choose(fact, why=" ")


def test_reopened(artifact: Artifact) -> None:
    low, high = artifact.facts.get(value=32_768), artifact.facts.get(value=65_536)
    keep_both(artifact, "context_window", conditions={low.pk: "a", high.pk: "b"}, why="Both run.")
    reopen(artifact, "context_window", why="They do not.")
    assert disputed(artifact) == 1
    assert not Fact.objects.exclude(condition="", settled_reason="").exists()


def test_what_there_is_to_weigh() -> None:
    """Values of relatives are shown beside the artifact's own; those of drafts are not."""
    artifact = make_artifact()
    make_fact(artifact=artifact, value=32_768)
    base, hidden = make_artifact(name="Base"), make_artifact(lifecycle="draft", published_at=None)
    for parent in (base, hidden):
        make_lineage(artifact=artifact, parent=parent)
        make_fact(artifact=parent, value=65_536)
    dispute = dispute_of(artifact, "context_window")
    assert dispute is not None
    assert [dispute.text_of(fact) for fact in dispute.own] == ["32\u202f768 tokens"]
    assert [fact.artifact for fact in dispute.of_relatives] == [base]
    assert dispute.tolerance == "Values within 2.5% of each other agree."
    assert dispute_of(artifact, "rows") is None


def test_readers_see_both_values_with_their_conditions(artifact: Artifact, client: Client) -> None:
    low, high = artifact.facts.get(value=32_768), artifact.facts.get(value=65_536)
    keep_both(
        artifact, "context_window", conditions={low.pk: "as published", high.pk: "with RoPE scaling"}, why="Both run."
    )
    page = client.get(artifact.get_absolute_url()).content.decode()
    assert "as published" in page
    assert "with RoPE scaling" in page
    (fact,) = client.get(f"/api/v1/artifacts/{artifact.slug}/").json()["facts"]
    assert (fact["condition"], fact["disputed"], fact["others"][0]["condition"]) == (
        "as published",
        False,
        "with RoPE scaling",
    )
