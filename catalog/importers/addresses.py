"""Fetches what an address serves to files, which are then read like any others.

The importers' only way to the network, through `catalog.network`. Pages become files of one folder, in order. An ETag
is kept beside each, so that what has not changed is not sent again. Who asks for a rest is left alone for as long.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings

from catalog.importers.feeds import Feed, NextPage
from catalog.importers.reading import Opened, refused
from catalog.network import FILES, IMPORTS, Answer, CannotFetch, Door, Why, download, fetch

#: Of a source in pages: a hundred entries a page are a hundred thousand entries.
MOST_PAGES = 1_000
#: Seconds that one run waits, in all, for hosts that ask to be left alone.
PATIENCE = 600.0
#: What stands in an address for the time of the last complete run, and how much earlier we ask: clocks differ.
LAST = "last"
EARLIER = dt.timedelta(hours=1)
_ENDINGS = (".json", ".jsonl", ".csv", ".yaml", ".yml", ".md")


def is_address(place: str) -> bool:
    return re.match(r"https?://", place) is not None


def fetched(
    address: str,
    feed: Feed,
    *,
    now: dt.datetime,
    last: dt.datetime | None = None,
    door: Door | None = None,
    alive: Callable[[], None] = lambda: None,
) -> Opened:
    """`last`: when the last complete run of it began. Raises CannotImport.

    `alive` is called whenever we ask: many pages, and rests between them, take longer than a worker may be silent.
    """
    folder = settings.VAR_DIR / "imports" / feed.name / hashlib.sha256(address.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    asked = _since(address, feed, last)
    patient = _Patient(door or Door(), alive)
    try:
        path = _pages(asked, feed.next_page, folder, patient) if feed.next_page else _file(asked, folder, patient)
    except CannotFetch as error:
        raise refused(address, str(error)) from error
    return Opened(address, path, now.date(), is_partial=_asks_since(asked, feed))


def _since(address: str, feed: Feed, last: dt.datetime | None) -> str:
    """The address with the time in it; the first time it asks for everything."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if not feed.since or (feed.since, LAST) not in query:
        return address
    query.remove((feed.since, LAST))
    if last is not None:
        query.append((feed.since, f"{last.astimezone(dt.UTC) - EARLIER:%Y-%m-%dT%H:%M:%SZ}"))
    return urlunsplit(parts._replace(query=urlencode(query)))


def _asks_since(address: str, feed: Feed) -> bool:
    return bool(feed.since) and any(name == feed.since for name, _ in parse_qsl(urlsplit(address).query))


@dataclass
class _Patient:
    """Asks again when it may, as long as a run can wait."""

    door: Door
    alive: Callable[[], None]
    left: float = PATIENCE

    def fetch(self, page: str, *, etag: str = "") -> Answer:
        return self._answered(lambda: fetch(page, profile=IMPORTS, etag=etag, door=self.door))

    def download(self, address: str, to: Path, *, etag: str = "") -> Answer:
        return self._answered(lambda: download(address, profile=FILES, to=to, etag=etag, door=self.door))

    def _answered(self, ask: Callable[[], Answer]) -> Answer:
        refusal: Answer | None = None
        while True:
            self.alive()
            try:
                answer = ask()
            except CannotFetch as error:
                if error.why != Why.LATER or not 0 < error.retry_after <= self.left:
                    if refusal is not None:
                        return refusal
                    raise
                self.left -= error.retry_after
                self.door.pace.sleep(error.retry_after)
                continue
            if answer.status not in (429, 503) or "retry-after" not in answer.headers or self.left <= 0:
                return answer
            refusal = answer  # the door knows until when it rests, and says so when asked again
            self.left -= 1


def _file(address: str, folder: Path, patient: _Patient) -> Path:
    ending = Path(urlsplit(address).path).suffix.lower()
    file = folder / f"source{ending if ending in _ENDINGS else '.json'}"
    etag = file.with_suffix(".etag")
    known = etag.read_text() if etag.is_file() and file.is_file() else ""
    answer = patient.download(address, file, etag=known)
    if not answer.is_unchanged:
        _need_an_answer(answer, address)
        etag.write_text(answer.etag)
    return file


def _pages(address: str, next_page: NextPage, folder: Path, patient: _Patient) -> Path:
    """Kept only when all of them have come: half a source would look like one that has shrunk."""
    coming, pages, notes = folder / "coming", folder / "pages", folder / "pages.etags"
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir()
    known = _noted(notes)
    asked: dict[str, dict[str, str]] = {}
    page = address
    while page:
        if page in asked or len(asked) == MOST_PAGES:
            raise refused(address, f"Its pages do not end: after {len(asked)} of them there is no new one.")
        file = f"page-{len(asked) + 1:05}.json"
        before = known.get(page, {})
        is_kept = bool(before) and (pages / before["file"]).is_file()
        answer = patient.fetch(page, etag=before["etag"] if is_kept else "")
        if answer.is_unchanged and is_kept:
            shutil.copyfile(pages / before["file"], coming / file)
            asked[page] = before | {"file": file}
        else:
            _need_an_answer(answer, page)
            (coming / file).write_bytes(answer.body)
            following = next_page(page, answer.headers, answer.body)
            asked[page] = {"file": file, "etag": answer.etag, "next": following}
        page = asked[page]["next"]
    notes.unlink(missing_ok=True)  # what it says is not true of the new ones
    shutil.rmtree(pages, ignore_errors=True)
    coming.rename(pages)
    notes.write_text(json.dumps({page: told for page, told in asked.items() if told["etag"]}))
    return pages


def _noted(notes: Path) -> dict[str, dict[str, str]]:
    """File, ETag and next page by page."""
    try:
        found: dict[str, dict[str, str]] = json.loads(notes.read_text())
    except (OSError, ValueError):
        return {}
    return found


def _need_an_answer(answer: Answer, address: str) -> None:
    if answer.status != 200:
        raise refused(address, f"It answered with {answer.status} instead of what was asked for.")
