"""Sources at an address: real servers on loopback, through the one door."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from catalog.importers import addresses, runs
from catalog.importers.addresses import fetched
from catalog.importers.errors import CannotImport
from catalog.importers.registry import FEEDS
from catalog.models import ImportRun
from tests.loopback import OK, Loopback, saying

NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


def test_a_file_is_fetched_and_dated_today(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(OK, b'{"m": {"name": "M", "models": {"x": {"name": "X"}}}}'))
    place = fetched("https://registry.dev/api.json", FEEDS["models-dev"], now=NOW, door=loopback.door)
    assert place.on == NOW.date()
    assert [item.key for item in FEEDS["models-dev"].read(place)] == ["m:x"]


def test_what_has_not_changed_is_not_sent_again(loopback: Loopback) -> None:
    """The second time it asks with the ETag of the first, and reads what it has."""
    address, feed = "https://registry.dev/api.json", FEEDS["models-dev"]
    loopback.serve("registry.dev", saying(f'{OK}\nETag: "7"', b'{"m": {"name": "M", "models": {"x": {"name": "X"}}}}'))
    fetched(address, feed, now=NOW, door=loopback.door)
    loopback.serve("registry.dev", saying("HTTP/1.1 304 Not Modified"))
    place = fetched(address, feed, now=NOW, door=loopback.door)
    assert 'If-None-Match: "7"' in loopback.asked[-1]
    assert [item.key for item in feed.read(place)] == ["m:x"]


@pytest.mark.parametrize("name", sorted(FEEDS))
@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "429 Too Many", "500 Oh"])
def test_any_other_answer_is_an_error(loopback: Loopback, name: str, status: str) -> None:
    loopback.serve("registry.dev", saying(f"HTTP/1.1 {status}", b"{}"))
    with pytest.raises(CannotImport, match=status[:3]):
        fetched("https://registry.dev/api.json", FEEDS[name], now=NOW, door=loopback.door)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(FEEDS))
def test_a_web_page_in_its_place_is_an_error_and_the_next_run_is_fine(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Somebody has to sign in there: the run says so, and an answer that has come before is no longer believed."""
    monkeypatch.setattr(addresses, "Door", lambda: loopback.door)
    loopback.serve("registry.dev", saying(OK, b"<!DOCTYPE html><html><body>Sign in</body></html>"))
    ending = {"lmarena": ".csv", "best-of": ".csv", "aider": ".yml", "docker-mcp": ".yaml", "hf-cards": ".md"}
    place = f"https://registry.dev/there{ending.get(name, '.json')}"
    with suppress(CannotImport):
        assert runs.start(FEEDS[name], place, now=NOW).counts.new == 0
    run = ImportRun.objects.get()
    assert (bool(run.error), run.refused_count > 0) in ((True, False), (False, True))
    good = next(Path(__file__).parents[2].joinpath("data", "feeds").rglob(f"{name}.good.*"), None)
    if good is not None:
        loopback.serve("registry.dev", saying(OK, good.read_bytes()))
        assert runs.start(FEEDS[name], place, now=NOW).counts.new > 0


def test_two_lists_at_two_addresses_are_two(loopback: Loopback) -> None:
    """Though both are kept under one name of ours; a list's next table is the same list."""
    loopback.serve("registry.dev", saying(OK, b"name,github_id\nPonds,marsh/ponds\n"))
    feed, names = FEEDS["best-of"], []
    for path in ("birds/2026-05-01_projects.csv", "birds/2026-06-01_projects.csv", "water/2026-06-01_projects.csv"):
        place = fetched(f"https://registry.dev/{path}", feed, now=NOW, door=loopback.door)
        names.append(feed.at(place).name)
    assert names[0] == names[1] != names[2]


def test_pages_that_lead_back_end_with_an_error(loopback: Loopback) -> None:
    """A cursor that loops is no endless run."""
    page = {"servers": [{"server": {"name": "a/b"}}], "metadata": {"nextCursor": "again"}}
    loopback.serve("registry.dev", saying(OK, json.dumps(page).encode()))
    with pytest.raises(CannotImport, match="do not end"):
        fetched("https://registry.dev/v0.1/servers", FEEDS["mcp-registry"], now=NOW, door=loopback.door)


def test_pages_are_read_in_order(loopback: Loopback) -> None:
    """One without a cursor is the last."""
    page = {"servers": [{"server": {"name": "a/b"}}, {"server": {"name": "a/c"}}]}
    loopback.serve("registry.dev", saying(OK, json.dumps(page).encode()))
    place = fetched("https://registry.dev/v0.1/servers", FEEDS["mcp-registry"], now=NOW, door=loopback.door)
    assert [item.key for item in FEEDS["mcp-registry"].read(place)] == ["a/b", "a/c"]


def test_the_next_page_is_asked_for_as_each_source_has_it() -> None:
    """By a cursor in the body, or by an address in the headers."""
    body = json.dumps({"servers": [], "metadata": {"nextCursor": "x/y:1"}}).encode()
    next_server, next_model = FEEDS["mcp-registry"].next_page, FEEDS["huggingface"].next_page
    assert next_server is not None
    assert next_model is not None
    assert next_server("https://r.dev/s?limit=9&cursor=a", {}, body) == "https://r.dev/s?limit=9&cursor=x%2Fy%3A1"
    assert next_server("https://r.dev/s", {}, b'{"servers": []}') == ""
    assert next_model("https://h.dev/api", {"link": '<https://h.dev/api?cursor=b>; rel="next"'}, b"") == (
        "https://h.dev/api?cursor=b"
    )
    assert next_model("https://h.dev/api", {}, b"") == ""
