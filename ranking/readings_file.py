"""Readings in a file, scored as of a day with the code that scores the catalog: for backtests, and for the curious.

The file is CSV with the columns artifact, kind, signal, observed_at and value; dates are ISO dates. A line that cannot
be read is named and left out, and the rest goes on. So is a reading that can be read and not used, with the reason.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TextIO

import numpy as np

from catalog.choices import COMPONENTS, DATE_SIGNALS, Kind, Signal
from ranking.prior import prior
from ranking.scoring.configuration import Formula
from ranking.scoring.formula import Scores, families_known, scores, tables_on
from ranking.scoring.sifting import Columns, Refused, Sifted, sifted
from ranking.wording import REFUSED

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
LATER = "future"
#: Why a reading is not used, where it is not as pages say it: here no editor looks at it.
WHY = REFUSED | {LATER: "it is later than the day asked for", "leap": "it is far beyond what came before"}


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
            if len(row) <= max(places):
                raise ValueError(f"it has {len(row)} of {len(head)} columns; wanted are {', '.join(COLUMNS)}")
            artifact, kind, signal, observed, value = (row[place] for place in places)
            if kind not in Kind.values:
                raise ValueError(f"there is no kind “{kind}”")
            if signal not in known:
                raise ValueError(f"there is no signal “{signal}”")
            when, what = day_number(dt.date.fromisoformat(observed[:10])), _number(signal, value)
        except ValueError as error:
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


def sifted_of(readings: Readings, as_of: float, formula: Formula) -> Sifted:
    """What can be used, and what cannot. A file does not tell sources apart."""
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
    return sifted(said, len(readings.artifacts), as_of=as_of, formula=formula, leaping=DATE_SIGNALS)


@dataclass(frozen=True)
class Scored:
    """One kind of the file."""

    kind: str
    artifacts: list[str]
    scores: Scores
    refused: Mapping[str, Refused]


def scored(found: FileRead, *, formula: Formula, as_of: dt.date) -> Iterator[Scored]:
    """Kind by kind, by the kind's own tables where it has enough with evidence, else by the prior."""
    day = day_number(as_of)
    for kind, readings in found.kinds.items():
        it = sifted_of(readings, day, formula)
        families = families_known(it.evidence, kind, formula)
        own = int((families >= formula.least_families).sum()) >= formula.least_for_tables
        tables = tables_on(it.evidence, kind, formula, day) if own else prior()
        result = scores(it.evidence, kind=kind, tables=tables, formula=formula, as_of=day)
        yield Scored(kind, list(readings.artifacts), result, it.refused)


@dataclass
class Written:
    #: How many were ranked.
    ranked: int = 0
    #: How many readings were not used, and some of them in words; last those of later days: backtests have many.
    refused: int = 0
    unused: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)

    @property
    def complaints(self) -> list[str]:
        return [*self.unused, *self.later][:MOST_COMPLAINTS]

    def take_in(self, it: Scored) -> None:
        for signal, refused in it.refused.items():
            self.refused += len(refused.why)
            for kept, of_it in (
                (self.unused, np.flatnonzero(refused.why != LATER)),
                (self.later, np.flatnonzero(refused.why == LATER)),
            ):
                for place in of_it[: MOST_COMPLAINTS - len(kept)].tolist():
                    kept.append(_unused(it.artifacts[refused.owner[place]], signal, refused, place))


def _unused(artifact: str, signal: str, refused: Refused, place: int) -> str:
    on = dt.date(1970, 1, 1) + dt.timedelta(days=int(refused.day[place]))
    number, why = float(refused.value[place]), str(refused.why[place])
    value = f"{number:.15g}"
    if signal in DATE_SIGNALS and math.isfinite(number):
        value = (dt.date(1970, 1, 1) + dt.timedelta(days=int(number))).isoformat()
    return f"{artifact}, {signal} on {on}, {value}: not used, since {WHY.get(why, why)}."


def write(found: FileRead, out: TextIO, *, formula: Formula, as_of: dt.date) -> Written:
    """One line for each artifact; an empty cell is unknown."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(WRITTEN)
    told = Written()
    for it in scored(found, formula=formula, as_of=as_of):
        result = it.scores
        told.ranked += int(result.ranked.sum())
        told.take_in(it)
        # Of what nothing is known, the chance to be alive would be that of just anything.
        survival = np.where(result.estimated.all(axis=1), np.nan, result.trends.survival)
        columns = (
            result.rank, result.low, result.high, result.percentile, result.coverage, *result.components.values(),
            result.trends.momentum, survival,
        )  # fmt: skip
        for place, artifact in enumerate(it.artifacts):
            writer.writerow([artifact, it.kind, *(_cell(column[place]) for column in columns)])
    return told


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(round(float(value), 6))
