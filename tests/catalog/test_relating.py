"""The job that keeps Related: what it writes, what it leaves alone, and what happens when two run at once."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import relating
from catalog.models import Artifact, Capability, CatalogState, Lineage, Related
from catalog.relating import relate
from catalog.state import live_state
from catalog.tasks import refresh_related
from tests.factories import make_artifact, make_capability, make_offering

pytestmark = pytest.mark.django_db


def offering(*capabilities: Capability, **overrides: Any) -> Artifact:
    artifact = make_artifact(**overrides)
    for capability in capabilities:
        make_offering(artifact=artifact, capability=capability)
    return artifact


def stands() -> list[tuple[Any, ...]]:
    columns = ("pk", "artifact_id", "other_id", "overlap", "shared", "shared_count", "is_alternative", "position")
    return list(Related.objects.order_by("artifact_id", "position").values_list(*columns))


def others_of(artifact: Artifact) -> list[int]:
    return list(artifact.related.order_by("position").values_list("other_id", flat=True))


@pytest.fixture
def three() -> list[Artifact]:
    rare, common, own = make_capability(), make_capability(), make_capability()
    return [offering(rare, common), offering(rare, common, own), offering(common, kind="dataset")]


def test_it_writes_who_shares_what(three: list[Artifact]) -> None:
    one, two, dataset = three
    done = relate()
    assert (done.is_done, done.rows, done.written, done.removed) == (True, 6, 6, 0)
    closest, second = one.related.order_by("position")
    assert (closest.other, second.other) == (two, dataset)
    assert (closest.position, second.position) == (0, 1)
    assert (closest.is_alternative, second.is_alternative) == (True, False)
    assert closest.shared_count == 2
    assert [Capability.objects.get(pk=pk) for pk in closest.shared] == [
        o.capability for o in one.offerings.order_by("pk")
    ]
    assert closest.overlap == Related.objects.get(artifact=two, other=one).overlap


def test_twice_changes_nothing(three: list[Artifact]) -> None:
    relate()
    before, state = stands(), live_state()
    assert not relate().is_done
    refresh_related()
    assert (relate(is_forced=True).written, relate(is_forced=True).removed) == (0, 0)
    assert (stands(), live_state()) == (before, state)


def test_without_changes_it_asks_for_the_state_alone(three: list[Artifact], django_assert_num_queries: Any) -> None:
    relate()
    with django_assert_num_queries(1):
        refresh_related()


def test_the_version_it_was_computed_for_is_part_of_the_page_key(three: list[Artifact]) -> None:
    before = live_state()
    relate()
    after = live_state()
    assert after.related_version == before.version == after.version
    assert after.key != before.key


def test_a_change_that_concerns_no_offering_rewrites_nothing(three: list[Artifact]) -> None:
    relate()
    before = stands()
    three[0].tagline = "Something else"
    three[0].save()
    done = relate()
    assert (done.is_done, done.written, done.removed) == (True, 0, 0)
    assert stands() == before


def test_only_what_differs_is_written(three: list[Artifact]) -> None:
    relate()
    pks = {row[0] for row in stands()}
    fourth, fifth = make_capability(), make_capability()
    twins = [offering(fourth, fifth), offering(fourth, fifth)]
    relate()
    assert others_of(twins[0]) == [twins[1].pk]
    assert pks <= {row[0] for row in stands()}  # updated in place, where they changed at all


def test_what_is_not_public_has_no_relatives(three: list[Artifact]) -> None:
    one, two, dataset = three
    relate()
    two.lifecycle, two.withdrawn_reason = "withdrawn", "Gone."
    two.save()
    assert relate().removed == 4
    assert others_of(one) == [dataset.pk]
    assert others_of(two) == []
    assert others_of(dataset) == [one.pk]


def test_deprecated_ones_stay(three: list[Artifact]) -> None:
    one, two, _ = three
    two.lifecycle = "deprecated"
    two.save()
    relate()
    assert two.pk in others_of(one)


def test_lineage_is_related_but_no_alternative(three: list[Artifact]) -> None:
    one, two, _ = three
    Lineage.objects.create(artifact=two, parent=one, relation="derived_from")
    relate()
    assert not Related.objects.filter(is_alternative=True).exists()
    assert others_of(one)[0] == two.pk


def test_siblings_by_vocabulary_are_related() -> None:
    broader = make_capability()
    one, two = (offering(make_capability(broader=broader)) for _ in range(2))
    offering(make_capability())
    relate()
    row = Related.objects.get(artifact=one, other=two)
    assert (row.shared, row.shared_count) == ([broader.pk], 1)


def test_rows_left_behind_by_others_are_set_right(three: list[Artifact]) -> None:
    relate()
    right = [row[1:] for row in stands()]
    Related.objects.filter(artifact=three[0]).update(overlap=0.5, shared=[], position=7)
    Related.objects.filter(artifact=three[1]).delete()
    loner = offering(make_capability())
    Related.objects.create(
        artifact=loner, other=three[0], overlap=0.9, shared=[1], shared_count=1, is_alternative=True, position=0
    )
    loner.delete()
    stray = make_artifact(lifecycle="draft")
    Related.objects.create(
        artifact=stray, other=three[0], overlap=0.9, shared=[1], shared_count=1, is_alternative=True, position=0
    )
    relate(is_forced=True)
    assert [row[1:] for row in stands()] == right


def test_it_compares_and_writes_in_portions(three: list[Artifact], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relating, "_COMPARED", 1)
    monkeypatch.setattr(relating, "_WRITTEN", 2)
    assert relate().written == 6
    assert relate(is_forced=True).written == 0
    three[1].offerings.all().delete()
    relate()
    assert others_of(three[1]) == []
    assert len(stands()) == 2


def test_of_two_runs_at_once_one_wins(three: list[Artifact], monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run begins and ends between this one's reading and its writing."""
    differences = relating._differences

    def overtaken(relations: Any) -> Any:
        found = differences(relations)
        monkeypatch.setattr(relating, "_differences", differences)
        assert relate().is_done
        Related.objects.filter(artifact=three[0]).update(overlap=0.25)  # to see whose rows stand in the end
        return found

    monkeypatch.setattr(relating, "_differences", overtaken)
    assert not relate().is_done
    assert set(three[0].related.values_list("overlap", flat=True)) == {0.25}
    assert len(stands()) == 6
    assert live_state().related_version == live_state().version


def test_what_vanishes_while_it_computes_is_left_out(three: list[Artifact], monkeypatch: pytest.MonkeyPatch) -> None:
    differences = relating._differences

    def late(relations: Any) -> Any:
        found = differences(relations)
        three[2].delete()
        return found

    monkeypatch.setattr(relating, "_differences", late)
    assert relate().is_done
    assert not Related.objects.filter(other_id=three[2].pk).exists()
    assert live_state().related_version < live_state().version  # so the next run looks again
    assert others_of(three[0]) == [three[1].pk]


def test_queries_do_not_grow_with_the_catalog(three: list[Artifact]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        relate()
    for _ in range(12):
        offering(three[0].offerings.first().capability)
    with CaptureQueriesContext(connection) as many:
        relate()
    assert len(many) <= len(few) + 1  # a second read of public ids is all that may come on top


def test_an_empty_catalog_is_no_error() -> None:
    assert not relate().is_done
    assert relate(is_forced=True).rows == 0
    assert CatalogState.objects.filter(pk=1, related_version=0).exists()


def test_the_command_says_what_it_did(three: list[Artifact]) -> None:
    said = []
    for options in ({}, {}, {"anew": True}):
        out = StringIO()
        call_command("relate", stdout=out, **options)
        said.append(out.getvalue().strip())
    version = live_state().version
    assert said == [
        f"Version {version}: 6 related, 6 written, 0 removed.",
        f"Nothing to do at version {version}.",
        f"Version {version}: 6 related, 0 written, 0 removed.",
    ]
