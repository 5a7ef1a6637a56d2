"""What is passed over because it reads as it did; and what is looked at all the same."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from catalog.importers import passing, runs, steering
from catalog.importers.feeds import Same, Told
from catalog.importers.reading import opened
from catalog.importers.registry import FEEDS
from catalog.importers.undoing import undo
from catalog.models import Artifact, Entry, Fact, ImportRun

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
REGISTRY, HUB = FEEDS["mcp-registry"], FEEDS["huggingface"]
OFFICIAL = "io.modelcontextprotocol.registry/official"


def server(name: str, updated: str = "2026-05-01", **said: Any) -> dict[str, Any]:
    return {"server": {"name": name, **said}, "_meta": {OFFICIAL: {"updatedAt": f"{updated}T12:00:00Z"}}}


def servers(place: Path, *rows: dict[str, Any], on: str = "2026-06-01") -> str:
    file = place / f"servers.{on}.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(file)


def kinds(feed: Any, place: str) -> list[type]:
    there = opened(place, now=NOW)
    there.known = passing.known(feed, there)
    return [type(item) for item in feed.read(there)]


def test_one_that_has_changed_is_made_and_its_neighbours_are_not(tmp_path: Path) -> None:
    runs.start(REGISTRY, servers(tmp_path, server("a/b"), server("a/c"), server("a/d")), now=NOW)
    place = servers(tmp_path, server("a/b"), server("a/c", version="2"), server("a/d"))
    assert kinds(REGISTRY, place) == [Same, Told, Same]
    counts = runs.start(REGISTRY, place, now=NOW).counts
    assert (counts.changed, counts.unchanged) == (1, 2)
    assert Fact.objects.get(name="version").value == "2"


def test_a_later_file_of_what_has_no_day_of_its_own_is_passed_over(tmp_path: Path) -> None:
    """A server says the same whenever it is read."""
    runs.start(REGISTRY, servers(tmp_path, server("a/b")), now=NOW)
    assert kinds(REGISTRY, servers(tmp_path, server("a/b"), on="2026-06-08")) == [Same]


def test_a_later_file_of_what_is_counted_is_not(tmp_path: Path) -> None:
    """The same likes a week later are another reading."""
    for on in ("2026-06-01", "2026-06-08"):
        (tmp_path / f"models.{on}.json").write_text(json.dumps([{"id": "a/b", "modelId": "a/b", "likes": 50}]))
    runs.start(HUB, str(tmp_path / "models.2026-06-01.json"), now=NOW)
    runs.start(HUB, str(tmp_path / "models.2026-06-08.json"), now=NOW)
    readings = Artifact.objects.get().readings.filter(signal="likes").values_list("observed_at__date", flat=True)
    assert sorted(readings) == [dt.date(2026, 6, 1), dt.date(2026, 6, 8)]


def test_a_day_to_come_is_believed_once_it_has_come(tmp_path: Path) -> None:
    """A publisher's clock is ahead: what was no date then is one later, though not a letter has changed."""
    ahead = server("a/b", updated="2026-06-05")
    runs.start(REGISTRY, servers(tmp_path, ahead, on="2026-06-01"), now=NOW)
    assert not Fact.objects.filter(name="last_updated").exists()
    runs.start(REGISTRY, servers(tmp_path, ahead, on="2026-06-08"), now=NOW)
    assert Fact.objects.get(name="last_updated").value == "2026-06-05"


def test_what_reads_otherwise_and_says_the_same_is_known_from_then_on(tmp_path: Path) -> None:
    """A field that nobody keeps: compared once, and never again."""
    runs.start(REGISTRY, servers(tmp_path, server("a/b")), now=NOW)
    place = servers(tmp_path, server("a/b", icons=[]))
    assert kinds(REGISTRY, place) == [Told]
    assert runs.start(REGISTRY, place, now=NOW).counts.unchanged == 1
    assert kinds(REGISTRY, place) == [Same]


def test_what_was_undone_is_made_again(tmp_path: Path) -> None:
    """The source brought it, a second run of it was undone: the third looks at it anew."""
    place = servers(tmp_path, server("a/b"))
    runs.start(REGISTRY, place, now=NOW)
    runs.start(REGISTRY, place, now=NOW)
    undo(ImportRun.objects.latest("id"), now=NOW)
    assert kinds(REGISTRY, place) == [Told]


def test_what_was_gone_and_comes_back_is_made_again(tmp_path: Path) -> None:
    """Its facts are stated again, though it reads as it did before it went."""
    both = server("a/b", version="1"), server("a/c", version="1")
    runs.start(REGISTRY, servers(tmp_path, *both), now=NOW)
    runs.start(REGISTRY, servers(tmp_path, both[0]), now=NOW, is_confirmed=True)
    assert Entry.objects.get(key="a/c").digest == passing.GONE
    runs.start(REGISTRY, servers(tmp_path, *both), now=NOW)
    assert not Fact.objects.exclude(dropped_on=None).exists()


def test_one_that_stands_twice_is_refused_though_it_is_known(tmp_path: Path) -> None:
    place = servers(tmp_path, server("a/b"), server("a/b"))
    for _ in range(2):
        counts = runs.start(REGISTRY, place, now=NOW).counts
        assert (counts.read, counts.refused) == (2, 1)


def test_the_brake_counts_what_is_passed_over(tmp_path: Path) -> None:
    """Four of twelve versions of transport are a third, and four of forty a tenth: it takes all of them to know."""

    def listed(count: int, changed: int) -> str:
        rows = [server(f"a/{n}", remotes=[{"type": "sse" if n < changed else "streamable-http"}]) for n in range(count)]
        return servers(tmp_path, *rows)

    runs.start(REGISTRY, listed(12, 0), now=NOW)
    assert runs.start(REGISTRY, listed(12, 4), now=NOW).brakes == ["Transports: 4 of 12 values would change."]
    runs.start(REGISTRY, listed(40, 0), now=NOW, is_confirmed=True)
    assert runs.start(REGISTRY, listed(40, 4), now=NOW).state == "done"


def test_an_older_version_speaks_where_no_latest_is_told(tmp_path: Path) -> None:
    """And is silent, without a refusal, where one is."""
    old = {"_meta": {OFFICIAL: {"isLatest": False}}}
    rows = [server("a/b", version="1") | old, server("a/c", version="2"), server("a/c", version="1") | old]
    counts = runs.start(REGISTRY, servers(tmp_path, *rows), now=NOW).counts
    assert (counts.read, counts.new) == (2, 2)
    assert set(Fact.objects.filter(name="version").values_list("value", flat=True)) == {"1", "2"}


def test_heavy_entries_come_in_smaller_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years of readings would fill the memory by the hundreds; however they are cut, each comes once."""
    monkeypatch.setattr(runs, "HEAVIEST", 3)
    rows = [{"id": f"a/{n}", "modelId": f"a/{n}", "likes": 50, "downloads": 60} for n in range(5)]
    (tmp_path / "models.2026-06-01.json").write_text(json.dumps(rows))
    there = opened(str(tmp_path / "models.2026-06-01.json"), now=NOW)
    assert [len(some) for some in runs.batches(HUB, there)] == [2, 2, 1]
    assert [item.key for some in runs.batches(HUB, there, skip=3) for item in some] == ["a/3", "a/4"]


def test_what_was_renamed_is_not_made_again_and_again(tmp_path: Path) -> None:
    """Its old name stays known as an entry that says nothing; the new one is passed over like any other."""
    lists, head = FEEDS["best-of"], "name,github_id,updated_github_id\n"
    file = tmp_path / "2026-05-01_projects.csv"
    file.write_text(f"{head}Ponds,old/pond,\nNests,marsh/nests,\n")
    runs.start(lists, str(file), now=NOW)
    file.write_text(f"{head}Ponds,old/pond,new/ponds\nNests,marsh/nests,\n")
    assert kinds(lists.at(opened(str(file), now=NOW)), str(file)) == [Told, Same]
    runs.start(lists, str(file), now=NOW)
    assert kinds(lists.at(opened(str(file), now=NOW)), str(file)) == [Same, Same]
    assert runs.start(lists, str(file), now=NOW).counts.unchanged == 2
    assert Artifact.objects.count() == 2


def test_tools_that_are_worded_otherwise_are_read_again(tmp_path: Path) -> None:
    """As many as before: what they say is what the decomposer reads."""
    place = tmp_path / "servers/heron"
    place.mkdir(parents=True)
    (place / "server.yaml").write_text("name: heron\nabout: {title: Heron}\n")
    (place / "tools.json").write_text('[{"name": "wade"}]')
    docker = FEEDS["docker-mcp"]
    runs.start(docker, str(tmp_path / "servers"), now=NOW)
    assert kinds(docker, str(tmp_path / "servers")) == [Same]
    (place / "tools.json").write_text('[{"name": "fish"}]')
    assert kinds(docker, str(tmp_path / "servers")) == [Told]
    runs.start(docker, str(tmp_path / "servers"), now=NOW)
    assert "fish" in Entry.objects.get().text


def test_a_long_run_passes_over_what_it_wrote_in_its_earlier_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind its cursor, by number, is what nobody has looked at: each entry counts once."""
    monkeypatch.setattr(runs, "BATCH", 2)
    runs.start(REGISTRY, servers(tmp_path, *(server(f"a/{n}") for n in range(5))), now=NOW)
    changed = [server(f"a/{n}", version="2") for n in range(3)]
    place = servers(tmp_path, *changed, *(server(f"a/{n}") for n in (3, 4, 5)))
    run = steering.ask("mcp-registry", place, now=NOW, is_confirmed=True)
    states = []
    while not states or states[-1] == "asked":
        held = steering.hold(run.pk, now=NOW)
        assert held
        states.append(runs.work(held, REGISTRY, now=NOW, turn=-1).state)
    run.refresh_from_db()
    assert states == ["asked"] * 3 + ["done"]
    assert (run.read_count, run.changed_count, run.unchanged_count, run.new_count, run.gone_count) == (6, 3, 2, 1, 0)
