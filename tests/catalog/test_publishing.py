"""What happens to an artifact as a whole."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog import publishing
from catalog.models import Alias, Artifact
from catalog.state import live_state
from tests.factories import make_alias, make_artifact, make_evidence, make_generation, make_identifier, make_offering

pytestmark = pytest.mark.django_db


def draft(**overrides: object) -> Artifact:
    artifact = make_artifact(
        **{"lifecycle": "draft", "published_at": None, "homepage": "https://x.example", **overrides}
    )
    make_evidence(offering=make_offering(artifact=artifact))
    return artifact


def fresh(artifact: Artifact) -> Artifact:
    return Artifact.objects.get(pk=artifact.pk)


def test_publish() -> None:
    artifact = draft()
    before = live_state().version
    publishing.publish(artifact, why="Reviewed.")
    assert (fresh(artifact).lifecycle, live_state().version) == ("published", before + 1)
    assert fresh(artifact).published_at is not None
    assert Artifact.history.latest("history_id").history_change_reason == "Reviewed."


@pytest.mark.parametrize(
    ("overrides", "missing"),
    [
        ({"tagline": ""}, "It has no tagline."),
        ({"description": ""}, "It has no description."),
        ({"homepage": ""}, "Nothing identifies it: no registry id, no repository, no homepage."),
    ],
)
def test_what_a_reader_needs_must_be_there(overrides: dict[str, str], missing: str) -> None:
    artifact = draft(**overrides)
    with pytest.raises(publishing.CannotPublish) as refusal:
        publishing.publish(artifact)
    assert refusal.value.missing == [missing]
    assert fresh(artifact).lifecycle == "draft"


def test_everything_missing_is_named_at_once() -> None:
    artifact = make_artifact(lifecycle="draft", tagline="", description="")
    assert len(publishing.missing_for_publication(artifact)) == 4


def test_a_registry_id_or_a_repository_identifies_it() -> None:
    assert publishing.missing_for_publication(draft(homepage="", repository="https://github.com/a/b")) == {}
    artifact = draft(homepage="")
    make_identifier(artifact=artifact)
    assert publishing.missing_for_publication(artifact) == {}


def test_publishing_again_clears_what_was_said_at_its_end_and_keeps_its_first_day() -> None:
    artifact, other = draft(), make_artifact()
    publishing.publish(artifact)
    first = fresh(artifact).published_at
    publishing.deprecate(artifact, by=other)
    publishing.withdraw(artifact, reason="Gone.")
    publishing.publish(fresh(artifact))
    again = fresh(artifact)
    assert (again.lifecycle, again.deprecated_by, again.withdrawn_reason, again.published_at) == (
        "published",
        None,
        "",
        first,
    )


def test_deprecate_says_what_to_use_instead() -> None:
    artifact, other = make_artifact(), make_artifact()
    publishing.deprecate(artifact, by=other, why="Replaced.")
    assert (fresh(artifact).lifecycle, fresh(artifact).deprecated_by) == ("deprecated", other)
    publishing.deprecate(artifact)
    assert fresh(artifact).deprecated_by is None


def test_what_cannot_be_deprecated() -> None:
    artifact = make_artifact()
    with pytest.raises(publishing.CannotDeprecate):
        publishing.deprecate(artifact, by=artifact)
    with pytest.raises(publishing.CannotDeprecate):
        publishing.deprecate(draft())


def test_withdraw_keeps_the_reason_for_the_tombstone() -> None:
    artifact = make_artifact()
    publishing.withdraw(artifact, reason="  Its maker asked. ")
    assert (fresh(artifact).lifecycle, fresh(artifact).withdrawn_reason) == ("withdrawn", "Its maker asked.")
    assert Artifact.objects.announced().filter(pk=artifact.pk).exists()
    assert not Artifact.objects.public().filter(pk=artifact.pk).exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_withdrawal_without_a_reason_is_refused(reason: str) -> None:
    artifact = make_artifact()
    with pytest.raises(publishing.CannotWithdraw):
        publishing.withdraw(artifact, reason=reason)
    assert fresh(artifact).lifecycle == "published"


def test_a_draft_that_was_never_published_has_no_tombstone() -> None:
    assert not Artifact.objects.announced().filter(pk=draft().pk).exists()


def test_rename_leaves_an_alias() -> None:
    artifact = make_artifact(slug="one")
    publishing.rename_slug(artifact, "two")
    assert fresh(artifact).slug == "two"
    assert Alias.objects.get().slug == "one"


def test_rename_there_and_back_leaves_no_alias_that_would_redirect_to_itself() -> None:
    artifact = make_artifact(slug="one")
    publishing.rename_slug(artifact, "two")
    publishing.rename_slug(artifact, "one")
    assert [alias.slug for alias in Alias.objects.all()] == ["two"]


def test_renaming_to_its_own_slug_changes_nothing() -> None:
    artifact = make_artifact(slug="one")
    before = live_state().version
    publishing.rename_slug(artifact, "one")
    assert (live_state().version, Alias.objects.count()) == (before, 0)


def test_a_taken_slug_is_refused() -> None:
    artifact = make_artifact(slug="one")
    make_artifact(slug="two")
    make_alias(slug="three")
    for slug in ("two", "three"):
        with pytest.raises(publishing.CannotRename):
            publishing.rename_slug(artifact, slug)
    assert fresh(artifact).slug == "one"


@pytest.mark.parametrize("slug", ["a-vs-b", "vs-a", "a-vs", "Not A Slug", "", "x" * 121])
def test_a_slug_that_is_none_is_refused_and_leaves_no_alias(slug: str) -> None:
    artifact = make_artifact(slug="one")
    before = live_state().version
    with pytest.raises(ValidationError):
        publishing.rename_slug(artifact, slug)
    assert (fresh(artifact).slug, Alias.objects.count(), live_state().version) == ("one", 0, before)


def test_go_live_switches_the_generation_and_not_the_version() -> None:
    make_artifact()
    before = live_state()
    first, second = make_generation(), make_generation()
    publishing.go_live(first)
    assert live_state().generation_id == first.pk
    publishing.go_live(second)
    assert live_state().generation_id == second.pk
    assert live_state().version == before.version


def test_a_proof_relists_and_is_no_change_of_facts() -> None:
    artifact = make_artifact()
    changed_at = fresh(artifact).facts_changed_at
    before = live_state().version
    until = timezone.now() + dt.timedelta(days=2)
    publishing.set_verified_until(artifact, until)
    again = fresh(artifact)
    assert (again.verified_until, again.facts_changed_at, again.listed_version) == (until, changed_at, before + 1)
    publishing.set_verified_until(artifact, None)
    assert fresh(artifact).verified_until is None
