"""The shared evaluation sets of the match engine, split so that what is tuned on is not what is reported.

Choices whose query falls into the first slices (by a hash of its words, so near copies stay together) are held out:
one slice to learn from, one to look at. The sets' own queries are left to `match_eval.py`.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ranking.match.choices import Choice, chosen_of
from ranking.match.configuration import Configuration, shipped
from ranking.match.documents import Document
from ranking.match.engine import Engine
from ranking.match.index import build, open_index
from ranking.match.offline import choices_in, documents_in
from ranking.match.text import telling


@dataclass(frozen=True)
class Set:
    documents: tuple[Document, ...]
    choices: tuple[Choice, ...]
    #: Query and the artifacts that serve it.
    queries: tuple[tuple[str, frozenset[str]], ...]


def folder() -> Path:
    own = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("REAL_DATA_DIR") or own) / "match"


def read(name: str) -> Set:
    place = folder() / name
    with (place / "corpus.jsonl").open() as corpus, (place / "feedback.jsonl").open() as feedback:
        documents, choices = tuple(documents_in(corpus)), tuple(choices_in(feedback))
    rows = [json.loads(line) for line in (place / "queries.jsonl").read_text().splitlines()]
    return Set(documents, choices, tuple((row["query"], frozenset(row["artifacts"])) for row in rows))


def slice_of(query: str, *, of: int = 8) -> int:
    return zlib.crc32(" ".join(sorted(telling(query))).encode()) % of


def split(choices: Sequence[Choice]) -> tuple[list[Choice], list[Choice], list[Choice]]:
    """To know, to learn from, to look at."""
    slices: dict[int, list[Choice]] = defaultdict(list)
    for choice in choices:
        slices[min(slice_of(choice.query), 2)].append(choice)
    return slices[2], slices[0], slices[1]


def some(choices: Sequence[Choice], most: int | None, *, seed: int = 7, without: int = 0) -> list[Choice]:
    """At most so many choices of each artifact; `without` per cent of the artifacts have none at all."""
    rows = list(choices)
    random.Random(seed).shuffle(rows)
    of_each: dict[str, list[Choice]] = defaultdict(list)
    for row in rows:
        if zlib.crc32(f"{seed} {row.artifact}".encode()) % 100 >= without:
            of_each[row.artifact].append(row)
    return [row for own in of_each.values() for row in own[:most]]


@contextmanager
def engine_of(
    documents: Sequence[Document], choices: Sequence[Choice], configuration: Configuration | None = None
) -> Iterator[Engine]:
    numbers = configuration or shipped()
    chosen = chosen_of(choices, per_artifact=numbers.per_artifact, per_actor=numbers.per_actor)
    with tempfile.TemporaryDirectory() as place:
        build(Path(place) / "index", documents, chosen)
        yield Engine(open_index(Path(place) / "index", thorough=False), numbers)
