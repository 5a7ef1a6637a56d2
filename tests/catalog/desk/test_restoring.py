"""Restoring a version: everything as it stood, or nothing changed and a sentence that says why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from catalog import vocabulary
from catalog.changes import change
from catalog.desk import restoring, settling
from catalog.desk.history import time_of, versions
from catalog.desk.merging import merge, merge_capabilities
from catalog.desk.restoring import CannotRestore, plan, restore
from catalog.digest import catalog_digest
from catalog.models import (
    Alias,
    Artifact,
    Capability,
    Category,
    Contrast,
    Evidence,
    Fact,
    Identifier,
    Offering,
    Price,
    Source,
)
from catalog.publishing import rename_slug
from tests.factories import (
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
    make_result,
    make_source,
)

pytestmark = pytest.mark.django_db

#: Everything of these that a person can write comes back, keys included.
MODELS = (Artifact, Alias, Identifier, Fact, Price, Offering, Evidence, Contrast)
#: Written anew by every change.
STAMPS = ("facts_changed_at", "listed_version", "recorded_at")


def rows() -> dict[str, Any]:
    """Every row, with its key."""
    return {
        f"{model.__name__}:{row['id']}": {name: value for name, value in row.items() if name not in STAMPS}
        for model in MODELS
        for row in model._base_manager.values()
    }


@pytest.fixture
def full() -> Artifact:
    """An artifact with something of everything."""
    artifact = make_artifact(name="Whisper Heron", categories=[make_category(), make_category()])
    make_alias(artifact=artifact)
    make_identifier(artifact=artifact)
    make_fact(artifact=artifact)
    make_fact(artifact=artifact, name="parameters_total", value=1_550_000_000)
    make_price(artifact=artifact)
    make_result(artifact=artifact)
    make_lineage(artifact=artifact)
    offering = make_offering(artifact=artifact)
    make_evidence(offering=offering)
    make_contrast(offering=offering)
    return artifact


def edit_everything(artifact: Artifact) -> None:
    """As an editor on a long day: changes, removes and adds of each sort."""
    with change(why="A long day."):
        artifact.name, artifact.description = "Heron", "Other *words*."
        artifact.publisher = None
        artifact.save()
        artifact.categories.set([make_category(), artifact.categories.first()])
        rename_slug(artifact, "heron")
        artifact.identifier_rows.all().delete()
        make_identifier(artifact=artifact)
        fact = artifact.facts.get(name="context_window")
        fact.value = 65_536
        fact.save()
        artifact.facts.get(name="parameters_total").delete()
        make_fact(artifact=artifact, name="vocabulary_size", value=51_865)
        price = artifact.prices.get()
        price.amount = 3
        price.save()
        artifact.benchmark_results.all().delete()
        artifact.lineage.all().delete()
        artifact.offerings.get().delete()
        make_evidence(offering=make_offering(artifact=artifact))


def test_a_restore_after_edits_of_everything_leaves_the_catalog_as_it_was(full: Artifact) -> None:
    """The digest of the whole catalog and every row with its key are as before."""
    at, digest, before = timezone.now(), catalog_digest(), rows()
    shelves, sources, words = (
        set(model._base_manager.values_list("pk", flat=True)) for model in (Category, Source, Capability)
    )
    edit_everything(full)
    assert catalog_digest() != digest
    restore(full, at, why="It was better.")
    assert rows() == before
    Category.objects.exclude(pk__in=shelves).delete()  # made beside it, which is no part of it
    Source.objects.exclude(pk__in=sources).delete()
    Capability.objects.exclude(pk__in=words).delete()
    assert catalog_digest() == digest


def test_only_what_the_edits_made_outside_of_the_artifact_stays(full: Artifact) -> None:
    """With no new shelves, sources and words beside it, the digest is equal to the one before."""
    source, shelf, capability = make_source(), make_category(), make_capability()
    at, digest = timezone.now(), catalog_digest()
    full.name = "Heron"
    full.save()
    full.categories.set([shelf])
    full.facts.all().delete()
    full.offerings.all().delete()
    full.aliases.all().delete()
    full.identifier_rows.all().delete()
    make_fact(artifact=full, source=source, name="vocabulary_size", value=3)
    make_evidence(offering=make_offering(artifact=full, capability=capability), source=source)
    assert catalog_digest() != digest
    restore(full, at, why="It was better.")
    assert catalog_digest() == digest


def test_a_restore_can_be_restored(full: Artifact) -> None:
    """Forth and back: what a restore did is a version like any other."""
    edit_everything(full)
    edited, digest = timezone.now(), catalog_digest()
    oldest = versions(full)[0:100][-1]
    assert oldest.number is not None
    first = Artifact.history.filter(id=full.pk).earliest()
    restore(full, Evidence.history.filter(history_type="+").earliest().history_date, why="Back.")
    assert catalog_digest() != digest
    assert first.history_date <= edited
    restore(full, edited, why="And forth.")
    assert catalog_digest() == digest


def test_an_imported_artifact_goes_back_to_how_it_was_imported() -> None:
    """Imports leave no history; the first edit keeps what stood there, shelves included."""
    made = make_artifact(categories=[make_category()])
    make_fact(artifact=made)
    make_price(artifact=made)
    for model in (Artifact, Fact, Price):
        model.history.all().delete()  # type: ignore[attr-defined]
    digest = catalog_digest()
    artifact = Artifact.objects.get(pk=made.pk)
    artifact.categories.clear()
    artifact.tagline = "Another"
    artifact.save()
    artifact.facts.get().delete()
    imported = versions(artifact)[0:100][-1]
    assert imported.is_as_imported
    assert imported.number is not None
    restore(artifact, time_of(imported.number), why="It was right.")
    assert catalog_digest() == digest


def test_what_nobody_edited_stays_as_imports_brought_it() -> None:
    artifact = make_artifact()
    at = timezone.now()
    price = make_price(artifact=artifact)
    Price.history.all().delete()  # as an import brings it
    artifact.tagline = "Another"
    artifact.save()
    restore(artifact, at, why="It was better.")
    assert Price.objects.get() == price
    assert Artifact.objects.get().tagline == "Does one thing"


def test_where_it_stands_is_left_to_steps() -> None:
    artifact = make_artifact(lifecycle="draft", published_at=None, tagline="Was")
    make_offering(artifact=artifact)
    Artifact.objects.filter(pk=artifact.pk).update(homepage="https://example.org/h")
    artifact.refresh_from_db()
    artifact.save()
    at = timezone.now()
    artifact.lifecycle, artifact.tagline = "published", "Is"
    artifact.save()
    restore(artifact, at, why="Because.")
    artifact.refresh_from_db()
    assert (artifact.lifecycle, artifact.tagline) == ("published", "Was")


def test_the_history_tells_of_the_restore_as_one_version(full: Artifact) -> None:
    at = timezone.now()
    edit_everything(full)
    restore(full, at, why="It was better.")
    newest = versions(full)[0:1][0]
    assert newest.why == "It was better."
    assert {row.how for row in newest.rows} == {"Added", "Removed", "Changed"}


def test_a_settled_dispute_is_settled_again() -> None:
    """The value that comes back was written down before it was settled, so the settlement holds."""
    artifact = make_artifact()
    fact = make_fact(artifact=artifact)
    make_fact(artifact=artifact, value=65_536)
    settling.choose(fact, why="The card says so.")
    at = timezone.now()
    assert not Fact.objects.disputed().exists()
    artifact.facts.all().delete()
    restore(artifact, at, why="Too hasty.")
    assert artifact.facts.count() == 2
    assert not Fact.objects.disputed().exists()


# --- refused ----------------------------------------------------------------------------------------------------------


def refused(artifact: Artifact, at: dt.datetime) -> str:
    """The sentence; nothing has changed."""
    digest, history = catalog_digest(), Artifact.history.count()
    with pytest.raises(CannotRestore) as refusal:
        restore(artifact, at, why="Because.")
    assert (catalog_digest(), Artifact.history.count()) == (digest, history)
    return str(refusal.value)


def test_a_source_that_has_been_deleted_refuses(full: Artifact) -> None:
    at = timezone.now()
    artifact, fact = full, full.facts.get(name="context_window")
    source = fact.source
    fact.delete()
    artifact.tagline = "Another"
    artifact.save()
    Source.objects.filter(pk=source.pk).delete()
    assert refused(artifact, at) == "The fact context window named a source that has been deleted since."


def test_a_capability_that_has_been_merged_refuses(full: Artifact) -> None:
    offering = full.offerings.get()
    capability, other = offering.capability, make_capability(name="Other")
    at = timezone.now()
    offering.delete()
    merge_capabilities(capability, into=other, why="One thing.")
    assert "has been merged into “Other” since" in refused(full, at)


def test_a_capability_merged_under_an_offering_that_stays_is_no_obstacle(full: Artifact) -> None:
    at = timezone.now()
    vocabulary.merge(full.offerings.get().capability, into=make_capability(name="Other"), why="One thing.")
    full.tagline = "Another"
    full.save()
    restore(full, at, why="It was better.")
    assert full.offerings.get().capability.name == "Other"
    assert Artifact.objects.get(pk=full.pk).tagline == "Does one thing"


def test_an_address_that_is_taken_refuses(full: Artifact) -> None:
    at, slug = timezone.now(), full.slug
    rename_slug(full, "heron")
    full.aliases.filter(slug=slug).delete()
    make_artifact(slug=slug, name="Another thing")
    assert refused(full, at) == f"The address {slug} is that of “Another thing” now."


def test_an_identifier_that_is_anothers_refuses(full: Artifact) -> None:
    at, row = timezone.now(), full.identifier_rows.get()
    row.delete()
    make_identifier(artifact=make_artifact(name="Another thing"), value=row.value, key=row.key)
    assert refused(full, at) == f"The identifier {row} is that of “Another thing” now."


def test_an_offering_that_moved_to_another_artifact_refuses(full: Artifact) -> None:
    at, offering = timezone.now(), full.offerings.get()
    offering.artifact = make_artifact()
    offering.save()
    assert refused(full, at) == "The offering “Does it well” belongs to another artifact now."


def test_an_offering_that_came_from_another_artifact_refuses(full: Artifact) -> None:
    offering = make_offering()
    at = timezone.now()
    offering.artifact = full
    offering.save()
    assert refused(full, at) == "The offering “Does it well” came from another artifact since."


def test_a_merge_since_refuses_until_it_is_undone(full: Artifact) -> None:
    at = timezone.now()
    merge(make_artifact(), into=full, why="One thing.")
    assert refused(full, at) == "Another listing was merged into it since; undo that merge first."


def test_a_version_after_a_merge_is_restored_with_what_the_merge_brought(full: Artifact) -> None:
    twin = make_artifact()
    make_evidence(offering=make_offering(artifact=twin))
    make_fact(artifact=twin, name="vocabulary_size", value=3)
    merge(twin, into=full, why="One thing.")
    at, digest = timezone.now(), catalog_digest()
    full.refresh_from_db()
    full.tagline = "Another"
    full.save()
    full.facts.get(name="vocabulary_size").delete()
    restore(full, at, why="It was better.")
    assert catalog_digest() == digest


def test_what_was_merged_itself_refuses(full: Artifact) -> None:
    twin = make_artifact()
    at = timezone.now()
    merge(twin, into=full, why="One thing.")
    twin.refresh_from_db()
    assert refused(twin, at) == "It was merged; undo the merge first."


def test_a_version_that_readers_would_miss_something_in_refuses() -> None:
    artifact = make_artifact(description="")
    make_offering(artifact=artifact)
    make_identifier(artifact=artifact)
    at = timezone.now()
    artifact.description = "Words."
    artifact.save()
    assert refused(artifact, at) == "Readers would miss something: It has no description."


def test_a_time_before_it_was_there_refuses(full: Artifact) -> None:
    assert refused(full, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) == "It is not known how it stood then."


def test_how_it_stands_already_refuses(full: Artifact) -> None:
    assert refused(full, timezone.now()) == "It stands like that already."


def test_a_shelf_that_takes_an_artifact_is_in_its_history(full: Artifact) -> None:
    """Put there from the shelf's side, it goes back from the artifact's."""
    shelf = make_category()
    at, digest = timezone.now(), catalog_digest()
    shelf.artifacts.add(full)
    assert catalog_digest() != digest
    restore(full, at, why="It is no such thing.")
    assert catalog_digest() == digest


def test_a_reason_is_asked_for(full: Artifact) -> None:
    at = timezone.now()
    edit_everything(full)
    with pytest.raises(CannotRestore, match="Say why"):
        restore(full, at, why="  ")


def test_the_preview_says_what_will_change_and_changes_nothing(full: Artifact) -> None:
    at = timezone.now()
    full.tagline = "Another"
    full.save()
    full.prices.all().delete()
    digest = catalog_digest()
    said = restoring.preview(plan(full, at))
    assert [(row.how, row.what) for row in said] == [("Changed", "the listing"), ("Added", "the price at Provider")]
    assert [(field.label, field.was, field.now) for field in said[0].fields] == [
        ("tagline", "Another", "Does one thing")
    ]
    assert catalog_digest() == digest
