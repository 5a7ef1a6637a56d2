"""The generated catalog is one that the site could have written itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from bench.generate import generate
from bench.outline import Sizes
from catalog import derived
from catalog.models import Artifact, ArtifactType, Fact, Offering, Related, Standing

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
DERIVED = ("licence_class", "price_class", "offering_count", "disputed_count", "identifiers", "headline_price_id")


def derived_columns() -> list[object]:
    return [
        list(Artifact.objects.order_by("pk").values_list("pk", *DERIVED)),
        set(ArtifactType.objects.values_list("artifact_id", "direction", "data_type")),
        list(Fact.objects.order_by("pk").values_list("pk", "is_stated", "is_disputed")),
    ]


@pytest.fixture
def catalog(transactional_db: None) -> None:
    """Transactional: a bulk load switches foreign key checks off, which no transaction allows."""
    generate(Sizes(artifacts=120, offerings=900), now=NOW)


def test_its_derived_columns_are_those_that_the_site_derives(catalog: None) -> None:
    before = derived_columns()
    derived.refresh(list(Artifact.objects.values_list("pk", flat=True)), now=NOW)
    assert derived_columns() == before


def test_it_has_the_sizes_asked_for_and_something_of_everything(catalog: None) -> None:
    assert Artifact.objects.count() == 120
    assert Offering.objects.count() == 900
    assert Standing.objects.exists()
    assert Related.objects.exists()
    assert Fact.objects.disputed().exists()


def test_every_reference_points_at_something(catalog: None) -> None:
    connection.check_constraints()
