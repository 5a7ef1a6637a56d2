"""The vocabulary's verbs: find by any word, merge, split."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from catalog.models import Capability, CapabilityAlias, Offering, Synonym
from catalog.state import live_state
from catalog.vocabulary import CannotMerge, CannotRename, CannotSplit, capability_called, merge, rename, split
from tests.factories import make_artifact, make_capability, make_offering

pytestmark = pytest.mark.django_db


def capability(key: str, *synonyms: str, **more: object) -> Capability:
    made = make_capability(key=key, slug=key.replace(".", "-"), name=key.partition(".")[2].capitalize(), **more)
    for text in synonyms:
        Synonym.objects.create(capability=made, text=text)
    return made


def fresh(row: Capability) -> Capability:
    return Capability.objects.get(pk=row.pk)


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "text.summary",
        "capability://text.summary",
        "text-summary",
        "Summary",
        "  sUMMary ",
        "tl;dr",
        "Kurzfassung",
        "KURZFASSUNG",
    ],
)
def test_a_capability_is_found_by_each_of_its_words(word: str) -> None:
    found = capability("text.summary", "TL;DR", "Kurzfassung")
    capability("text.other", "digest")
    assert capability_called(word) == found


@pytest.mark.parametrize("word", ["", "sum", "text", "summary!"])
def test_a_part_of_a_word_finds_nothing(word: str) -> None:
    capability("text.summary", "TL;DR")
    assert capability_called(word) is None


# --- merging ----------------------------------------------------------------------------------------------------------


def test_merge_moves_offerings_words_and_addresses() -> None:
    old, into = capability("text.digest", "abstract"), capability("text.summary", "TL;DR")
    offering = make_offering(capability=old)
    merge(old, into=into, why="One word for both.")
    offering.refresh_from_db()
    assert offering.capability == into
    for word in ("abstract", "TL;DR", "Digest", "text.digest", "text-digest", "Summary"):
        assert capability_called(word) == into
    assert list(Capability.objects.live()) == [into]


def test_merge_keeps_the_history_with_its_reason() -> None:
    old, into = capability("text.digest"), capability("text.summary")
    offering = make_offering(capability=old)
    merge(old, into=into, why="One word for both.")
    assert fresh(old).merged_into == into
    assert old.history.latest().history_change_reason == "One word for both."
    assert [row.capability_id for row in offering.history.order_by("history_id")] == [old.pk, into.pk]
    assert "text.digest" in [row.key for row in Capability.history.filter(id=old.pk)]


def test_merge_redirects_the_old_address_to_the_end_of_a_chain() -> None:
    first, second, third = (capability(f"text.{name}") for name in ("one", "two", "three"))
    merge(first, into=second, why="x")
    merge(second, into=third, why="x")
    assert dict(CapabilityAlias.objects.values_list("slug", "capability__key")) == {
        "text-one": "text.three",
        "text-two": "text.three",
    }


def test_merge_of_what_one_artifact_offers_twice_keeps_the_offering_of_the_one_that_stays() -> None:
    old, into = capability("text.digest"), capability("text.summary")
    artifact = make_artifact()
    make_offering(artifact=artifact, capability=old, title="Old")
    make_offering(artifact=artifact, capability=into, title="Stays")
    merge(old, into=into, why="x")
    assert [row.title for row in Offering.objects.filter(artifact=artifact)] == ["Stays"]
    assert Offering.history.filter(title="Old", history_type="-").exists()
    artifact.refresh_from_db()
    assert artifact.offering_count == 1


def test_merge_is_one_step_of_the_version() -> None:
    old, into = capability("text.digest", "abstract"), capability("text.summary")
    for _ in range(3):
        make_offering(capability=old)
    before = live_state().version
    merge(old, into=into, why="x")
    assert live_state().version == before + 1


def test_merge_hands_narrower_ones_over() -> None:
    old, into = capability("text.digest"), capability("text.summary")
    narrower = capability("text.headline", broader=old)
    merge(old, into=into, why="x")
    assert fresh(narrower).broader == into
    assert fresh(old).broader is None


def test_merge_into_its_own_narrower_one_lifts_that_one_up() -> None:
    top = capability("text.any")
    old = capability("text.digest", broader=top)
    into = capability("text.summary", broader=old)
    merge(old, into=into, why="x")
    assert fresh(into).broader == top


def test_merge_that_would_run_in_a_circle_is_refused() -> None:
    """Whatever lay between the two would end both above and below the one that stays."""
    old = capability("text.any")
    between = capability("text.digest", broader=old)
    into = capability("text.summary", broader=between)
    with pytest.raises(CannotMerge):
        merge(old, into=into, why="x")
    assert fresh(between).broader == old
    assert fresh(old).merged_into is None


def test_merge_that_is_refused() -> None:
    old, into, third = (capability(f"text.{name}") for name in ("one", "two", "three"))
    with pytest.raises(CannotMerge, match="with itself"):
        merge(old, into=old, why="x")
    merge(old, into=into, why="x")
    with pytest.raises(CannotMerge, match="already"):
        merge(fresh(old), into=third, why="x")
    with pytest.raises(CannotMerge, match="has itself been merged"):
        merge(third, into=fresh(old), why="x")


def test_a_name_that_became_free_by_a_merge_can_be_given_again_but_leads_to_the_one_that_stayed() -> None:
    old, into = capability("text.digest"), capability("text.summary")
    merge(old, into=into, why="x")
    assert not Capability.objects.filter(name="Digest").exists()
    assert capability_called("Digest") == into


def test_merge_where_the_name_is_a_word_already_adds_it_once() -> None:
    old, into = capability("text.digest"), capability("text.summary", "digest")
    merge(old, into=into, why="x")
    assert Synonym.objects.filter(key="digest").count() == 1


# --- splitting --------------------------------------------------------------------------------------------------------


def test_split_moves_the_chosen_offerings_to_a_narrower_capability() -> None:
    whole = capability("text.summary")
    moves, stays = make_offering(capability=whole), make_offering(capability=whole)
    before = live_state().version
    part = split(whole, key="text.headline", name="Headline writing", offerings=[moves], why="Narrower.")
    moves.refresh_from_db()
    stays.refresh_from_db()
    assert (moves.capability, stays.capability, part.broader) == (part, whole, whole)
    assert capability_called("headline writing") == part
    assert live_state().version == before + 1
    assert part.history.get().history_change_reason == "Narrower."
    assert moves.history.latest().history_change_reason == "Narrower."


def test_split_without_offerings_or_with_anothers_is_refused() -> None:
    whole, other = capability("text.summary"), make_offering()
    with pytest.raises(CannotSplit, match="at least one"):
        split(whole, key="text.part", name="Part", offerings=[], why="x")
    with pytest.raises(CannotSplit, match="Only offerings of"):
        split(whole, key="text.part", name="Part", offerings=[other], why="x")


@pytest.mark.parametrize(
    ("key", "name"), [("text.taken", "New"), ("text.new", "Taken"), ("text.new", "occupied"), ("text.new", "OCCUPIED")]
)
def test_split_under_a_word_that_is_taken_is_refused(key: str, name: str) -> None:
    capability("text.taken", "occupied")
    offering = make_offering()
    with pytest.raises(CannotSplit, match="in the vocabulary already"):
        split(offering.capability, key=key, name=name, offerings=[offering], why="x")


@pytest.mark.parametrize("key", ["headline", "Text.Headline", "text.a.b", "text."])
def test_split_under_a_key_that_is_none_is_refused_and_moves_nothing(key: str) -> None:
    offering = make_offering()
    with pytest.raises(ValidationError):
        split(offering.capability, key=key, name="Headline", offerings=[offering], why="x")
    assert Offering.objects.get(pk=offering.pk).capability_id == offering.capability_id
    assert Capability.objects.count() == 1


# --- renaming ---------------------------------------------------------------------------------------------------------


def test_a_renamed_capability_is_found_by_all_it_was_called(client: Client) -> None:
    made = capability("text.summary")
    for slug, key, name in (
        ("summaries", "text.summary", "Summary"),
        ("condensing", "text.condensing", "Condensing"),
        ("summaries", "text.shortening", "Shortening"),
    ):
        rename(made, slug=slug, key=key, name=name)
    for word in (
        "text.summary",
        "text-summary",
        "Summary",
        "condensing",
        "text.condensing",
        "Condensing",
        "shortening",
    ):
        assert capability_called(word) == made, word
    assert client.get("/capabilities/text-summary/")["Location"] == "/capabilities/summaries/"
    assert client.get("/capabilities/condensing/")["Location"] == "/capabilities/summaries/"
    assert client.get("/capabilities/summaries/").status_code == 200


def test_renamed_back_it_leaves_no_alias_with_its_own_address() -> None:
    made = capability("text.summary")
    rename(made, slug="condensing", key="text.condensing", name="Condensing")
    rename(made, slug="text-summary", key="text.summary", name="Summary")
    assert list(made.aliases.values_list("slug", "key")) == [("condensing", "text.condensing")]
    assert list(made.synonyms.values_list("text", flat=True)) == ["Condensing"]


def test_a_name_that_leads_elsewhere_cannot_be_taken() -> None:
    one, other = capability("text.summary"), capability("text.gist")
    rename(one, slug="condensing", key="text.condensing", name="Condensing")
    with pytest.raises(CannotRename, match="redirects to “Condensing”"):
        rename(other, slug="text-summary", key="text.gist", name="Gist")
    with pytest.raises(ValidationError):
        rename(other, slug="condensing", key="text.gist", name="Gist")


def test_nothing_is_above_itself() -> None:
    broad, narrow = capability("text.summary"), capability("text.gist")
    narrow.broader = broad
    narrow.save()
    broad.broader = narrow
    with pytest.raises(ValidationError, match="above itself"):
        broad.full_clean()
    narrow.full_clean()
