"""The one transaction in which facts change: one version step, one event, one reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction

from catalog.changes import change, current
from catalog.events import artifact_changed
from catalog.models import Artifact, Capability, CatalogState, Category, Fact, Offering
from catalog.state import live_state
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_fact,
    make_lineage,
    make_offering,
    make_publisher,
)

pytestmark = pytest.mark.django_db


def version() -> int:
    return live_state().version


@pytest.fixture
def heard() -> Any:
    events: list[frozenset[int]] = []

    def listen(artifact_ids: frozenset[int], **kwargs: Any) -> None:
        events.append(artifact_ids)

    artifact_changed.connect(listen)
    yield events
    artifact_changed.disconnect(listen)


def test_many_saves_in_one_change_are_one_step_and_one_event(
    heard: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = version()
    with django_capture_on_commit_callbacks(execute=True), change():
        first, second = make_artifact(), make_artifact()
        make_fact(artifact=first)
        make_offering(artifact=second)
        assert version() == before  # nobody reads a half of it under a number of its own
    assert version() == before + 1
    assert heard == [frozenset({first.pk, second.pk})]


def test_every_save_outside_of_a_change_is_a_step_of_its_own() -> None:
    artifact = make_artifact()
    before = version()
    artifact.tagline = "Another"
    artifact.save()
    assert version() == before + 1
    artifact.delete()
    assert version() > before + 1


def test_an_empty_change_is_no_step(heard: Any, django_capture_on_commit_callbacks: Any) -> None:
    before = version()
    with django_capture_on_commit_callbacks(execute=True), change():
        pass
    assert version() == before
    assert heard == []


def test_a_change_within_a_change_joins_it() -> None:
    before = version()
    with change(why="Outer.") as outer:
        with change(why="Inner.") as inner:
            assert inner is outer
            artifact = make_artifact()
        assert version() == before
        assert outer.artifact_ids == {artifact.pk}
    assert version() == before + 1
    assert Artifact.history.get(id=artifact.pk).history_change_reason == "Outer."


def test_a_change_that_fails_leaves_rows_version_and_listeners_as_they_were(
    heard: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = version()

    def fail() -> None:
        with change():
            make_artifact(slug="half-done")
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        fail()
    assert version() == before
    assert not Artifact.objects.filter(slug="half-done").exists()
    assert heard == []
    assert current() is None


def test_after_a_failed_change_the_next_one_is_its_own() -> None:
    with pytest.raises(RuntimeError), change():
        raise RuntimeError
    before = version()
    make_artifact()
    assert version() == before + 1


def test_a_rolled_back_transaction_around_it_sends_nothing(heard: Any, django_capture_on_commit_callbacks: Any) -> None:
    before = version()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        make_artifact()
        transaction.set_rollback(True)
    assert version() == before
    assert heard == []


def test_the_event_comes_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    seen: list[tuple[str, int]] = []

    def listen(artifact_ids: frozenset[int], **kwargs: Any) -> None:
        (pk,) = artifact_ids
        seen.append((Artifact.objects.get(pk=pk).slug, version()))

    artifact_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            make_artifact(slug="whole")
            assert seen == []
    finally:
        artifact_changed.disconnect(listen)
    assert seen == [("whole", version())]


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_undoes_nothing(caplog: Any) -> None:
    heard = []

    def fail(**kwargs: Any) -> None:
        heard.append(1)
        raise RuntimeError("a listener failed")

    artifact_changed.connect(fail)
    try:
        make_artifact(slug="kept")  # and whoever made it hears nothing of the listener
    finally:
        artifact_changed.disconnect(fail)
    assert heard
    assert "a listener failed" in caplog.text
    assert Artifact.objects.filter(slug="kept").exists()


def test_touched_artifacts_carry_the_time_and_the_version_and_others_do_not() -> None:
    artifact, other = make_artifact(), make_artifact()
    stamps = Artifact.objects.values_list("facts_changed_at", "listed_version").get(pk=other.pk)
    make_fact(artifact=artifact)
    artifact.refresh_from_db()
    assert artifact.listed_version == version()
    assert artifact.facts_changed_at == CatalogState.objects.get(pk=1).changed_at
    assert Artifact.objects.values_list("facts_changed_at", "listed_version").get(pk=other.pk) == stamps


@pytest.mark.parametrize("make", [make_publisher, make_category, make_capability])
def test_what_hangs_on_no_artifact_is_a_step_without_an_event(
    make: Any, heard: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = version()
    with django_capture_on_commit_callbacks(execute=True):
        make()
    assert version() == before + 1
    assert heard == []


def test_a_lineage_touches_both_its_ends(heard: Any, django_capture_on_commit_callbacks: Any) -> None:
    child, parent = make_artifact(), make_artifact()
    with django_capture_on_commit_callbacks(execute=True):
        make_lineage(artifact=child, parent=parent)
    assert heard == [frozenset({child.pk, parent.pk})]


def test_a_relative_whose_fact_becomes_disputed_is_announced_too(
    heard: Any, django_capture_on_commit_callbacks: Any
) -> None:
    child, parent = make_artifact(), make_artifact()
    make_fact(artifact=parent, value=65_536)
    make_lineage(artifact=child, parent=parent)
    with django_capture_on_commit_callbacks(execute=True):
        make_fact(artifact=child, value=32_768)
    parent.refresh_from_db()
    assert heard == [frozenset({child.pk, parent.pk})]
    assert parent.listed_version == version()


def test_shelving_is_a_step_from_either_side() -> None:
    artifact, category = make_artifact(), make_category()
    before = version()
    artifact.categories.add(category)
    assert version() == before + 1
    category.artifacts.remove(artifact)
    assert version() == before + 2
    artifact.refresh_from_db()
    assert artifact.listed_version == before + 2


def test_bulk_writers_say_what_they_touched() -> None:
    artifact = make_artifact()
    before = version()
    with change() as it:
        Artifact.objects.filter(pk=artifact.pk).update(licence="MIT")
        it.touch([artifact.pk, None])
    artifact.refresh_from_db()
    assert version() == before + 1
    assert artifact.licence_class == "permissive"


def test_columns_published_from_above_relist_without_waking_anybody(
    heard: Any, django_capture_on_commit_callbacks: Any
) -> None:
    artifact = make_artifact()
    changed_at = Artifact.objects.values_list("facts_changed_at", flat=True).get(pk=artifact.pk)
    with django_capture_on_commit_callbacks(execute=True), change() as it:
        it.touch_columns([artifact.pk])
    artifact.refresh_from_db()
    assert (artifact.listed_version, artifact.facts_changed_at) == (version(), changed_at)
    assert heard == []


def test_the_reason_goes_into_the_history_of_every_row() -> None:
    with change(why="Merged after review."):
        artifact = make_artifact()
        make_fact(artifact=artifact)
        make_offering(artifact=artifact)
    for model in (Artifact, Fact, Offering, Capability):
        assert model.history.latest("history_id").history_change_reason == "Merged after review."


def test_without_a_change_there_is_no_reason() -> None:
    make_artifact()
    assert not Artifact.history.latest("history_id").history_change_reason


def test_a_categorys_name_is_a_step() -> None:
    category = make_category()
    before = version()
    Category.objects.get(pk=category.pk).save()
    assert version() == before + 1


def test_changes_carry_ever_later_times() -> None:
    """A follower that asks for what is newer than the last it saw must not miss a change of the same instant."""
    with time_machine.travel(dt.datetime(2026, 6, 1, tzinfo=dt.UTC), tick=False):
        for _ in range(3):
            make_artifact()
    stamped = list(Artifact.objects.order_by("pk").values_list("facts_changed_at", flat=True))
    assert stamped == sorted(set(stamped))


def test_a_clock_that_steps_back_does_not_take_changes_with_it() -> None:
    with time_machine.travel(dt.datetime(2026, 6, 2, tzinfo=dt.UTC), tick=False):
        early = make_artifact()
    with time_machine.travel(dt.datetime(2026, 6, 1, tzinfo=dt.UTC), tick=False):
        late = make_artifact()
    early.refresh_from_db()
    late.refresh_from_db()
    assert late.facts_changed_at > early.facts_changed_at
