"""Fetches what an address serves to files, which are then read like any others.

The importers' only way to the network, through `catalog.network`. Pages become files of one folder, in order. An ETag
is kept beside each, so that what has not changed is not sent again. Who asks for a rest is left alone for as long. What
was broken off goes on behind its last page, and what a run has fetched once it reads again without asking.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings

from catalog.importers import archives
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
#: What is older than this is asked for anew, whoever fetched it: cursors go stale, and the source has moved on.
STALE = dt.timedelta(days=1)
#: Who answers so no longer knows the cursor of an earlier hour: we begin at the first page.
_CURSOR_GONE = (400, 404, 410, 422)
_ENDINGS = (".json", ".jsonl", ".csv", ".yaml", ".yml", ".md")


def is_address(place: str) -> bool:
    return re.match(r"https?://", place) is not None


def fetched(
    address: str,
    feed: Feed,
    *,
    now: dt.datetime,
    last: dt.datetime | None = None,
    run: int | None = None,
    door: Door | None = None,
    alive: Callable[[], None] = lambda: None,
) -> Opened:
    """`last`: when the last complete run of it began. `run`: whose files these are. Raises CannotImport.

    A run that is taken up, let go or has another turn reads what it has fetched: an editor has looked at that.
    `alive` is called whenever we ask: many pages, and rests between them, take longer than a worker may be silent.
    """
    folder = settings.VAR_DIR / "imports" / feed.name / hashlib.sha256(address.encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    asked = _since(address, feed, last)
    there = _there(folder, run, now)
    if there is None:
        patient = _Patient(door or Door(), alive)
        (folder / _WHOSE).unlink(missing_ok=True)
        try:
            if feed.next_page:
                path = _pages(asked, feed.next_page, _Coming(folder, asked, run, now), folder, patient)
            else:
                path = _file(asked, folder, patient)
        except CannotFetch as error:
            raise refused(address, str(error)) from error
        there = path, now
        (folder / _WHOSE).write_text(json.dumps({"run": run, "at": now.isoformat(), "name": path.name}))
    return Opened(address, there[0], there[1].date(), is_partial=_asks_since(asked, feed))


#: Beside the files: which run fetched them, and when.
_WHOSE = "whose.json"


def _there(folder: Path, run: int | None, now: dt.datetime) -> tuple[Path, dt.datetime] | None:
    """What this very run has fetched already."""
    try:
        said = json.loads((folder / _WHOSE).read_text())
        path, at = folder / said["name"], dt.datetime.fromisoformat(said["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_own = run is not None and said["run"] == run and abs(now - at) < STALE
    return (path, at) if is_own and path.exists() else None


def forget(place: Opened) -> None:
    """What could not be read is asked for anew, even by the run that fetched it."""
    if is_address(place.place):
        (place.path.parent / _WHOSE).unlink(missing_ok=True)


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
    path = urlsplit(address).path.lower()
    ending = next((ending for ending in (*_ENDINGS, *archives.ENDINGS) if path.endswith(ending)), ".json")
    file = folder / f"source{ending}"
    etag = file.with_suffix(".etag")
    known = etag.read_text() if etag.is_file() and file.is_file() else ""
    answer = patient.download(address, file, etag=known)
    if not answer.is_unchanged:
        _need_an_answer(answer, address)
        etag.write_text(answer.etag)
    if ending not in archives.ENDINGS:
        return file
    archives.unpacked(file, folder / "unpacked", place=address)
    return folder / "unpacked"


class _Coming:
    """Pages that have come before all have, a line for each: a fetch that is broken off goes on behind the last.

    Not those of long ago, nor of another run, but for the last hour's: an hour is asked about twice in any case.
    """

    def __init__(self, folder: Path, address: str, run: int | None, now: dt.datetime) -> None:
        self.folder, self.notes = folder / "coming", folder / "coming.jsonl"
        self.head: dict[str, Any] = {"address": address, "run": run, "at": now.isoformat()}
        #: What was asked, in order: file, ETag and next page by page.
        self.asked: dict[str, dict[str, str]] = {}
        head, *lines = self._lines() or [{}]
        if head.get("address") == address and _is_fresh(head, run, now):
            for line in lines:
                if not (self.folder / line["file"]).is_file():
                    break
                self.asked[line.pop("page")] = line
        if not self.asked:
            self.begin()

    def begin(self) -> None:
        self.forget()
        self.asked = {}
        self.folder.mkdir()
        self.notes.write_text(json.dumps(self.head) + "\n")

    def add(self, page: str, said: dict[str, str]) -> None:
        self.asked[page] = said
        with self.notes.open("a") as stream:
            stream.write(json.dumps({"page": page} | said) + "\n")

    def forget(self) -> None:
        self.notes.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _lines(self) -> list[dict[str, Any]]:
        """A last line that is cut off is of a page that nobody has noted."""
        found: list[dict[str, Any]] = []
        with suppress(OSError, ValueError):
            found.extend(map(json.loads, self.notes.read_text().splitlines()))
        return found


def _is_fresh(head: dict[str, Any], run: int | None, now: dt.datetime) -> bool:
    age = abs(now - dt.datetime.fromisoformat(head["at"]))
    return age < (STALE if run is not None and head["run"] == run else EARLIER)


def _pages(address: str, next_page: NextPage, coming: _Coming, folder: Path, patient: _Patient) -> Path:
    """Kept only when all of them have come: half a source would look like one that has shrunk."""
    pages, notes = folder / "pages", folder / "pages.etags"
    known = _noted(notes)
    asked = coming.asked
    goes_on_at = page = next(reversed(asked.values()))["next"] if asked else address
    while page:
        if page in asked or len(asked) == MOST_PAGES:
            coming.forget()
            raise refused(address, f"Its pages do not end: after {len(asked)} of them there is no new one.")
        file = f"page-{len(asked) + 1:05}.json"
        before = known.get(page, {})
        is_kept = bool(before) and (pages / before["file"]).is_file()
        answer = patient.fetch(page, etag=before["etag"] if is_kept else "")
        if answer.is_unchanged and is_kept:
            shutil.copyfile(pages / before["file"], coming.folder / file)
            coming.add(page, before | {"file": file})
        elif asked and page == goes_on_at and answer.status in _CURSOR_GONE:
            coming.begin()
            return _pages(address, next_page, coming, folder, patient)
        else:
            _need_an_answer(answer, page)
            (coming.folder / file).write_bytes(answer.body)
            following = next_page(page, answer.headers, answer.body)
            coming.add(page, {"file": file, "etag": answer.etag, "next": following})
        page = asked[page]["next"]
    notes.unlink(missing_ok=True)  # what it says is not true of the new ones
    shutil.rmtree(pages, ignore_errors=True)
    coming.folder.rename(pages)
    coming.forget()
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
