"""Two listings of one thing become one, and can become two again exactly."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps

from catalog import vocabulary
from catalog.desk.merging import LEFT, MOVED, CannotMerge, CannotUndo, merge, merge_capabilities, undo
from catalog.digest import catalog_digest
from catalog.models import Alias, Artifact, Capability, Contrast, Evidence, Fact, Merge, Offering, Pair, Synonym
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
    make_lineage,
    make_offering,
    make_price,
    make_reading,
    make_result,
    make_source,
)
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

#: Stamps of the last change: an undo is a change.
STAMPS = {"facts_changed_at", "listed_version"}


def everything() -> dict[str, Any]:
    """Every row of the catalog with its key, histories and run records aside."""
    found = {}
    for model in apps.get_app_config("catalog").get_models(include_auto_created=True):
        name = model._meta.model_name or ""
        if name.startswith("historical") or name in ("merge", "catalogstate", "artifacttype"):  # the last by digest
            continue
        for row in model._base_manager.all():
            found[f"{name}:{row.pk}"] = {
                field.attname: getattr(row, field.attname)
                for field in model._meta.concrete_fields
                if field.attname not in STAMPS
            }
    return found


@pytest.fixture
@remembered
def two() -> tuple[Artifact, Artifact]:
    """Two listings that share some of everything, with a third that points at both."""
    shelf, other_shelf = make_category(), make_category()
    kept = make_artifact(name="Whisper Large v3", categories=[shelf])
    twin = make_artifact(
        name="whisper-large-v3", licence="MIT", categories=[shelf, other_shelf], homepage="https://example.org/w"
    )
    third = make_artifact(deprecated_by=twin, lifecycle="deprecated")
    both, only = make_capability(), make_capability()
    source = make_source()
    mine = make_offering(artifact=kept, capability=both)
    theirs = make_offering(artifact=twin, capability=both)
    make_evidence(offering=mine, source=source, quote="The same.")
    make_evidence(offering=theirs, source=source, quote="The same.")
    make_evidence(offering=theirs, source=source, quote="Another.")
    make_evidence(offering=make_offering(artifact=twin, capability=only))
    make_contrast(offering=theirs, artifact=third)
    make_contrast(offering=make_offering(artifact=third), artifact=twin)
    make_contrast(offering=mine, artifact=twin)
    make_fact(artifact=kept, name="parameters_total", value=1_550_000_000, source=source)
    make_fact(artifact=twin, name="parameters_total", value=1_540_000_000, source=source)
    make_fact(artifact=twin, name="parameters_total", value=3_000_000_000)
    make_price(artifact=twin)
    make_reading(artifact=kept, source=source)
    make_reading(artifact=twin, source=source)
    make_reading(artifact=twin, source=source, observed_at=dt.datetime(2026, 6, 30, tzinfo=dt.UTC))
    make_result(artifact=twin)
    make_result(artifact=third, benchmark_artifact=twin)
    make_lineage(artifact=twin, parent=kept)
    make_lineage(artifact=third, parent=twin)
    make_identifier(artifact=twin, value="openai/whisper-large-v3")
    make_alias(artifact=twin, slug="whisper-v3")
    first, second = sorted((kept, twin), key=lambda artifact: artifact.pk)
    Pair.objects.create(first=first, second=second, score=0.9)
    return kept, twin


def test_everything_moves_and_nothing_is_told_twice(two: tuple[Artifact, Artifact]) -> None:
    kept, twin = two
    merge(twin, into=kept, why="The same weights.", by=erin())
    assert kept.offerings.count() == 2
    quotes = Evidence.objects.filter(offering__artifact=kept, quote__in=["The same.", "Another."])
    assert sorted(quotes.values_list("quote", flat=True)) == ["Another.", "The same."]
    assert sorted(kept.facts.values_list("value", flat=True)) == [1_550_000_000, 3_000_000_000]
    assert (kept.prices.count(), kept.readings.count(), kept.benchmark_results.count()) == (1, 2, 1)
    assert (kept.categories.count(), kept.aliases.get().slug, kept.lineage.count()) == (2, "whisper-v3", 0)
    assert kept.descendants.count() == 1
    assert kept.identifier_rows.get().value == "openai/whisper-large-v3"
    assert kept.deprecates.count() == 1
    assert not Contrast.objects.filter(artifact=twin).exists()
    assert not Contrast.objects.filter(offering__artifact=kept, artifact=kept).exists()
    assert not Offering.objects.filter(artifact=twin).exists()
    twin.refresh_from_db()
    assert (twin.lifecycle, twin.merged_into) == ("withdrawn", kept)
    assert Pair.objects.get().state == "merged"


def test_disagreement_between_the_two_becomes_a_dispute(two: tuple[Artifact, Artifact]) -> None:
    kept, twin = two
    merge(twin, into=kept, why="The same weights.")
    kept.refresh_from_db()
    assert kept.disputed_count == 1


def test_the_editor_chooses_which_words_stay(two: tuple[Artifact, Artifact]) -> None:
    kept, twin = two
    merge(twin, into=kept, taking=["licence", "homepage"], why="The same weights.")
    kept.refresh_from_db()
    assert (kept.name, kept.licence, kept.licence_class) == ("Whisper Large v3", "MIT", "permissive")
    assert kept.homepage == "https://example.org/w"


@pytest.mark.parametrize("taking", [[], ["name", "licence"]])
def test_undo_restores_both_exactly(two: tuple[Artifact, Artifact], taking: list[str]) -> None:
    kept, twin = two
    digest, rows = catalog_digest(), everything()
    record = merge(twin, into=kept, taking=taking, why="The same weights.")
    assert catalog_digest() != digest
    undo(record, by=erin())
    assert catalog_digest() == digest
    assert everything() == rows


def test_what_was_edited_since_stays_edited(two: tuple[Artifact, Artifact]) -> None:
    """Only what the merge changed is put back: a price that moved returns with its later correction."""
    kept, twin = two
    record = merge(twin, into=kept, why="The same weights.")
    price = kept.prices.get()
    price.amount = "3.00"
    price.save()
    undo(record)
    assert twin.prices.get().amount == 3


def test_undo_is_refused_where_its_rows_have_moved_on(two: tuple[Artifact, Artifact]) -> None:
    kept, twin = two
    record = merge(twin, into=kept, why="The same weights.")
    kept.prices.all().delete()
    before = everything()
    with pytest.raises(CannotUndo, match="removed since"):
        undo(record)
    assert everything() == before
    record.refresh_from_db()
    assert record.undone_at is None


def test_undo_is_done_once(two: tuple[Artifact, Artifact]) -> None:
    kept, twin = two
    record = merge(twin, into=kept, why="The same weights.")
    undo(record)
    with pytest.raises(CannotUndo, match="already"):
        undo(record)


def test_merges_are_undone_in_the_other_order(two: tuple[Artifact, Artifact]) -> None:
    kept, twin = two
    target = make_artifact()
    rows = everything()
    first = merge(twin, into=kept, why="The same weights.")
    second = merge(kept, into=target, why="The same again.")
    twin.refresh_from_db()
    assert twin.merged_into == target, "an old address leads to where things are, in one step"
    with pytest.raises(CannotUndo, match="has itself been merged since"):
        undo(first)
    undo(second)
    undo(first)
    assert everything() == rows


def test_what_cannot_be_merged() -> None:
    kept, twin, draft = make_artifact(), make_artifact(), make_artifact(lifecycle="draft", published_at=None)
    with pytest.raises(CannotMerge, match="with itself"):
        merge(kept, into=kept, why="Why not?")
    with pytest.raises(CannotMerge, match="Say why"):
        merge(twin, into=kept, why=" ")
    with pytest.raises(CannotMerge, match="would lead nowhere"):
        merge(twin, into=draft, why="The same.")
    with pytest.raises(CannotMerge, match="no choice about slug"):
        merge(twin, into=kept, taking=["slug"], why="The same.")
    merge(twin, into=kept, why="The same.")
    for artifact, into, words in ((twin, kept, "merged already"), (kept, twin, "has itself been merged")):
        with pytest.raises(CannotMerge, match=words):
            merge(artifact, into=into, why="The same.")
    merge(draft, into=kept, why="The same.")
    assert Merge.objects.count() == 2


def test_what_is_deprecated_by_its_twin_is_published_again() -> None:
    twin = make_artifact()
    kept = make_artifact(lifecycle="deprecated", deprecated_by=twin)
    record = merge(twin, into=kept, why="The same.")
    kept.refresh_from_db()
    assert (kept.lifecycle, kept.deprecated_by) == ("published", None)
    undo(record)
    kept.refresh_from_db()
    assert (kept.lifecycle, kept.deprecated_by) == ("deprecated", twin)


def test_no_column_that_names_an_artifact_is_forgotten() -> None:
    named = {(model, column) for model, column in MOVED} | {(Offering, "artifact")}
    for relation in Artifact._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model, column = relation.related_model, relation.field.name
        name = model._meta.model_name
        if model._meta.app_label in ("ranking", "claims"):
            continue  # computed from readings, which move; claims go along by themselves, see claims/ownership.py
        if not name.startswith("historical") and name not in LEFT:
            assert (model, column) in named, f"{name}.{column} is neither moved nor left"


def test_capabilities_merge_and_part_again() -> None:
    kept, twin = make_capability(name="Tool calling"), make_capability(name="Function calling")
    Synonym.objects.create(capability=twin, text="Calling of functions")
    make_capability(broader=twin)
    both = make_artifact()
    make_offering(artifact=both, capability=kept)
    make_evidence(offering=make_offering(artifact=both, capability=twin))
    make_offering(capability=twin)
    digest, rows = catalog_digest(), everything()
    record = merge_capabilities(twin, into=kept, why="One thing under two words.", by=erin())
    assert Capability.objects.live().count() == 2
    assert vocabulary.capability_called("function calling") == kept
    undo(record, by=erin())
    assert catalog_digest() == digest
    assert everything() == rows


def test_the_history_tells_of_both(two: tuple[Artifact, Artifact]) -> None:
    kept, twin = two
    undo(merge(twin, into=kept, why="The same weights."))
    reasons = list(twin.history.order_by("history_id").values_list("history_change_reason", flat=True))
    assert reasons[-2:] == ["The same weights.", "Undid a merge."]
    assert Fact.history.filter(history_type="+", history_change_reason="Undid a merge.").count() == 1
    assert Alias.objects.filter(artifact=twin).exists()
