"""The search box: exact hits first, at most ten a group, and only what a person may view."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.desk.merging import merge
from catalog.desk.reports import report
from catalog.desk.search import MOST, found
from catalog.models import Synonym
from catalog.vocabulary import rename
from tests.cast import erin
from tests.factories import make_alias, make_artifact, make_capability, make_identifier, make_publisher, make_source

pytestmark = pytest.mark.django_db


def hits(text: str, by: User | None = None) -> dict[str, list[tuple[str, bool]]]:
    return {group.title: [(h.what, h.is_exact) for h in group.hits] for group in found(text, by=by or erin())}


def test_the_exact_name_comes_first() -> None:
    make_artifact(name="Another Heron")
    make_artifact(name="Heron")
    assert hits("heron") == {"Artifacts": [("Heron", True), ("Another Heron", False)]}


@pytest.mark.parametrize("text", ["the-heron", "Héron Ältere", "acme/heron", "ACME/Heron", "the-h", "on alt"])
def test_an_artifact_is_found_by_slug_name_and_identifier(text: str) -> None:
    artifact = make_artifact(slug="the-heron", name="Héron Ältere")
    make_identifier(artifact=artifact, value="Acme/Heron", key="acme/heron")
    assert [what for what, _ in hits(text)["Artifacts"]] == ["Héron Ältere"]


def test_an_old_address_leads_to_its_artifact() -> None:
    alias = make_alias(slug="old-heron")
    (group,) = found("old-heron", by=erin())
    assert (group.title, group.hits[0].is_exact) == ("Old addresses", True)
    assert group.hits[0].address == ("catalog_artifact_change", (alias.artifact_id,))


@pytest.mark.parametrize("text", ["web.search", "Web search", "searching the web", "web.find", "arch"])
def test_a_capability_is_found_by_its_words_keys_and_old_names(text: str) -> None:
    capability = make_capability(key="web.find", slug="web-find", name="Find on the web")
    rename(capability, slug="web-search", key="web.search", name="Web search")
    Synonym.objects.create(capability=capability, text="Searching the web")
    assert [what for what, _ in hits(text)["Capabilities"]] == ["Web search"]


def test_publishers_sources_and_reports_are_found() -> None:
    make_publisher(name="Heron Labs")
    make_source(title="Heron's card", url="https://example.org/heron")
    told = report(address="/x/", text="The heron is no model.", section="facts", artifact=None)
    assert set(hits("heron")) == {"Publishers", "Sources", "Reports"}
    assert hits(told.code) == {"Reports": [("The heron is no model.", True)]}
    assert hits("https://example.org/heron")["Sources"] == [("Heron's card", True)]


def test_at_most_ten_are_shown_and_more_are_said_to_be_there() -> None:
    for number in range(MOST + 2):
        make_artifact(name=f"Heron {number}")
    (group,) = found("heron", by=erin())
    assert len(group.hits) == MOST
    assert group.is_more
    (exact,) = found("heron 3", by=erin())
    assert not exact.is_more


@pytest.mark.parametrize("text", ["", "   ", "\x00", "%", "_", "nothing is called this", "x" * 5_000, "' OR 1=1 --"])
def test_what_is_nothing_finds_nothing(text: str) -> None:
    make_artifact(name="Heron")
    assert hits(text) == {}


def test_one_letter_finds_what_is_called_so() -> None:
    make_artifact(name="R")
    make_artifact(name="Heron")
    assert hits("r") == {"Artifacts": [("R", True)]}


def test_what_was_merged_is_found_as_what_it_became() -> None:
    kept = make_artifact(name="Heron")
    merge(make_artifact(name="Heron"), into=kept, why="One thing.")
    assert hits("heron") == {"Artifacts": [("Heron", True)]}


def test_what_a_person_may_not_view_is_not_found() -> None:
    make_artifact(name="Heron")
    nobody = User.objects.create(username="nobody", is_staff=True)
    assert hits("heron", by=nobody) == {}
    nobody.groups.add(Group.objects.get(name="Editor"))
    assert set(hits("heron", by=User.objects.get(pk=nobody.pk))) == {"Artifacts"}


def test_no_number_of_hits_takes_more_queries() -> None:
    editor = erin()
    editor.has_perm("catalog.view_artifact")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            found("heron", by=editor)
        return len(seen)

    make_alias(slug="heron-1", artifact=make_artifact(name="Heron"))
    few = queries()
    for number in range(2, 9):
        make_alias(slug=f"heron-{number}", artifact=make_artifact(name=f"Heron {number}"))
    assert queries() == few <= 20
