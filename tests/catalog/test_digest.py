"""One number for everything that is stated."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from catalog import digest
from catalog.changes import change
from catalog.digest import catalog_digest
from catalog.models import Artifact, Fact, ImportRun, Synonym
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_category,
    make_contrast,
    make_evidence,
    make_fact,
    make_generation,
    make_identifier,
    make_lineage,
    make_offering,
    make_price,
    make_publisher,
    make_reading,
    make_result,
    make_source,
    make_standing,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "make",
    [
        make_alias,
        make_artifact,
        make_capability,
        make_category,
        make_contrast,
        make_evidence,
        make_fact,
        make_identifier,
        make_lineage,
        make_offering,
        make_price,
        make_publisher,
        make_reading,
        make_result,
        make_source,
    ],
)
def test_it_changes_with_everything_that_is_stated(make: Any) -> None:
    before = catalog_digest()
    row = make()
    after = catalog_digest()
    assert after != before
    assert catalog_digest() == after
    row.delete()
    assert catalog_digest() != after


def test_it_changes_with_a_shelf_a_word_and_a_value() -> None:
    artifact, capability, fact = make_artifact(), make_capability(), make_fact()
    seen = {catalog_digest()}
    artifact.categories.add(make_category())
    seen.add(catalog_digest())
    Synonym.objects.create(capability=capability, text="word")
    seen.add(catalog_digest())
    Fact.objects.filter(pk=fact.pk).update(value=1)
    seen.add(catalog_digest())
    assert len(seen) == 4


def test_it_leaves_out_runs_ranks_and_times() -> None:
    artifact, fact = make_artifact(), make_fact()
    before = catalog_digest()
    ImportRun.objects.create(importer="x", origin="x", started_at=timezone.now())
    make_standing(generation=make_generation(), artifact=artifact)
    Artifact.objects.update(facts_changed_at=timezone.now(), listed_version=99, verified_until=timezone.now())
    Fact.objects.filter(pk=fact.pk).update(retrieved_on=dt.date(2020, 1, 1), recorded_at=timezone.now())
    with change():
        pass
    assert catalog_digest() == before


def test_two_catalogs_that_say_the_same_have_the_same_number_whatever_their_keys() -> None:
    def write() -> str:
        artifact = make_artifact(slug="a", name="A")
        source = make_source(slug="s", title="S", url="https://s.example")
        capability = make_capability(key="text.a", slug="a", name="A")
        offering = make_offering(artifact=artifact, capability=capability)
        make_evidence(offering=offering, source=source)
        make_fact(artifact=artifact, source=source)
        return catalog_digest()

    first = write()
    for model in reversed(digest._TABLES):
        if model._meta.label not in ("catalog.Source", "catalog.Capability"):
            model._default_manager.all().delete()
    for name in ("Source", "Capability"):
        apps.get_model("catalog", name).objects.all().delete()
    assert catalog_digest() != first
    make_artifact(slug="z").delete()  # keys have moved on
    assert write() == first


def test_every_table_of_statements_is_part_of_it() -> None:
    """A new model must be added here or named as one that states nothing."""
    states_nothing = {"ImportRun", "Difference", "Generation", "Standing", "CatalogState", "Related"}
    states_nothing |= {"ReviewStep", "Report", "Pair", "Merge", "Distinction", "Job", "JobRow", "BrokenLink"}
    states_nothing |= {"Proposal", "Visit", "OutsideLink", "Entry", "RunRow", "Written", "ImportRule", "Fall"}
    states_nothing |= {"ArtifactTally"}
    models = {
        m.__name__ for m in apps.get_app_config("catalog").get_models() if not m.__name__.startswith("Historical")
    }
    assert models - states_nothing == {m.__name__ for m in digest._TABLES} - {"Artifact_categories"}
