"""unfragile.yml by the command and at the desk: what it offers comes in, for review, in its owner's words."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.changes import change
from catalog.digest import catalog_digest
from catalog.importers import runs
from catalog.importers.registry import CATALOG_FILES, FEEDS, importer_of
from catalog.importers.undoing import undo
from catalog.models import Artifact, Capability, Entry, Evidence, ImportRun, Offering, Price, RunRow, Source
from tests.factories import make_artifact, make_capability, make_identifier, make_offering
from tests.house.sources import ROOT

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
SERVER = ROOT / "docs" / "examples" / "mcp-server.unfragile.yml"
MANIFEST = FEEDS["manifest"]


@pytest.fixture(autouse=True)
def vocabulary() -> None:
    make_capability(key="search.web", name="Web search")
    make_capability(key="web.to-markdown", name="Web page to Markdown")


def listed() -> Artifact:
    artifact = make_artifact(slug="heron", kind="mcp")
    make_identifier(artifact=artifact, scheme="npm", value="@heron-example/search-mcp", key="@heron-example/search-mcp")
    return artifact


def test_the_command_brings_a_manifest_in_for_review() -> None:
    """With its ids, its price, and what it offers under which conditions."""
    out = StringIO()
    call_command("import_source", "manifest", "--from", str(SERVER), stdout=out)
    assert out.getvalue() == "read=1 new=1 changed=0 unchanged=0 refused=0 held=0\n"
    artifact = Artifact.objects.get()
    assert (artifact.slug, artifact.kind, artifact.lifecycle) == ("heron-search-mcp", "mcp", "in_review")
    assert {"npm", "mcp-registry", "repository"} == set(artifact.identifiers)
    assert artifact.facts.get(name="version").value == "1.4.0"
    assert Price.objects.get().per == 1000
    search, page = artifact.offerings.order_by("position")
    assert (search.capability.key, search.taken_apart_by) == ("search.web", "owner")
    assert search.limitations == ["pages behind a login are not in the index"]
    assert search.intents[0] == "find recent pages about a topic"
    assert page.failure_modes[0]["frequency"] == "common"
    assert set(Evidence.objects.values_list("origin", "source__url")) == {
        ("owner", "https://github.com/heron-example/search-mcp/blob/main/README.md")
    }


def test_twice_changes_nothing_and_undone_nothing_is_left() -> None:
    empty = catalog_digest()
    runs.start(MANIFEST, str(SERVER), now=NOW)
    digest = catalog_digest()
    assert runs.start(MANIFEST, str(SERVER), now=NOW).counts.unchanged == 1
    undo(ImportRun.objects.latest("id"), now=NOW)
    assert catalog_digest() == digest
    undo(ImportRun.objects.earliest("id"), now=NOW)
    assert catalog_digest() == empty


def test_what_others_offer_of_a_listing_stands_and_its_undoing_takes_only_its_own() -> None:
    """The listing was there, with one of the two capabilities in an editor's words."""
    artifact = listed()
    capability = Capability.objects.get(key="search.web")
    make_offering(artifact=artifact, capability=capability, title="As an editor put it")
    digest = catalog_digest()
    assert runs.start(MANIFEST, str(SERVER), now=NOW).counts.changed == 1
    found = dict(artifact.offerings.values_list("capability__key", "title"))
    assert found == {"search.web": "As an editor put it", "web.to-markdown": "A page as Markdown"}
    undo(ImportRun.objects.get(), now=NOW)
    assert catalog_digest() == digest


def test_an_offering_that_somebody_has_shown_since_stays_when_it_is_undone() -> None:
    artifact = listed()
    runs.start(MANIFEST, str(SERVER), now=NOW)
    with change(why="Seen."):
        source = Source.objects.create(slug="seen", title="Seen", kind="report", url="https://marsh.example/seen")
        Evidence.objects.create(offering=artifact.offerings.get(capability__key="search.web"), source=source)
    undo(ImportRun.objects.get(), now=NOW)
    assert list(artifact.offerings.values_list("capability__key", flat=True)) == ["search.web"]


def test_what_the_vocabulary_has_no_word_for_is_left_out_and_told(tmp_path: Path) -> None:
    """The rest comes in; the text waits with the entry, for the day on which there is a word."""
    file = tmp_path / "unfragile.yml"
    file.write_text(SERVER.read_text().replace("web.to-markdown", "web.to-clay-tablets"))
    assert runs.start(MANIFEST, str(file), now=NOW).counts.new == 1
    assert Offering.objects.count() == 1
    assert RunRow.objects.get().sentences == [
        "There is no capability “web.to-clay-tablets” in the vocabulary; it is left out."
    ]
    assert "- A page as Markdown: Fetches one page" in Entry.objects.get().text


def test_one_that_is_wrong_is_refused_with_its_line_and_the_others_come_in(tmp_path: Path) -> None:
    (tmp_path / "good.unfragile.yml").write_text(SERVER.read_text())
    (tmp_path / "bad.unfragile.yml").write_text(SERVER.read_text().replace("kind: mcp", "kind: mpc"))
    counts = runs.start(MANIFEST, str(tmp_path), now=NOW).counts
    assert (counts.new, counts.refused) == (1, 1)
    row = RunRow.objects.get(outcome="refused")
    assert (row.key, row.sentences[0][:40]) == ("bad.unfragile.yml", "Line 5: kind: “mpc” is not one of agent,")


def test_another_manifest_is_another_publisher_s(tmp_path: Path) -> None:
    """What it does not name is not gone, and no brake holds it; two of one slug are two."""
    runs.start(MANIFEST, str(SERVER), now=NOW)
    other = SERVER.read_text().replace("heron-example", "egret-example").replace("heron.example", "egret.example")
    (tmp_path / "unfragile.yml").write_text(other)
    result = runs.start(MANIFEST, str(tmp_path / "unfragile.yml"), now=NOW)
    assert (result.state, result.counts.new) == ("done", 1)
    assert not Artifact.objects.filter(facts__dropped_on__isnull=False).exists()
    assert Artifact.objects.count() == 2


def test_the_place_tells_which_of_two_formats_is_meant(tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    assert importer_of("manifest", str(tmp_path)) is CATALOG_FILES
    assert importer_of("manifest", "https://heron.example/unfragile.yml") is MANIFEST
    assert importer_of("manifest", str(SERVER)) is importer_of("manifest", str(SERVER.parent)) is MANIFEST
