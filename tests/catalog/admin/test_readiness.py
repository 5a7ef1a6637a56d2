"""Filters for who has thousands to publish: by source, by readiness, by evidence; and what is filtered is published."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from catalog.choices import Lifecycle, RunState
from catalog.models import Artifact, Entry, ImportRun, Job
from catalog.publishing import SUFFICES, missing_for_publication
from tests.cast import sven
from tests.factories import make_artifact, make_evidence, make_fact, make_identifier, make_offering, make_reading

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/artifact/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(sven())
    return client


def held(slug: str, importer: str = "mcp-registry", *, is_ready: bool = True) -> Artifact:
    artifact = make_artifact(slug=slug, lifecycle=Lifecycle.IN_REVIEW, published_at=None, homepage="https://a.example")
    if is_ready:
        make_evidence(offering=make_offering(artifact=artifact))
    run = ImportRun.objects.create(importer=importer, origin="x", started_at=timezone.now(), state=RunState.DONE)
    Entry.objects.create(importer=importer, key=slug, artifact=artifact, run=run)
    return artifact


def listed(desk: Client, **asked: str) -> set[str]:
    rows = desk.get(LIST, asked).context["cl"].result_list
    return {row.slug for row in rows}


def test_they_are_filtered_by_source_readiness_and_evidence(desk: Client) -> None:
    held("ready")
    make_reading(artifact=held("bare", is_ready=False))
    held("other", "best-of/mcp")
    assert listed(desk, importer="mcp-registry") == {"ready", "bare"}
    assert listed(desk, importer="best-of") == {"other"}
    assert listed(desk, importer="mcp-registry", ready="yes") == {"ready"}
    assert listed(desk, importer="mcp-registry", ready="no") == {"bare"}
    assert listed(desk, evidence="yes") == {"bare"}
    assert listed(desk, evidence="no") == {"ready", "other"}


def test_all_that_is_filtered_is_published_by_a_job(desk: Client) -> None:
    """Chosen across pages: what the list shows is what the job takes, and not what stands beside it."""
    for number in range(60):
        held(f"ready-{number}")
    held("bare", is_ready=False)
    address = f"{LIST}?importer=mcp-registry&ready=yes&lifecycle__exact=in_review"
    first = str(Artifact.objects.get(slug="ready-0").pk)
    chosen = {"action": "change_selected", "select_across": "1", "_selected_action": first}
    assert "60 artifacts" in desk.post(address, chosen).content.decode()
    page = desk.post(address, {**chosen, "why": "Looked through.", "step": "publish"})["Location"]
    assert "60 would change" in desk.get(page).content.decode()
    desk.post(page, {"write": "1"})
    assert Job.objects.get().written_count == 60
    assert Artifact.objects.published().count() == 60
    assert Artifact.objects.get(slug="bare").lifecycle == Lifecycle.IN_REVIEW


@pytest.mark.parametrize("without", ["", "tagline", "description", "homepage", "offering", "source"])
def test_the_filter_says_what_publishing_will_say(without: str) -> None:
    """A house rule in two forms, for one row and for a table: they do not part."""
    artifact = make_artifact(homepage="https://a.example")
    offering = make_offering(artifact=artifact)
    if without != "source":
        make_fact(artifact=artifact)
    if without == "offering":
        offering.delete()
    elif without and without != "source":
        setattr(artifact, without, "")
        artifact.save()
    is_ready = Artifact.objects.filter(SUFFICES, Q(pk=artifact.pk)).exists()
    assert is_ready == (not missing_for_publication(Artifact.objects.get(pk=artifact.pk))) == (not without)
    if without == "homepage":
        make_identifier(artifact=artifact)
        assert Artifact.objects.filter(SUFFICES).exists()
