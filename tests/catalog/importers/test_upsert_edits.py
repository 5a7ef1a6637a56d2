"""What people did between two imports is held, not overwritten, and found again under its new names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from catalog import vocabulary
from catalog.changes import change
from catalog.digest import catalog_digest
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    Category,
    Contrast,
    Evidence,
    Fact,
    ImportRun,
    Lineage,
    Offering,
    Price,
    Publisher,
    Source,
)
from catalog.publishing import rename_slug
from tests.catalog.importers.sample import CHAT, HERON, LATER, REEDS, Folder, heron, load
from tests.factories import make_fact, make_source

pytestmark = pytest.mark.django_db


def edit_listing() -> None:
    row = heron()
    row.tagline = "As an editor put it"
    row.save()


def edit_offering() -> None:
    row = Offering.objects.get(artifact__slug="heron-7b", capability__key="text.generation")
    row.title = "As an editor put it"
    row.save()


def edit_fact() -> None:
    row = Fact.objects.get(artifact__slug="heron-7b", name="parameters_total")
    row.value = 6_900_000_000
    row.save()


def edit_price() -> None:
    row = Price.objects.get(meter="input_tokens")
    row.amount = "0.25"
    row.save()


def edit_result() -> None:
    row = BenchmarkResult.objects.get()
    row.standing = "verified"
    row.save()


def edit_lineage() -> None:
    row = Lineage.objects.get(relation="derived_from")
    row.detail = "As an editor put it"
    row.save()


def edit_evidence() -> None:
    row = Evidence.objects.get(offering__artifact__slug="heron-7b")
    row.dated_on = dt.date(2026, 3, 11)
    row.save()


def edit_contrast() -> None:
    row = Offering.objects.get(artifact__slug="heron-7b", capability__key="text.generation").contrasts.get()
    row.text = "As an editor put it"
    row.save()


@pytest.mark.parametrize(
    "edit",
    [edit_listing, edit_offering, edit_fact, edit_price, edit_result, edit_lineage, edit_evidence, edit_contrast],
)
def test_what_a_person_edited_is_held_not_overwritten(folder: Folder, edit: Any) -> None:
    load(folder)
    edit()
    digest = catalog_digest()
    counts = load(folder, now=LATER)
    assert catalog_digest() == digest
    assert (counts.changed, counts.held) == (0, 1)
    assert ImportRun.objects.latest("id").held_count == 1


@pytest.mark.parametrize("model", [Category, Publisher, Capability, Source])
def test_what_a_person_edited_of_the_shared_lists_is_kept_too(folder: Folder, model: Any) -> None:
    load(folder)
    row = model.objects.order_by("id").first()
    setattr(row, "title" if model is Source else "name", "As an editor put it")
    row.save()
    digest = catalog_digest()
    load(folder, now=LATER)
    assert catalog_digest() == digest


def test_a_successor_that_a_person_chose_is_kept(folder: Folder) -> None:
    folder.replace(HERON, "licence: apache-2.0", "lifecycle: deprecated\ndeprecated_by: heron-7b-chat")
    load(folder)
    assert heron().deprecated_by.slug == "heron-7b-chat"
    row = heron()
    row.deprecated_by = Artifact.objects.get(slug="reeds")
    row.save()
    assert load(folder, now=LATER).held == 1
    assert heron().deprecated_by.slug == "reeds"


def test_a_locked_value_is_held_even_without_a_history(folder: Folder) -> None:
    load(folder)
    Fact.objects.filter(name="parameters_total").update(is_locked=True, value=1)
    assert load(folder, now=LATER).held == 1
    assert Fact.objects.get(name="parameters_total").value == 1


def test_an_edit_holds_only_the_row_it_was_made_on(folder: Folder) -> None:
    load(folder)
    edit_listing()
    folder.replace(HERON, '    amount: "0.20"', '    amount: "0.15"')
    load(folder, now=LATER)
    assert Price.objects.get(meter="input_tokens").amount * 100 == 15
    assert heron().tagline == "As an editor put it"


def test_what_a_person_added_stays(folder: Folder) -> None:
    load(folder)
    make_fact(
        artifact=heron(),
        name="knowledge_cutoff",
        value="2025-12",
        origin="editor",
        source=Source.objects.get(slug="hub"),
    )
    digest = catalog_digest()
    load(folder, now=LATER)
    assert catalog_digest() == digest


@pytest.mark.parametrize("model", [Fact, Price, Offering, BenchmarkResult, Lineage, Evidence, Contrast])
def test_what_a_person_deleted_does_not_come_back_by_itself(folder: Folder, model: Any) -> None:
    load(folder)
    model.objects.order_by("id").first().delete()
    digest = catalog_digest()
    load(folder, now=LATER)
    assert catalog_digest() == digest


def test_a_capability_merged_since_is_found_under_the_one_it_went_into(folder: Folder) -> None:
    """The artifact offers both in the file; each import must end with the same offering."""
    load(folder)
    old, into = (Capability.objects.get(key=key) for key in ("text.summarisation", "text.generation"))
    vocabulary.merge(old, into=into, why="One word for both.")
    load(folder, now=LATER)
    digest = catalog_digest()
    assert Capability.objects.live().count() == 2
    assert heron().offerings.get().title == "Writes on, calmly"
    assert load(folder, now=LATER).changed == 0
    assert catalog_digest() == digest


def test_an_offering_split_off_since_does_not_come_back_under_its_old_capability(folder: Folder) -> None:
    load(folder)
    whole = Capability.objects.get(key="text.generation")
    vocabulary.split(
        whole, key="text.letters", name="Letters", offerings=[heron().offerings.get(capability=whole)], why="Narrower."
    )
    digest = catalog_digest()
    load(folder, now=LATER)
    assert catalog_digest() == digest


def test_a_renamed_artifact_is_found_by_its_old_slug(folder: Folder) -> None:
    load(folder)
    rename_slug(heron(), "grey-heron-7b")
    heron_ids = Artifact.objects.get(slug="grey-heron-7b").identifier_rows
    heron_ids.all().delete()  # not even by its ids
    assert load(folder, now=LATER).new == 0
    assert not Artifact.objects.filter(slug="heron-7b").exists()


def test_an_artifact_under_another_slug_is_found_by_its_ids_and_reachable_by_both(folder: Folder) -> None:
    load(folder)
    folder.replace(REEDS, "slug: reeds", "slug: rushes")
    folder.replace(CHAT, "artifact: reeds", "artifact: rushes")
    folder.replace(HERON, "artifact: reeds", "artifact: rushes")
    assert load(folder, now=LATER).new == 0
    assert Alias.objects.get(slug="rushes").artifact.slug == "reeds"
    assert load(folder, now=LATER).unchanged == 3


def test_a_source_is_known_by_its_address_whatever_its_key(folder: Folder) -> None:
    make_source(slug="hub-of-old", url="https://hub.example/2026-05", title="Hub listing, May 2026", kind="registry")
    load(folder)
    assert not Source.objects.filter(slug="hub").exists()
    assert set(heron().readings.values_list("source__slug", flat=True)) == {"hub-of-old"}
    assert load(folder, now=LATER).unchanged == 3


def test_the_reason_goes_into_the_history_of_what_is_saved_with_it(folder: Folder) -> None:
    load(folder)
    assert not Artifact.history.exists()  # imports keep differences instead
    with change(why="Said so."):
        edit_listing()
    assert Artifact.history.latest("history_id").history_change_reason == "Said so."
