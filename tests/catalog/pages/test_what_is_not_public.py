"""Drafts and withdrawn artifacts: no page and no answer names them, whoever their neighbours are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from catalog.choices import Lifecycle
from catalog.models import Artifact, Fact
from catalog.relating import relate
from tests.factories import (
    make_artifact,
    make_capability,
    make_contrast,
    make_fact,
    make_lineage,
    make_offering,
    make_result,
    make_source,
)

pytestmark = pytest.mark.django_db
HIDDEN = "hush-hush"


@pytest.fixture(params=[Lifecycle.DRAFT, Lifecycle.IN_REVIEW, Lifecycle.WITHDRAWN])
def shown(request: pytest.FixtureRequest) -> Artifact:
    """A public artifact tied to a hidden one in every way there is."""
    hidden = make_artifact(slug=HIDDEN, name="Hush Hush")
    artifact = make_artifact(slug="shown", lifecycle=Lifecycle.DEPRECATED, deprecated_by=hidden)
    make_lineage(artifact=hidden, parent=artifact, source=make_source(slug="lineage-source", title="Hush Hush lineage"))
    make_fact(artifact=artifact, value=64_000)
    make_fact(artifact=hidden, value=32_000, source=make_source(slug="hidden-source", title="Hush Hush card"))
    capability = make_capability()
    offering = make_offering(artifact=artifact, capability=capability)
    make_offering(artifact=hidden, capability=capability)
    make_contrast(offering=offering, artifact=hidden, text="It is quicker.")
    make_result(artifact=artifact, benchmark_artifact=hidden)
    relate()
    hidden.lifecycle = request.param
    hidden.withdrawn_reason = "Its maker asked." if request.param == Lifecycle.WITHDRAWN else ""
    hidden.published_at = None if request.param != Lifecycle.WITHDRAWN else dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    hidden.save()
    return artifact


PLACES = [
    "/",
    "/artifacts/",
    "/artifacts/?q=hush",
    "/artifacts/shown/",
    "/artifacts/shown/alternatives/",
    "/artifacts/shown/changes/",
    "/capabilities/",
    "/kinds/model/",
    "/feeds/new.xml",
    "/sitemap-artifacts.xml",
    "/api/v1/artifacts/",
    "/api/v1/artifacts/shown/",
]


@pytest.mark.parametrize("place", PLACES)
def test_nothing_names_it(client: Client, shown: Artifact, place: str) -> None:
    answer = client.get(place)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert HIDDEN not in text.replace("?q=hush", "")
    assert "Hush Hush" not in text


def test_its_values_dispute_nothing(shown: Artifact) -> None:
    assert not Fact.objects.get(artifact=shown).is_disputed


@pytest.mark.parametrize("slug", ["hidden-source", "lineage-source"])
def test_a_source_that_only_it_cites_is_not_there(client: Client, shown: Artifact, slug: str) -> None:
    assert client.get(f"/sources/{slug}/").status_code == 404
