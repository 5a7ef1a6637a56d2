"""The engine over files, for measuring: documents, choices and queries from JSON lines, a ranking out.

Touches no table. The command `match_offline` is its door.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from ranking.match.choices import Choice, chosen_of
from ranking.match.configuration import Configuration, shipped
from ranking.match.documents import Document
from ranking.match.engine import Engine
from ranking.match.index import build, open_index

#: So many places are written for each query.
PLACES = 50


class CannotMatch(Exception):
    """A file that cannot be read as what it should be; the message says which line."""


def documents_in(lines: Iterable[str]) -> Iterator[Document]:
    for row in _rows(lines, "corpus", id=str, name=str, description=str, kind=str, category=str, capabilities=list):
        for capability in row["capabilities"] or [""]:
            yield Document(
                artifact=row["id"],
                name=row["name"] or row["id"],
                tagline=row["description"],
                offering=f"{row['id']}/{capability}" if capability else "",
                capability=str(capability),
                facets=frozenset([f"kind:{row['kind']}"] if row["kind"] else []),
                category=row["category"],
            )


def choices_in(lines: Iterable[str]) -> Iterator[Choice]:
    for row in _rows(lines, "feedback", actor=str, query=str, artifact=str):
        yield Choice(row["actor"], row["query"], row["artifact"])


def run(
    corpus: Iterable[str],
    feedback: Iterable[str],
    queries: Iterable[str],
    out: TextIO,
    *,
    configuration: Configuration | None = None,
) -> int:
    """Write query id, artifact id, rank and score, tab by tab; how many queries were answered."""
    numbers = configuration or shipped()
    chosen = chosen_of(choices_in(feedback), per_artifact=numbers.per_artifact, per_actor=numbers.per_actor)
    answered = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "index"
        build(place, documents_in(corpus), chosen)
        engine = Engine(open_index(place), numbers)
        for row in _rows(queries, "queries", id=str, query=str):
            answer = engine.answer(row["query"], limit=PLACES, explain=False)
            for rank, match in enumerate(answer.found, 1):
                out.write(f"{row['id']}\t{match.artifact}\t{rank}\t{match.score}\n")
            answered += 1
    return answered


def _rows(lines: Iterable[str], file: str, /, **fields: type) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CannotMatch(f"Line {number} of the {file} is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise CannotMatch(f"Line {number} of the {file} is no JSON object.")
        yield {
            field: _value(row.get(field), kind, f"{field} in line {number} of the {file}")
            for field, kind in fields.items()
        }


def _value(value: Any, kind: type, where: str) -> Any:
    if value is None:
        return kind()
    if kind is str and isinstance(value, int | float):
        return str(value)
    if not isinstance(value, kind):
        raise CannotMatch(f"{where} is not what it should be.")
    return value
