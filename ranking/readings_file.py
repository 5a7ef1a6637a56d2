"""Readings in a file, scored as of a day with the code that scores the catalog: for backtests, and for the curious.

The file is CSV with the columns artifact, kind, signal, observed_at and value; dates are ISO dates. A line that cannot
be read is named and left out, and the rest goes on.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

import numpy as np

from catalog.choices import COMPONENTS, DATE_SIGNALS, Kind, Signal
from ranking.prior import prior
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Evidence
from ranking.scoring.formula import Scores, families_known, scores, tables_on
from ranking.scoring.sifting import Columns, sifted

COLUMNS = ("artifact", "kind", "signal", "observed_at", "value")
WRITTEN = (
    "artifact",
    "kind",
    "rank",
    "low",
    "high",
    "percentile",
    "coverage",
    *COMPONENTS,
    "momentum",
    "survival",
)
#: More complaints than this help nobody.
MOST_COMPLAINTS = 20


class CannotScore(Exception):
    """The file as a whole is of no use."""


@dataclass
class Readings:
    """Those of one kind, as they stood in the file."""

    artifacts: dict[str, int]
    owner: dict[str, list[int]]
    day: dict[str, list[float]]
    value: dict[str, list[float]]


#: Characters; a reading has some eighty.
LONGEST_LINE = 10_000


@dataclass(frozen=True)
class FileRead:
    kinds: dict[str, Readings]
    #: One for each line left out.
    complaints: list[str]


def day_number(when: dt.date) -> float:
    return float((when - dt.date(1970, 1, 1)).days)


def read(lines: Iterable[str]) -> FileRead:
    """Raises CannotScore where columns are missing, or what is there is no CSV at all."""
    try:
        return _read(csv.reader(_bounded(lines)))
    except csv.Error as error:
        raise CannotScore(f"It is no CSV: {error}.") from error


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    """The library's own bound is one for all of a process, and others have need of a wider one."""
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise CannotScore(f"Line {number} has {len(line):,} characters: that is no reading.")
        yield line


def _read(rows: Iterator[list[str]]) -> FileRead:
    head = next(rows, [])
    missing = [name for name in COLUMNS if name not in head]
    if missing:
        raise CannotScore(f"These columns are missing: {', '.join(missing)}. There should be {', '.join(COLUMNS)}.")
    places = [head.index(name) for name in COLUMNS]
    kinds: dict[str, Readings] = {}
    complaints: list[str] = []
    known = {signal.value for signal in Signal}
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        try:
            artifact, kind, signal, observed, value = (row[place] for place in places)
            if kind not in Kind.values:
                raise ValueError(f"there is no kind “{kind}”")
            if signal not in known:
                raise ValueError(f"there is no signal “{signal}”")
            when, what = day_number(dt.date.fromisoformat(observed[:10])), _number(signal, value)
        except (ValueError, IndexError) as error:
            complaints.append(f"Line {number}: {error}.")
            continue
        of = kinds.setdefault(kind, Readings({}, {}, {}, {}))
        place = of.artifacts.setdefault(artifact, len(of.artifacts))
        of.owner.setdefault(signal, []).append(place)
        of.day.setdefault(signal, []).append(when)
        of.value.setdefault(signal, []).append(what)
    return FileRead(kinds, complaints)


def _number(signal: str, text: str) -> float:
    if signal in DATE_SIGNALS:
        return day_number(dt.date.fromisoformat(text[:10]))
    word = text.strip().lower()
    if word in ("true", "false"):
        return float(word == "true")
    return float(text)


def evidence_of(readings: Readings, as_of: float, formula: Formula) -> Evidence:
    """Without what cannot be used. A file does not tell sources apart."""
    said = {
        signal: Columns(
            np.array(owner, np.int64),
            np.zeros(len(owner), np.int64),
            np.zeros(len(owner), np.int64),
            np.array(readings.day[signal]),
            np.array(readings.value[signal]),
        )
        for signal, owner in readings.owner.items()
    }
    return sifted(said, len(readings.artifacts), as_of=as_of, formula=formula, leaping=DATE_SIGNALS).evidence


def scored(found: FileRead, *, formula: Formula, as_of: dt.date) -> Iterator[tuple[str, list[str], Scores, bool]]:
    """For each kind its artifacts, their scores, and whether they rest on the prior."""
    day = day_number(as_of)
    for kind, readings in found.kinds.items():
        evidence = evidence_of(readings, day, formula)
        own = int((families_known(evidence, kind, formula) >= formula.least_families).sum()) >= formula.least_for_tables
        tables = tables_on(evidence, kind, formula, day) if own else prior()
        yield (
            kind,
            list(readings.artifacts),
            scores(evidence, kind=kind, tables=tables, formula=formula, as_of=day),
            not own,
        )


def write(found: FileRead, out: TextIO, *, formula: Formula, as_of: dt.date) -> int:
    """One line for each artifact; an empty cell is unknown. Answers how many were ranked."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(WRITTEN)
    ranked = 0
    for kind, artifacts, result, _ in scored(found, formula=formula, as_of=as_of):
        ranked += int(result.ranked.sum())
        columns = (
            result.rank, result.low, result.high, result.percentile, result.coverage, *result.components.values(),
            result.trends.momentum, result.trends.survival,
        )  # fmt: skip
        for place, artifact in enumerate(artifacts):
            writer.writerow([artifact, kind, *(_cell(column[place]) for column in columns)])
    return ranked


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(round(float(value), 6))
