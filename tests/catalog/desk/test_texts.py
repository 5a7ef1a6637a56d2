"""What imports bring is taken apart: in bulk, once, a bad one alone, and again when text or vocabulary change."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from catalog.choices import Lifecycle, ProposalState
from catalog.desk import offered, texts
from catalog.desk.offered import Proposed
from catalog.desk.texts import Taken, take_apart_texts
from catalog.digest import catalog_digest
from catalog.importers import runs
from catalog.importers.registry import FEEDS
from catalog.importers.undoing import undo
from catalog.models import Artifact, Entry, ImportRun, Offering, Proposal, Synonym
from catalog.tasks import take_texts_apart
from tests.cast import erin
from tests.factories import make_capability

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
DOCKER, HUB, CARDS = FEEDS["docker-mcp"], FEEDS["huggingface"], FEEDS["hf-cards"]


@pytest.fixture(autouse=True)
def vocabulary() -> None:
    make_capability(key="search.web", slug="web-search", name="Web search")
    make_capability(key="text.generation", slug="text-generation", name="Text generation")


def server(place: Path, name: str, *tools: tuple[str, str]) -> None:
    folder = place / "servers" / name
    folder.mkdir(parents=True, exist_ok=True)
    about = f"name: {name}\nabout:\n  title: {name.title()}\n  description: Does what {name} does.\n"
    (folder / "server.yaml").write_text(f"{about}source:\n  project: https://github.com/example/{name}\n")
    (folder / "tools.json").write_text(json.dumps([{"name": n, "description": said} for n, said in tools]))


def brought(place: Path, *names: str) -> ImportRun:
    for name in names:
        server(place, name, ("web_search", f"Web search by {name}."))
    runs.start(DOCKER, str(place), now=NOW, is_confirmed=True)
    return ImportRun.objects.latest("pk")


def test_tools_of_an_import_become_proposed_offerings(tmp_path: Path) -> None:
    """With the tool's own words as the quote, and the list's address as what is cited; nothing is published."""
    run = brought(tmp_path, "heron")
    before = catalog_digest()
    assert take_apart_texts() == Taken(1, 0, Proposed(new=1))
    proposal = Proposal.objects.get()
    assert (proposal.artifact, proposal.run) == (Artifact.objects.get(), run)
    assert proposal.grounds["quote"] == "Web search by heron."
    assert proposal.grounds["source"]["url"].endswith("/servers/heron/tools.json")
    assert not Offering.objects.exists()
    assert catalog_digest() == before


def test_the_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    """Neither after another run of the same import, nor where an editor has refused what the text offers."""
    brought(tmp_path, "heron")
    take_apart_texts()
    assert take_apart_texts() == Taken()
    offered.refuse(Proposal.objects.get(), by=erin())
    server(tmp_path, "heron", ("web_search", "Web search in other words."))
    brought_again = runs.start(DOCKER, str(tmp_path), now=NOW)
    assert brought_again.state == "done"
    assert take_apart_texts().proposed == Proposed(known=1)
    assert Proposal.objects.get().state == ProposalState.REFUSED


def test_what_changed_is_read_again_and_the_rest_is_not(tmp_path: Path) -> None:
    """What its source says in other words is proposed in those, in the same row; what it no longer says lapses."""
    brought(tmp_path, "heron", "stork")
    take_apart_texts()
    waiting = Proposal.objects.get(artifact__name="Stork")
    server(tmp_path, "stork", ("web_search", "Web search and more."), ("generate", "Text generation."))
    runs.start(DOCKER, str(tmp_path), now=NOW)
    assert take_apart_texts() == Taken(1, 0, Proposed(new=2))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.grounds["quote"]) == (ProposalState.OPEN, "Web search and more.")
    server(tmp_path, "stork", ("generate", "Text generation."))
    runs.start(DOCKER, str(tmp_path), now=NOW, is_confirmed=True)
    take_apart_texts()
    still = Proposal.objects.filter(artifact=waiting.artifact, state=ProposalState.OPEN)
    assert [row.capability.key for row in still] == ["text.generation"]


def test_another_vocabulary_reads_all_of_them_again(tmp_path: Path) -> None:
    """A synonym that an editor added finds what nobody found before, once."""
    server(tmp_path, "heron", ("look", "Metasearch over five engines."))
    brought(tmp_path)
    assert take_apart_texts().proposed == Proposed()
    Synonym.objects.create(
        capability=make_capability(key="search.meta", slug="meta", name="Asking several engines"), text="metasearch"
    )
    Synonym.objects.create(capability=Synonym.objects.get().capability, text="metasearch over five engines")
    assert take_apart_texts().proposed == Proposed(new=1)
    assert take_apart_texts() == Taken()


def test_hub_objects_cards_and_descriptions_are_texts_as_well(tmp_path: Path) -> None:
    hub = tmp_path / "models.2026-06-01.json"
    tagged = {"modelId": "heron/seven", "pipeline_tag": "text-generation", "tags": ["pytorch"]}
    hub.write_text(json.dumps([{"id": "heron/seven", **tagged}]))
    cards = tmp_path / "cards"
    cards.mkdir()
    (cards / "heron__reeds.md").write_text("---\ntask_categories:\n- text-generation\n---\n# Reeds\n")
    servers = tmp_path / "servers.2026-06-01.json"
    servers.write_text(json.dumps([{"name": "io.heron/web", "description": "Web search for agents.", "version": "1"}]))
    for feed, place in ((HUB, hub), (CARDS, cards), (FEEDS["mcp-registry"], servers)):
        runs.start(feed, str(place), now=NOW)
    assert take_apart_texts().proposed == Proposed(new=3)
    found = set(Proposal.objects.values_list("run__importer", "capability__key"))
    assert found == {
        ("huggingface", "text.generation"), ("hf-cards", "text.generation"), ("mcp-registry", "search.web"),
    }  # fmt: skip


def test_one_that_breaks_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the reader or the tables break: the reason stands on its entry, and it is not tried for ever."""
    brought(tmp_path, "heron", "stork", "crane")
    decompose, propose = texts.decompose, texts.propose_all

    def broken(text: str, words: Any) -> Any:
        if "heron" in text:
            raise RecursionError("too deep")
        return decompose(text, words)

    def untaken(some: Any, *, by: str) -> Any:
        if any("stork" in offer.quote for text in some for offer in text.offers):
            raise DatabaseError("no")
        return propose(some, by=by)

    monkeypatch.setattr(texts, "decompose", broken)
    monkeypatch.setattr(texts, "propose_all", untaken)
    assert take_apart_texts() == Taken(3, 2, Proposed(new=1))
    why = dict(Entry.objects.values_list("key", "not_taken_apart"))
    assert why == {
        "heron": "RecursionError: too deep", "stork": "The tables do not take it: DatabaseError.", "crane": "",
    }  # fmt: skip
    assert take_apart_texts() == Taken()


def test_a_turn_that_is_over_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(tmp_path, "heron", "stork")
    monkeypatch.setattr(texts, "BATCH", 1)
    assert take_apart_texts(seconds=-1) == Taken(is_done=False)
    ticks = iter([0.0, 1.0, 99.0])
    monkeypatch.setattr(texts.time, "monotonic", lambda: next(ticks))
    assert take_apart_texts(seconds=10) == Taken(1, 0, Proposed(new=1), is_done=False)
    monkeypatch.undo()
    assert take_apart_texts() == Taken(1, 0, Proposed(new=1))


def test_long_texts_come_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch is bounded by what its texts weigh; one that is heavier than that comes alone."""
    brought(tmp_path, "heron", "stork", "crane")
    monkeypatch.setattr(texts, "MOST_TEXT", 10)
    taken: list[int] = []
    apart = texts._take_apart
    monkeypatch.setattr(texts, "_take_apart", lambda some, *of: taken.append(len(some)) or apart(some, *of))
    assert take_apart_texts() == Taken(3, 0, Proposed(new=3))
    assert taken == [1, 1, 1]


def test_a_batch_takes_as_many_queries_however_long_it_is(tmp_path: Path) -> None:
    def counted(names: list[str]) -> int:
        brought(tmp_path, *names)
        with CaptureQueriesContext(connection) as captured:
            assert take_apart_texts().proposed.new == len(names)
        return len(captured)

    assert counted([f"heron-{n}" for n in range(2)]) == counted([f"stork-{n}" for n in range(40)])


def test_it_is_published_by_itself_only_where_the_site_says_so(tmp_path: Path, settings: Any) -> None:
    settings.DECOMPOSER = {**settings.DECOMPOSER, "ACCEPT_FROM": 0.8}
    brought(tmp_path, "heron")
    assert take_apart_texts().proposed == Proposed(accepted=1)
    assert Offering.objects.get().evidence.get().quote == "Web search by heron."


def test_an_import_that_is_undone_takes_its_open_proposals_along(tmp_path: Path) -> None:
    """Those of listings that stay as well; brought again, they are proposed again."""
    brought(tmp_path, "heron")
    server(tmp_path, "heron", ("web_search", "Web search."))
    again = brought(tmp_path, "heron")
    Entry.objects.update(run=again)
    take_apart_texts()
    undo(again, now=NOW)
    assert list(Proposal.objects.values_list("state", flat=True)) == [ProposalState.OUTDATED]
    brought(tmp_path, "heron")
    assert take_apart_texts().proposed == Proposed(new=1)
    assert Proposal.objects.get().state == ProposalState.OPEN


def test_a_listing_with_an_accepted_offering_outlives_its_import(tmp_path: Path) -> None:
    """An editor has had it in hand."""
    run = brought(tmp_path, "heron")
    take_apart_texts()
    offered.accept(Proposal.objects.get(), by=erin())
    undo(run, now=NOW)
    assert Offering.objects.get().artifact.name == "Heron"


def test_of_what_was_withdrawn_nothing_is_proposed(tmp_path: Path) -> None:
    brought(tmp_path, "heron")
    Artifact.objects.update(lifecycle=Lifecycle.WITHDRAWN, withdrawn_reason="It is gone.")
    assert take_apart_texts() == Taken()


def test_the_task_and_both_commands_take_them_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server(tmp_path, "heron", ("web_search", "Web search."))
    call_command("import_source", "docker-mcp", "--from", str(tmp_path))
    assert "Texts: proposed=1 known=0 accepted=0 read=1 failed=0" in capsys.readouterr().err
    call_command("decompose", "--brought")
    assert capsys.readouterr().out == "proposed=0 known=0 accepted=0 read=0 failed=0\n"
    Entry.objects.update(taken_apart_with="")
    take_texts_apart()
    take_texts_apart()
    assert Entry.objects.exclude(taken_apart_with="").count() == 1
    assert Proposal.objects.count() == 1
