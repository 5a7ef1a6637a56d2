"""Sources in pages, fetched again and again: what is asked for, what is waited for, and what a run makes of it."""

from __future__ import annotations

import datetime as dt
import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from catalog.choices import RunState
from catalog.importers import addresses, runs, steering
from catalog.importers.errors import CannotImport
from catalog.importers.registry import FEEDS
from catalog.models import Entry, Fact, ImportRun
from tests.loopback import OK, Loopback, saying

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
REGISTRY = FEEDS["mcp-registry"]
ADDRESS = "https://registry.dev/v0.1/servers"
OFFICIAL = "io.modelcontextprotocol.registry/official"


def server(name: str, **said: Any) -> dict[str, Any]:
    status = {"_meta": {OFFICIAL: {"status": said.pop("status")}}} if "status" in said else {}
    return {"server": {"name": name, **said}} | status


@dataclass
class Pages:
    """A registry with a page for each list of servers: it knows its ETags, and may ask to be left alone."""

    pages: list[list[dict[str, Any]]]
    #: Head lines with which it answers first, once each, before it answers as it should.
    refusals: list[str] = field(default_factory=list)
    #: Further headers of every page.
    headers: str = ""
    sent: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, opened: socket.socket, request: bytes) -> None:
        head = request.decode()
        if self.refusals:
            opened.sendall(f"{self.refusals.pop(0)}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        found = re.search(r"cursor=(\d+)", head.splitlines()[0])
        number = int(found.group(1)) if found else 0
        more = {"nextCursor": str(number + 1)} if number + 1 < len(self.pages) else {}
        body = json.dumps({"servers": self.pages[number], "metadata": more}).encode()
        etag = f'"{hash(body)}"'
        is_known = f"If-None-Match: {etag}" in head
        self.sent.append((number, 304 if is_known else 200))
        status = "304 Not Modified" if is_known else "200 OK"
        body = b"" if is_known else body
        length = f"Content-Length: {len(body)}\r\n"
        opened.sendall(f"HTTP/1.1 {status}\r\nETag: {etag}\r\n{self.headers}{length}\r\n".encode() + body)


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def keys(loopback: Loopback) -> Callable[[], list[str]]:
    """What is told of the address now."""
    return lambda: [
        item.key for item in REGISTRY.read(addresses.fetched(ADDRESS, REGISTRY, now=NOW, door=loopback.door))
    ]


def test_pages_that_have_not_changed_are_not_sent_again(loopback: Loopback, keys: Callable[[], list[str]]) -> None:
    """Each is asked for with its own ETag; only the changed one comes, and all are read in order."""
    there = Pages([[server("a/b")], [server("a/c")], [server("a/d")]])
    loopback.serve("registry.dev", there)
    assert keys() == ["a/b", "a/c", "a/d"]
    there.sent.clear()
    assert keys() == ["a/b", "a/c", "a/d"]
    assert there.sent == [(0, 304), (1, 304), (2, 304)]
    there.sent.clear()
    there.pages[1] = [server("a/c"), server("a/cc")]
    assert keys() == ["a/b", "a/c", "a/cc", "a/d"]
    assert there.sent == [(0, 304), (1, 200), (2, 304)]


def test_a_page_that_is_lost_here_is_asked_for_anew(loopback: Loopback, keys: Callable[[], list[str]]) -> None:
    """Without the file an ETag is of no use."""
    there = Pages([[server("a/b")], [server("a/c")]])
    loopback.serve("registry.dev", there)
    keys()
    there.sent.clear()
    next(loopback.folder.rglob("page-00002.json")).unlink()
    assert keys() == ["a/b", "a/c"]
    assert there.sent == [(0, 304), (1, 200)]


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_who_asks_for_a_rest_is_asked_again_after_it(
    loopback: Loopback, keys: Callable[[], list[str]], status: str
) -> None:
    """The run waits and goes on, rather than starting all over tomorrow."""
    loopback.serve("registry.dev", Pages([[server("a/b")]], refusals=[f"HTTP/1.1 {status}\r\nRetry-After: 40"]))
    assert keys() == ["a/b"]
    assert sum(loopback.clock.waited) == pytest.approx(40, abs=2)


def test_who_says_that_nothing_is_left_is_waited_for_before_the_next_page(
    loopback: Loopback, keys: Callable[[], list[str]]
) -> None:
    loopback.serve("registry.dev", Pages([[server("a/b")], [server("a/c")]], headers='RateLimit: "api";r=0;t=55\r\n'))
    assert keys() == ["a/b", "a/c"]
    assert sum(loopback.clock.waited) == pytest.approx(55, abs=2)


def test_who_asks_for_a_longer_rest_than_a_run_has_ends_it(loopback: Loopback, keys: Callable[[], list[str]]) -> None:
    there = Pages([[server("a/b")]], refusals=["HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7200"])
    loopback.serve("registry.dev", there)
    with pytest.raises(CannotImport, match="429"):
        keys()
    assert there.sent == []


def test_who_refuses_for_ever_is_not_asked_for_ever(loopback: Loopback, keys: Callable[[], list[str]]) -> None:
    """Each rest is short, and there is no end of them."""
    loopback.serve("registry.dev", Pages([[]], refusals=["HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60"] * 100))
    with pytest.raises(CannotImport):
        keys()
    assert sum(loopback.clock.waited) <= addresses.PATIENCE + 60


def test_pages_without_end_end_with_an_error(
    loopback: Loopback, keys: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each leads to another one: there are so many and no more, and none of them is kept."""
    monkeypatch.setattr(addresses, "MOST_PAGES", 5)
    there = Pages([[server(f"a/{number}")] for number in range(50)])
    loopback.serve("registry.dev", there)
    with pytest.raises(CannotImport, match="do not end: after 5"):
        keys()
    assert len(there.sent) == 5
    assert not list(loopback.folder.rglob("pages"))


def test_the_last_page_that_fails_leaves_the_earlier_fetch_as_it_was(
    loopback: Loopback, keys: Callable[[], list[str]]
) -> None:
    """Nothing of it is half new; the next run is fine."""
    there = Pages([[server("a/b")], [server("a/c")]])
    loopback.serve("registry.dev", there)
    keys()
    there.pages[0] = [server("a/x")]
    there.refusals = ["HTTP/1.1 500 Oh"]
    with pytest.raises(CannotImport, match="500"):
        keys()
    assert keys() == ["a/x", "a/c"]


@pytest.mark.django_db
def test_changes_since_the_last_run_end_nothing_that_they_do_not_name(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run asks for everything, later ones for what changed: the rest stands, and what was deleted is told."""
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    there = Pages([[server(f"a/{number}", version="1") for number in range(5)]])
    loopback.serve("registry.dev", there)
    place = f"{ADDRESS}?limit=100&updated_since=last"
    assert runs.start(REGISTRY, place, now=NOW).counts.new == 5
    assert "updated_since" not in loopback.asked[-1]
    there.pages = [[server("a/0", version="2"), server("a/1", version="1", status="deleted")]]
    result = runs.start(REGISTRY, place, now=NOW + dt.timedelta(days=1))
    assert "limit=100&updated_since=2026-06-30T11%3A00%3A00Z" in loopback.asked[-1]
    assert (result.state, result.counts.changed) == ("done", 2)
    assert set(Entry.objects.filter(digest="gone").values_list("key", flat=True)) == {"a/1"}
    stated = Fact.objects.filter(name="version", dropped_on=None).values_list("artifact__slug", "value")
    assert dict(stated) == {"a-0": "2", "a-2": "1", "a-3": "1", "a-4": "1"}
    tried = steering.ask("mcp-registry", place, now=NOW + dt.timedelta(days=2), is_dry_run=True, state=RunState.RUNNING)
    assert runs.work(tried, REGISTRY, now=NOW).state == "done"
    tried.refresh_from_db()
    assert tried.gone_count == 0
    there.pages = [[]]
    assert runs.start(REGISTRY, place, now=NOW + dt.timedelta(days=3)).counts.read == 0
    assert "updated_since=2026-07-01T11" in loopback.asked[-1]


# --- broken off, and gone on with -------------------------------------------------------------------------------------


def broken_off(loopback: Loopback, monkeypatch: pytest.MonkeyPatch, *, pages: int = 5, at: int = 3) -> tuple[Any, Any]:
    """A registry, and a run that failed when it asked for this page: it answered 500."""
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    there = Pages([[server(f"a/{number}")] for number in range(pages)])
    answer = there.__call__

    def failing(opened: socket.socket, request: bytes) -> None:
        if len(there.sent) == at and not there.refusals and not failed:
            failed.append(1)
            there.refusals.append("HTTP/1.1 500 Oh")
        answer(opened, request)

    failed: list[int] = []
    loopback.serve("registry.dev", failing)
    with pytest.raises(CannotImport, match="500"):
        runs.start(REGISTRY, ADDRESS, now=NOW)
    assert [number for number, _ in there.sent] == list(range(at))
    there.sent.clear()
    return there, ImportRun.objects.get()


@pytest.mark.django_db
def test_a_fetch_that_broke_off_goes_on_at_its_cursor(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken up hours later, the run asks for no page twice, and brings them all in order."""
    there, run = broken_off(loopback, monkeypatch)
    result = runs.take_up(run, REGISTRY, now=NOW + dt.timedelta(hours=5))
    assert there.sent == [(3, 200), (4, 200)]
    assert (result.state, result.counts.new) == ("done", 5)
    assert list(Entry.objects.order_by("id").values_list("key", flat=True)) == [f"a/{number}" for number in range(5)]


@pytest.mark.django_db
def test_what_broke_off_long_ago_begins_anew(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """The source is another one by then, and so may be its cursors."""
    there, run = broken_off(loopback, monkeypatch)
    runs.take_up(run, REGISTRY, now=NOW + dt.timedelta(days=2))
    assert [number for number, _ in there.sent] == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_another_run_goes_on_with_the_last_hour_and_no_longer(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour is asked about twice in any case; what changed earlier, a later question since then would miss."""
    there, run = broken_off(loopback, monkeypatch)
    steering.stop(run)
    assert runs.start(REGISTRY, ADDRESS, now=NOW + dt.timedelta(minutes=50)).counts.new == 5
    assert [number for number, _ in there.sent] == [3, 4]


@pytest.mark.django_db
def test_another_run_of_a_later_hour_asks_for_all(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    there, run = broken_off(loopback, monkeypatch)
    steering.stop(run)
    runs.start(REGISTRY, ADDRESS, now=NOW + dt.timedelta(hours=2))
    assert [number for number, _ in there.sent] == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_a_cursor_that_nobody_knows_any_more_is_no_end(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers 404 to it: the run begins at the first page by itself."""
    there, run = broken_off(loopback, monkeypatch)
    there.refusals = ["HTTP/1.1 404 Not Found"]
    assert runs.take_up(run, REGISTRY, now=NOW).counts.new == 5
    assert [number for number, _ in there.sent] == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_notes_that_are_cut_off_cost_a_page(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine went down while they were written: the page that they no longer tell of is asked for again."""
    there, run = broken_off(loopback, monkeypatch)
    notes = next(loopback.folder.rglob("coming.jsonl"))
    notes.write_text(notes.read_text()[:-20])
    assert runs.take_up(run, REGISTRY, now=NOW).counts.new == 5
    assert [number for number, _ in there.sent] == [2, 3, 4]


@pytest.mark.django_db
def test_a_run_that_is_taken_up_reads_what_it_has_fetched(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped while it wrote, it asks nobody again: an entry that came meanwhile would shift all behind its cursor."""
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    monkeypatch.setattr(runs, "BATCH", 2)
    there = Pages([[server(f"a/{number}")] for number in range(5)])
    loopback.serve("registry.dev", there)
    write = runs.write

    def stopping(*args: Any, **options: Any) -> Any:
        ImportRun.objects.update(state="stopped")
        return write(*args, **options)

    monkeypatch.setattr(runs, "write", stopping)
    assert runs.start(REGISTRY, ADDRESS, now=NOW).state == "stopped"
    monkeypatch.setattr(runs, "write", write)
    there.sent.clear()
    there.pages.insert(0, [server("a/new")])
    result = runs.take_up(ImportRun.objects.get(), REGISTRY, now=NOW + dt.timedelta(hours=1))
    assert (result.state, result.counts.read, result.counts.new, there.sent) == ("done", 5, 5, [])
    assert runs.start(REGISTRY, ADDRESS, now=NOW + dt.timedelta(hours=2)).counts.new == 1


@pytest.mark.django_db
def test_a_fetch_that_is_longer_than_a_turn_goes_on_in_the_next_ones(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker's task has a time limit: a thousand pages take longer, and each is asked for once."""
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    there = Pages([[server(f"a/{number}")] for number in range(3)])
    loopback.serve("registry.dev", there)
    run = steering.ask("mcp-registry", ADDRESS, now=NOW)
    states = []
    while not states or states[-1] == "asked":
        held = steering.hold(run.pk, now=NOW)
        assert held
        states.append(runs.work(held, REGISTRY, now=NOW, turn=-1).state)
        assert len(states) < 10
    assert states == ["asked", "asked", "asked", "done"]
    assert [number for number, _ in there.sent] == [0, 1, 2]
    run.refresh_from_db()
    assert (run.new_count, run.error) == (3, "")


@pytest.mark.django_db
def test_what_could_not_be_read_is_fetched_again_by_the_same_run(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody had to sign in; once that is over, the run that failed is taken up and is fine."""
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    loopback.serve("registry.dev", saying(OK, b"<!DOCTYPE html><html><body>Sign in</body></html>"))
    with pytest.raises(CannotImport, match="web page"):
        runs.start(REGISTRY, ADDRESS, now=NOW)
    loopback.serve("registry.dev", Pages([[server("a/b")]]))
    assert runs.take_up(ImportRun.objects.get(), REGISTRY, now=NOW).counts.new == 1


def test_a_list_of_repositories_goes_on_where_its_header_says(loopback: Loopback) -> None:
    """GitHub answers thirty at a time."""

    def answer(opened: socket.socket, request: bytes) -> None:
        number = 2 if b"page=2" in request.split(b"\r\n")[0] else 1
        link = '\nLink: <https://registry.dev/orgs/marsh/repos?page=2>; rel="next"' if number == 1 else ""
        row = {"id": number, "full_name": f"marsh/pond-{number}"}
        saying(f"{OK}{link}", json.dumps([row]).encode())(opened, request)

    loopback.serve("registry.dev", answer)
    feed = FEEDS["github"]
    place = addresses.fetched("https://registry.dev/orgs/marsh/repos", feed, now=NOW, door=loopback.door)
    assert [item.key for item in feed.read(place)] == ["1", "2"]
