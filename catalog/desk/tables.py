"""Artifacts as a table in a file: CSV, JSON or YAML, written and read.

By hand and not with django-import-export, since a table here is checked as a whole before anything is written, is
worked through in the background a thousand rows at a time, and every row takes part in catalog's own `change`.
What the rows mean is decided in table_plan.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from catalog.desk.planned import CHUNK
from catalog.models import Artifact
from catalog.storable import is_unstorable

FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "yaml": "application/yaml"}
COLUMNS = (
    "slug", "name", "kind", "tagline", "description", "publisher", "licence", "homepage", "repository", "categories",
    "lifecycle",
)  # fmt: skip
MOST_BYTES = 64 * 1024 * 1024
#: The other two are read as a whole, and take many times their size in memory.
MOST_BYTES_WHOLE = 16 * 1024 * 1024
#: What a spreadsheet takes for the beginning of a formula, also as wide letters; what it would be told apart from is
#: marked as well.
_BEGINS = r"[=+\-@\t\r\n\x00＝＋－＠]"
_FORMULA = re.compile(f"'*{_BEGINS}")
_MARKED = re.compile(f"'+{_BEGINS}")
_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32", b"\x00\x00\xfe\xff": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16",
}  # fmt: skip


class CannotReadTable(ValueError):
    """The file as a whole is none; the sentence says what to do about it."""


@dataclass
class Row:
    """One row as it stands in the file. `problem` where it is none."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


# --- writing ----------------------------------------------------------------------------------------------------------


def export(ids: Sequence[int], form: str) -> Iterator[str]:
    """The file, piece by piece, three queries for each thousand."""
    pages = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    rows = (record for page in pages for record in _records(page))
    if form == "csv":
        yield from _csv(rows)
    elif form == "json":
        yield "["
        for number, record in enumerate(rows):
            yield f"{',' if number else ''}\n{json.dumps(record, ensure_ascii=False)}"
        yield "\n]\n"
    else:
        empty = True
        for record in rows:
            empty = False
            yield yaml.dump([record], Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=120)
        if empty:
            yield "[]\n"


def _records(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    found = Artifact.objects.select_related("publisher").prefetch_related("categories").in_bulk(ids)
    for pk in ids:
        if (artifact := found.get(pk)) is not None:
            record: dict[str, Any] = {name: getattr(artifact, name) for name in COLUMNS if name != "categories"}
            record["publisher"] = artifact.publisher.slug if artifact.publisher else ""
            record["categories"] = sorted(category.slug for category in artifact.categories.all())
            yield {name: record[name] for name in COLUMNS}


def _csv(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records:
        cells = [", ".join(value) if isinstance(value, list) else value for value in record.values()]
        writer.writerow([marked(cell) for cell in cells])
        if out.tell() > 64_000:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def marked(cell: str) -> str:
    """An apostrophe before what a spreadsheet would calculate, and before what looks marked already."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unmarked(cell: str) -> str:
    return cell[1:] if _MARKED.match(cell) else cell


# --- reading ----------------------------------------------------------------------------------------------------------


def decoded(content: bytes) -> str:
    """The file's text. Raises CannotReadTable, which says where it is no UTF-8 and what to do."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            raise CannotReadTable(f"This file is {name}. Save it again as “CSV UTF-8”, and choose that file.")
    if len(content) > MOST_BYTES:
        raise CannotReadTable(f"This file has more than {MOST_BYTES // 1024**2} MB. Send it in several parts.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CannotReadTable(
            f"This file is not UTF-8: in line {line}, byte {error.start + 1} of the file is "
            f"{content[error.start]:#04x}. Save it again as “CSV UTF-8”, and choose that file."
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise CannotReadTable(f"This is not a text file: there is a null character in line {line}.")
    if not text.strip():
        raise CannotReadTable("This file is empty.")
    return text


def form_of(name: str) -> str:
    """The format, by the end of the file's name."""
    ending = name.rpartition(".")[2].lower()
    form = {"yml": "yaml", "txt": "csv", "tsv": "csv"}.get(ending, ending)
    if form not in FORMS:
        raise CannotReadTable("Choose a file whose name ends in .csv, .json, .yaml or .yml.")
    return form


def read(text: str, form: str) -> Iterator[Row]:
    """The rows, in order. Raises CannotReadTable where the file is no table, possibly only on the way."""
    return _read_csv(text) if form == "csv" else _read_entries(text, form)


def _read_csv(text: str) -> Iterator[Row]:
    header, newline, _ = text.partition("\n")
    delimiter = max(",;\t", key=header.count)  # as spreadsheets of many countries write them
    csv.field_size_limit(MOST_BYTES)  # a description may be longer than the library's 128 KB
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []))
        if not newline:
            raise CannotReadTable("This file has a line of headings, and no row below it.")
        last = reader.line_num
        for cells in reader:
            number, last = last + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                yield Row(number, problem=f"It has {len(cells)} cells, and the line of headings has {len(columns)}.")
            else:
                yield Row(number, {name: unmarked(cell) for name, cell in zip(columns, cells, strict=True)})
    except csv.Error as error:
        raise CannotReadTable(
            f"From line {reader.line_num} on this is no CSV ({error}). A quotation mark is probably not closed."
        ) from error


def _columns(cells: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    _check_columns(columns)
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled:
        raise CannotReadTable(f"There are two columns “{doubled[0]}”. Take one of them out.")
    return columns


def _check_columns(columns: Iterable[str]) -> None:
    columns = list(columns)
    unknown = [name for name in columns if name not in COLUMNS]
    if "slug" not in columns:
        raise CannotReadTable(
            "This is no table of artifacts: its first line has no column “slug”, by which each row is known."
        )
    if unknown:
        raise CannotReadTable(f"There is no column “{unknown[0][:60]}”; there are {', '.join(COLUMNS)}.")


def _read_entries(text: str, form: str) -> Iterator[Row]:
    if len(text) > MOST_BYTES_WHOLE:
        raise CannotReadTable(f"As {form.upper()} it takes at most {MOST_BYTES_WHOLE // 1024**2} MB. Send it as CSV.")
    try:
        # The base loader leaves every value a text: 1.10 stays 1.10, and a date stays as it is written.
        entries = json.loads(text) if form == "json" else yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise CannotReadTable(f"This is no {form.upper()}: {_first_words(error)}") from error
    if not isinstance(entries, list) or not entries:
        raise CannotReadTable("This is no table: it has to be a list with an entry for each artifact.")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            yield Row(number, problem="It is no entry with names and values.")
        elif is_unstorable(entry):
            yield Row(number, problem="It holds a null character or half a character, which cannot be stored.")
        elif unknown := [str(name) for name in entry if name not in COLUMNS]:
            yield Row(number, {"slug": entry.get("slug", "")}, problem=f"There is no column “{unknown[0][:60]}”.")
        else:
            yield Row(number, {name: "" if value is None else value for name, value in entry.items()})


def _first_words(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"{getattr(error, 'problem', '')} in line {mark.line + 1}."
    return f"{str(error)[:200]}."
