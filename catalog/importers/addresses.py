"""Fetches what an address serves to files, which are then read like any others.

The importers' only way to the network, through `catalog.network`. Pages become files of one folder, in order. An ETag
is kept beside a file, so that what has not changed is not sent again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from catalog.importers.feeds import Feed, NextPage
from catalog.importers.reading import Opened, refused
from catalog.network import FILES, IMPORTS, Answer, CannotFetch, Door, download, fetch

#: Of a source in pages: a hundred entries a page are a hundred thousand entries.
MOST_PAGES = 1_000
_ENDINGS = (".json", ".jsonl", ".csv", ".yaml", ".yml", ".md")


def is_address(place: str) -> bool:
    return re.match(r"https?://", place) is not None


def fetched(
    address: str, feed: Feed, *, now: dt.datetime, door: Door | None = None, alive: Callable[[], None] = lambda: None
) -> Opened:
    """Raises CannotImport. `alive` is called with each page: many of them take longer than a worker may be silent."""
    folder = settings.VAR_DIR / "imports" / feed.name / hashlib.sha256(address.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if feed.next_page:
            path = _pages(address, feed.next_page, folder, door, alive)
        else:
            path = _file(address, folder, door)
    except CannotFetch as error:
        raise refused(address, str(error)) from error
    return Opened(address, path, now.date())


def _file(address: str, folder: Path, door: Door | None) -> Path:
    ending = Path(urlsplit(address).path).suffix.lower()
    file = folder / f"source{ending if ending in _ENDINGS else '.json'}"
    etag = file.with_suffix(".etag")
    known = etag.read_text() if etag.is_file() and file.is_file() else ""
    answer = download(address, profile=FILES, to=file, etag=known, door=door)
    if not answer.is_unchanged:
        _need_an_answer(answer, address)
        etag.write_text(answer.etag)
    return file


def _pages(address: str, next_page: NextPage, folder: Path, door: Door | None, alive: Callable[[], None]) -> Path:
    """Kept only when all of them have come: half a source would look like one that has shrunk."""
    coming = folder / "coming"
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir()
    asked: set[str] = set()
    page = address
    while page:
        if page in asked or len(asked) == MOST_PAGES:
            raise refused(address, f"Its pages do not end: after {len(asked)} of them there is no new one.")
        asked.add(page)
        alive()
        answer = fetch(page, profile=IMPORTS, door=door)
        _need_an_answer(answer, page)
        (coming / f"page-{len(asked):05}.json").write_bytes(answer.body)
        page = next_page(page, answer.headers, answer.body)
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    coming.rename(pages)
    return pages


def _need_an_answer(answer: Answer, address: str) -> None:
    if answer.status != 200:
        raise refused(address, f"It answered with {answer.status} instead of what was asked for.")
