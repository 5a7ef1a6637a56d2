"""The public log: what changed, when, by whom and why; out of people's history and imports' differences."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from catalog import publishing, vocabulary
from catalog.changes import change
from catalog.choices import RunState
from catalog.desk.merging import merge
from catalog.models import Artifact, Difference, ImportRun
from catalog.pages.changelog import LONGEST, Entry, change_log
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_category,
    make_fact,
    make_identifier,
    make_offering,
    make_price,
    make_publisher,
)

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def entries(artifact: Artifact) -> list[Entry]:
    return [entry for day in change_log(artifact) for entry in day.entries]


def texts(artifact: Artifact) -> list[str]:
    return [entry.text for entry in entries(artifact)]


def imported(artifact: Artifact, subject: str, before: Any, after: Any, at: dt.datetime = START) -> None:
    run = ImportRun.objects.create(importer="manifest", origin="x", started_at=at, state=RunState.DONE)
    Difference.objects.create(run=run, artifact=artifact, subject=subject, before=before, after=after)


@pytest.fixture
def silent() -> Artifact:
    """As an import leaves it: no history."""
    artifact = Artifact(slug="silent", name="Silent", kind="model", lifecycle="published")
    Artifact.objects.bulk_create([artifact])
    return artifact


def test_an_import_that_adds_and_changes(silent: Artifact) -> None:
    imported(silent, "listing", None, {"name": "Silent"})
    imported(silent, "price at Marsh", {"amount": "2.00"}, {"amount": "1.50"}, START + dt.timedelta(days=1))
    imported(silent, "offering text.summary", None, {"title": "Condenses"}, START + dt.timedelta(days=2))
    assert entries(silent) == [
        Entry(START + dt.timedelta(days=2), "Added offering text.summary", now="Condenses", by="Import: manifest"),
        Entry(
            START + dt.timedelta(days=1),
            "Changed price at Marsh: amount",
            was="2.00",
            now="1.50",
            by="Import: manifest",
        ),
        Entry(START, "Added to the catalog", by="Import: manifest"),
    ]


def test_days_come_newest_first_and_hold_their_entries() -> None:
    with time_machine.travel(START, tick=False):
        artifact = make_artifact()
    with time_machine.travel(START + dt.timedelta(days=3), tick=False):
        artifact.tagline = "Another"
        artifact.save()
    days = change_log(artifact)
    assert [(day.on, len(day.entries)) for day in days] == [(dt.date(2026, 6, 4), 1), (dt.date(2026, 6, 1), 1)]


def test_a_person_appears_by_role_with_the_reason_never_by_name() -> None:
    artifact = make_artifact(tagline="Old words")
    with change(why="Its maker rephrased it."):
        artifact.tagline = "New words"
        artifact._history_user = User.objects.create(username="erin-the-editor")
        artifact.save()
    (entry,) = [entry for entry in entries(artifact) if entry.reason]
    assert (entry.text, entry.was, entry.now) == ("Changed the listing: tagline", "Old words", "New words")
    assert (entry.by, entry.reason) == ("An editor", "Its maker rephrased it.")
    assert "erin" not in repr(entries(artifact))


def test_without_a_person_it_was_the_system() -> None:
    artifact = make_artifact()
    assert entries(artifact)[0].by == "The system"


def test_what_hangs_on_the_artifact_is_in_its_log() -> None:
    artifact = make_artifact()
    fact = make_fact(artifact=artifact, value=1_000)
    make_offering(artifact=artifact, capability=make_capability(name="Web search"))
    price = make_price(artifact=artifact, provider="Marsh", amount="2.00")
    fact.value = 2_000
    fact.save()
    price.delete()
    assert set(texts(artifact)) == {
        "Added to the catalog",
        "Added the fact context window",
        "Added the offering of web search",
        "Added the price at Marsh",
        "Changed the fact context window: value",
        "Removed the price at Marsh",
    }
    make_fact()  # another artifact's
    assert len(texts(artifact)) == 6


def test_the_first_edit_after_an_import_says_what_it_was_before(silent: Artifact) -> None:
    silent.tagline = "As an editor put it"
    silent.save()
    assert [entry.text for entry in entries(silent) if "tagline" in entry.text] == ["Changed the listing: tagline"]
    assert not any(entry.reason == "As imported." for entry in entries(silent))


def test_a_save_that_changes_nothing_is_no_entry() -> None:
    artifact = make_artifact()
    artifact.save()
    assert texts(artifact) == ["Added to the catalog"]


def test_lifecycles_are_named_in_words() -> None:
    artifact = make_artifact()
    publishing.withdraw(artifact, reason="Its maker asked.")
    (entry,) = [entry for entry in entries(artifact) if entry.text == "Changed the listing: lifecycle"]
    assert (entry.was, entry.now, entry.reason) == ("Published", "Withdrawn", "Its maker asked.")


def test_another_row_is_named_by_its_name_not_by_its_number() -> None:
    artifact = make_artifact()
    artifact.publisher = make_publisher(name="Heron Labs")
    artifact.save()
    artifact.deprecated_by = make_artifact(name="Egret")
    artifact.save()
    shown = [entry.now for entry in entries(artifact) if "publisher" in entry.text or "deprecated" in entry.text]
    assert len(shown) == 2
    assert not any(re.fullmatch(r"\d+", text) for text in shown)


def test_an_import_never_shows_the_number_of_a_row(silent: Artifact) -> None:
    imported(silent, "listing", {"publisher_id": 41}, {"publisher_id": 42})
    imported(silent, "lineage", None, {"detail": "Fine-tune", "source_id": 43})
    assert {(entry.text, entry.was, entry.now) for entry in entries(silent)} == {
        ("Changed listing: publisher", "", ""),
        ("Added lineage", "", "Fine-tune"),
    }


def test_long_values_are_cut_and_empty_ones_are_empty() -> None:
    artifact = make_artifact(description="x" * 1_000, tagline="Here")
    artifact.description = "y" * 1_000
    artifact.tagline = ""
    artifact.save()
    by_text = {entry.text: entry for entry in entries(artifact)}
    assert len(by_text["Changed the listing: description"].now) <= 160
    assert by_text["Changed the listing: tagline"].now == ""


def test_a_long_log_is_cut_at_its_newest(silent: Artifact) -> None:
    run = ImportRun.objects.create(importer="manifest", origin="x", started_at=START)
    Difference.objects.bulk_create(
        Difference(run=run, artifact=silent, subject=f"row {n}", before={"a": 1}, after={"a": 2})
        for n in range(LONGEST + 50)
    )
    shown = texts(silent)
    assert len(shown) == LONGEST
    assert shown[0] == f"Changed row {LONGEST + 49}: a"


def test_the_number_of_queries_does_not_grow_with_the_log(django_assert_max_num_queries: Any) -> None:
    artifact = make_artifact()
    for n in range(20):
        make_fact(artifact=artifact, value=1_000 + n)
        make_offering(artifact=artifact)
    with django_assert_max_num_queries(11):
        assert len(texts(artifact)) == 41


def test_what_a_new_artifact_came_with_is_counted(silent: Artifact) -> None:
    imported(silent, "listing", None, {"name": "Silent", "offerings": 5, "facts": 8, "prices": 1})
    (entry,) = entries(silent)
    assert (entry.text, entry.now) == ("Added to the catalog", "with 5 offerings, 8 facts and 1 price")


def test_a_merged_capability_is_called_by_its_name_and_both_are_named() -> None:
    kept, other = make_capability(name="Tool calling"), make_capability(name="Function calling")
    both, one = make_artifact(), make_artifact()
    make_offering(artifact=both, capability=kept)
    make_offering(artifact=both, capability=other)
    make_offering(artifact=one, capability=other)
    vocabulary.merge(other, into=kept, why="One thing.")
    assert "Removed the offering of function calling" in texts(both)
    changed = next(entry for entry in entries(one) if entry.text.endswith("capability"))
    assert (changed.was, changed.now) == ("Function calling", "Tool calling")


def test_what_was_told_of_a_merged_listing_is_told_on() -> None:
    kept, twin = make_artifact(), make_artifact(tagline="Old words")
    with change(why="Its maker rephrased it."):
        twin.tagline = "New words"
        twin.save()
    merge(twin, into=kept, why="The same.")
    assert "Its maker rephrased it." in [entry.reason for entry in entries(kept)]


# --- shelves, old addresses, ids --------------------------------------------------------------------------------------


def test_moves_between_categories_are_told_once_a_save(silent: Artifact) -> None:
    """From where to where, with the reason; a save that leaves the shelves alone says nothing of them."""
    tools, text = make_category(name="Tools"), make_category(name="Text")
    silent.categories.add(tools)
    with change(why="It reads, and mends nothing."):
        silent.tagline = "Another"
        silent.save()
        silent.categories.set([text])
    with change():
        silent.name = "Named anew"
        silent.save()
    moves = [entry for entry in entries(silent) if "categories" in entry.text]
    assert [(entry.text, entry.was, entry.now, entry.reason) for entry in moves] == [
        ("Changed the listing: categories", "Tools", "Text", "It reads, and mends nothing."),
        ("Changed the listing: categories", "", "Tools", ""),
    ]


def test_a_new_listing_is_not_told_to_have_moved() -> None:
    with change():
        artifact = make_artifact()
        artifact.categories.add(make_category())
    assert texts(artifact) == ["Added to the catalog"]


def test_old_addresses_and_ids_are_told(silent: Artifact) -> None:
    alias = make_alias(artifact=silent, slug="quiet")
    identifier = make_identifier(artifact=silent, scheme="pypi", value="silent")
    identifier.value = "silence"
    identifier.save()
    alias.delete()
    assert set(texts(silent)) >= {
        "Added the old address quiet",
        "Removed the old address quiet",
        "Added the identifier pypi:silent",
        "Changed the identifier pypi:silence: value",
    }
    assert not [text for text in texts(silent) if text.endswith(": key")]
