"""Opens a file or a folder that a source is read from, and reads it piece by piece, within bounds.

What an address serves is fetched to such files first, see `addresses.py`. What cannot be read at all is refused in a
sentence; a bad piece of it is the feed's to refuse.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.importers.errors import CannotImport, Problem

#: A document that is parsed as one: its values take about five times that in memory.
MAX_DOCUMENT = 16 * 1024 * 1024
#: One line of a file that is read line by line.
MAX_LINE = 1024 * 1024
MAX_FILES = 20_000
#: A day, as sources write it.
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?")


class CannotParse(ValueError):
    """One piece is not what it should be. The sentence says how."""


def refused(place: str, text: str, line: int = 0) -> CannotImport:
    return CannotImport([Problem(place, line, text)])


@dataclass(frozen=True)
class Known:
    """What was read before: its row's key and the entry's key, by the digest of what was read."""

    salt: str
    on: dt.date
    entries: Mapping[str, tuple[int, str]]

    def digest(self, raw: Any) -> str:
        """`raw`: all that an entry is made of, as plain values. A day to come is none yet, but will be one."""
        text = repr(raw)
        on = (self.on.year, self.on.month, self.on.day)
        is_ahead = any((int(y), int(m), int(d or 1)) > on for y, m, d in _DAY.findall(text))
        return digest_of(f"{self.salt} {self.on if is_ahead else ''} {text}")


@dataclass
class Opened:
    """A source that is there to be read. `on` is the day on which it was as it is: readings are dated by it."""

    place: str
    path: Path
    on: dt.date
    #: Keys that stood twice in one object, of which only the first was taken.
    doubled: list[str] = field(default_factory=list)
    #: What was read of it before; None where each entry is to be made.
    known: Known | None = None
    #: Whether it tells only of what has changed: nothing is gone because it is not named.
    is_partial: bool = False

    @property
    def is_folder(self) -> bool:
        return self.path.is_dir()

    def files(self, *patterns: str) -> list[Path]:
        """Files below the folder in a fixed order; the file itself where it is none."""
        if not self.is_folder:
            return [self.path]
        found = sorted({file for pattern in patterns for file in self.path.rglob(pattern) if file.is_file()})
        if len(found) > MAX_FILES:
            raise refused(self.place, f"There are {len(found):,} files; at most {MAX_FILES:,} are read.")
        if not found:
            raise refused(self.place, f"There is no {' or '.join(patterns)} in this folder.")
        return found

    def text(self, file: Path | None = None) -> str:
        file = file or self.path
        try:
            if file.stat().st_size > MAX_DOCUMENT:
                raise refused(str(file), f"It is longer than {MAX_DOCUMENT:,} bytes; no more is read as one document.")
            return _decoded(file.read_bytes(), str(file))
        except OSError as error:
            raise refused(str(file), f"It cannot be read: {error.strerror}.") from error

    def json(self, file: Path | None = None) -> Any:
        """The whole document. Raises CannotImport where it is none."""
        text = self.text(file)
        try:
            return parsed(text, self.doubled)
        except CannotParse as error:
            raise refused(str(file or self.path), str(error)) from error

    def json_lines(self) -> Iterator[tuple[int, Any]]:
        """Each line's value, or CannotParse in its place; however long the file is, one line is in memory."""
        with self.path.open("rb") as stream:
            number = 0
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    while line and not line.endswith(b"\n"):
                        line = stream.readline(MAX_LINE)
                    yield number, CannotParse(f"The line is longer than {MAX_LINE:,} bytes.")
                    continue
                if not line.strip():
                    continue
                try:
                    yield number, parsed(line.decode("utf-8-sig"), self.doubled)
                except UnicodeDecodeError:
                    yield number, CannotParse("The line is not UTF-8.")
                except CannotParse as error:
                    yield number, error

    def csv_rows(self, file: Path | None = None) -> Iterator[tuple[int, dict[str, str] | CannotParse]]:
        """Rows by their headings, cells without surrounding spaces; CannotParse in place of one that is cut off."""
        file = file or self.path
        text = self.text(file)
        _need_no_page(text, str(file), "a table")
        reader = csv.DictReader(text.splitlines(keepends=True))
        try:
            for row in reader:
                if None in row.values() or None in row:
                    yield reader.line_num, CannotParse("The row has not as many cells as the table has columns.")
                    continue
                yield reader.line_num, {name: cell.strip() for name, cell in row.items()}
        except csv.Error as error:
            raise refused(
                str(file), f"This is not a table of comma-separated values: {error}.", reader.line_num
            ) from error


def opened(place: str, *, now: dt.datetime) -> Opened:
    """Raises CannotImport."""
    path = Path(place)
    if not path.exists():
        raise refused(place, "There is no such file or folder.")
    return Opened(place, path, min(_day_of(path), now.date()))


def fingerprint(place: Opened) -> str:
    """Of all that there is to read: names and contents."""
    digest = hashlib.sha256()
    for file in place.files("*"):
        digest.update(str(file.relative_to(place.path)).encode(errors="replace"))
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def digest_of(text: str) -> str:
    """96 bits in 16 characters: two of them fit where one of the usual kind does."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode(errors="replace")).digest()[:12]).decode()


def parsed(text: str, doubled: list[str] | None = None) -> Any:
    """Numbers keep their digits; of a key given twice the first value stands, and is told. Raises CannotParse."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key not in found:
                found[key] = value
            elif doubled is not None:
                doubled.append(key)
        return found

    if text.lstrip()[:1] == "<":
        raise CannotParse("This is a web page, not JSON.")
    if not text.strip():
        raise CannotParse("It is empty.")
    try:
        return json.loads(text, parse_float=Decimal, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise CannotParse(f"This is not JSON: line {error.lineno}, {error.msg}.") from error
    except RecursionError as error:
        raise CannotParse("It is nested too deeply.") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise CannotParse("It holds a number that nothing can have.") from error


def _decoded(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(place, "It is not UTF-8.", raw[: error.start].count(b"\n") + 1) from error


def _need_no_page(text: str, place: str, what: str) -> None:
    if text.lstrip()[:1] == "<":
        raise refused(place, f"This is a web page, not {what}.")
    if not text.strip():
        raise refused(place, "It is empty.")


def _day_of(path: Path) -> dt.date:
    """The date that the name bears, as snapshots do; else when the file was written."""
    for text in reversed(re.findall(r"(?<!\d)(\d{4}[-_]\d{2}[-_]\d{2})(?!\d)", path.name)):
        try:
            return dt.date.fromisoformat(text.replace("_", "-"))
        except ValueError:
            continue
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
