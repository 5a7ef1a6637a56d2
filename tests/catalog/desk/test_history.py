"""All versions of an artifact: who, when, why, and which words of which row."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.changes import change
from catalog.desk.history import Version, versions
from catalog.models import Artifact, Difference, Fact, ImportRun, Price
from tests.cast import erin
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_category,
    make_contrast,
    make_evidence,
    make_fact,
    make_identifier,
    make_offering,
    make_price,
    make_publisher,
    make_source,
)

pytestmark = pytest.mark.django_db


def told(artifact: Artifact) -> list[Version]:
    return versions(artifact)[0:100]


def lines(version: Version) -> list[tuple[str, str]]:
    return [(row.how, row.what) for row in version.rows]


def test_one_save_is_one_version() -> None:
    artifact = make_artifact()
    fact = make_fact(artifact=artifact)
    before = len(told(artifact))
    with change(why="The card says so."):
        artifact.tagline = "Another"
        artifact.save()
        fact.value = 65_536
        fact.save()
        make_price(artifact=artifact)
    newest, *rest = told(artifact)
    assert len(rest) == before
    assert newest.why == "The card says so."
    assert lines(newest) == [
        ("Changed", "the listing"),
        ("Changed", "the fact context window"),
        ("Added", "the price at Provider"),
    ]


def test_a_version_says_who() -> None:
    artifact = make_artifact()
    artifact._history_user = erin()
    artifact.tagline = "Another"
    artifact.save()
    newest, oldest = told(artifact)
    assert (newest.by, oldest.by) == ("erin", "")


def test_a_save_that_changes_nothing_is_no_version() -> None:
    artifact = make_artifact()
    artifact.save()
    assert len(told(artifact)) == 1


def test_values_are_told_in_words() -> None:
    artifact = make_artifact(licence="MIT")
    fact = make_fact(artifact=artifact, value=32_768)
    publisher, source = make_publisher(name="Heron Labs"), make_source(title="The card")
    with change(why="Because."):
        artifact.publisher, artifact.kind = publisher, "mcp"
        artifact.save()
        fact.value, fact.source, fact.is_locked = 65_536, source, True
        fact.save()
    listing, of_fact = told(artifact)[0].rows
    assert [(field.label, field.was, field.now) for field in listing.fields] == [
        ("kind", "Model", "MCP server"),
        ("publisher", "", "Heron Labs"),
    ]
    said = {field.label: (field.was, field.now) for field in of_fact.fields}
    assert said["value"] == ("32\u202f768 tokens", "65\u202f536 tokens")
    assert said["source"][1] == "The card"
    assert said["is locked"] == ("no", "yes")


def test_long_texts_are_told_by_words() -> None:
    artifact = make_artifact(
        description="It does one thing, and it does that one thing rather well, as its makers say."
    )
    artifact.description = artifact.description.replace("rather", "very")
    artifact.save()
    (row,) = told(artifact)[0].rows
    assert [(one.how, one.text) for one in row.fields[0].words if one.how != "same"] == [
        ("gone", " rather"),
        ("came", " very"),
    ]


def test_shelves_addresses_and_identifiers_have_a_history() -> None:
    artifact = make_artifact()
    shelf = make_category(name="Speech")
    with change(why="Filed."):
        artifact.categories.set([shelf])
        make_alias(artifact=artifact, slug="heron")
        make_identifier(artifact=artifact, value="Heron/One", key="heron/one")
    version = told(artifact)[0]
    assert lines(version) == [
        ("Changed", "the listing"),
        ("Added", "the old address heron"),
        ("Added", "the identifier huggingface:Heron/One"),
    ]
    assert version.rows[0].fields[0].now == "Speech"


def test_rows_of_an_offering_that_is_gone_are_told_too() -> None:
    artifact = make_artifact()
    offering = make_offering(artifact=artifact, title="Listens")
    make_evidence(offering=offering)
    make_contrast(offering=offering)
    with change(why="It does not."):
        offering.delete()
    assert lines(told(artifact)[0]) == [
        ("Removed", "the offering “Listens”"),
        ("Removed", "evidence"),
        ("Removed", "a contrast"),
    ]


def test_the_first_edit_of_an_import_tells_of_the_edit_alone() -> None:
    """The copy that is kept of what was imported is no version, but one can go back to it."""
    artifact = make_artifact(tagline="Was")
    make_fact(artifact=artifact)
    for model in (Artifact, Fact):
        model.history.all().delete()  # type: ignore[attr-defined]
    artifact.tagline = "Is"
    artifact.save()
    newest, imported = told(artifact)
    assert [(field.was, field.now) for field in newest.rows[0].fields] == [("Was", "Is")]
    assert imported.is_as_imported
    assert imported.number is not None
    assert newest.number is not None
    assert imported.number < newest.number


def test_imports_are_told_between_and_cannot_be_restored() -> None:
    artifact = make_artifact()
    run = ImportRun.objects.create(importer="manifest", origin="x", started_at=timezone.now())
    Difference.objects.create(
        run=run, artifact=artifact, subject="fact parameters_total", before={"value": 1}, after={"value": 2}
    )
    newest = told(artifact)[0]
    assert (newest.why, newest.number) == ("Import: manifest", None)
    assert [(row.how, row.what, row.fields[0].was, row.fields[0].now) for row in newest.rows] == [
        ("Changed", "fact parameters_total", "1", "2")
    ]


def test_other_artifacts_are_left_out() -> None:
    artifact, other = make_artifact(), make_artifact()
    make_price(artifact=other)
    make_contrast(offering=make_offering(artifact=other), artifact=artifact)
    assert len(told(artifact)) == 1


def test_no_number_of_versions_takes_more_queries() -> None:
    artifact = make_artifact()
    offering = make_offering(artifact=artifact, capability=make_capability())

    def edit(times: int) -> None:
        for number in range(times):
            artifact.tagline = f"Take {number} of {times}"
            artifact.save()
            make_evidence(offering=offering, quote=f"{number} {times}")
            make_price(artifact=artifact)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            told(artifact)
        return len(seen)

    edit(2)
    few: Any = queries()
    edit(8)
    assert queries() == few
    assert Price.objects.count() == 10
