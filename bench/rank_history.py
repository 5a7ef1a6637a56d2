"""The public history of signals that ranks are tried on, as evidence; for the other benches about ranks.

It lies in $REAL_DATA_DIR/rank (by default ../shared/data/rank) and is never copied into the project.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import os
from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from ranking.readings_file import day_number
from ranking.scoring.evidence import Evidence, Floats, Series

ROOT = Path(__file__).resolve().parent.parent
COUNTS = ("stars", "forks", "contributors", "issues_closed", "commits_90d", "downloads_month", "dependents")
#: Known of the day itself only.
DATES = ("last_commit", "last_release", "created")
CHECKS = ("description_length", "has_docs", "has_homepage", "has_license")
#: Readings older than this change nothing.
DAYS = 420


@dataclass(frozen=True)
class Panel:
    """One list's rows, by day."""

    name: str
    #: For each day the rows read then: artifact and its cells.
    days: dict[str, list[dict[str, str]]]

    def artifacts(self, as_of: str) -> list[str]:
        return [row["artifact"] for row in self.days[as_of]]

    def evidence(self, as_of: str) -> Evidence:
        """As a source would have known it at the end of that day, of the artifacts that were there."""
        places = {artifact: place for place, artifact in enumerate(self.artifacts(as_of))}
        last = day_number(dt.date.fromisoformat(as_of))
        found: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
        for on, rows in self.days.items():
            day = day_number(dt.date.fromisoformat(on))
            if not last - DAYS <= day <= last:
                continue
            for row in rows:
                place = places.get(row["artifact"])
                if place is None:
                    continue
                for name in (*COUNTS, *DATES, *CHECKS) if on == as_of else COUNTS:
                    if row[name]:
                        found[name].append((place, day, _number(name, row[name])))
        return Evidence(len(places), {name: _series(rows) for name, rows in found.items()})


def folder() -> Path:
    return Path(os.environ.get("REAL_DATA_DIR", ROOT.parent / "shared" / "data")) / "rank"


def panels() -> dict[str, Panel]:
    lists: dict[str, Panel] = {}
    with gzip.open(folder() / "panel.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            lists.setdefault(row["list"], Panel(row["list"], {})).days.setdefault(row["observed_at"], []).append(row)
    return lists


@dataclass(frozen=True)
class Past:
    """One list on one day, and what became of its artifacts in the twelve months after."""

    name: str
    as_of: str
    evidence: Evidence
    projectrank: Floats
    stars_then: Floats
    stars_later: Floats
    downloads_later: Floats
    alive_now: Floats
    alive_later: Floats

    @property
    def day(self) -> float:
        return day_number(dt.date.fromisoformat(self.as_of))


def pasts() -> list[Past]:
    """All days of which the outcome is known; none where the history is not there."""
    if not (folder() / "outcomes.csv.gz").exists():
        return []
    later: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(dict)
    with gzip.open(folder() / "outcomes.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            later[row["list"], row["as_of"]][row["artifact"]] = row
    lists, columns = panels(), [field.name for field in fields(Past)][3:]
    return [
        Past(name, as_of, lists[name].evidence(as_of), **_columns(lists[name].artifacts(as_of), rows, columns))
        for (name, as_of), rows in sorted(later.items())
    ]


def _columns(artifacts: list[str], rows: dict[str, dict[str, str]], names: list[str]) -> dict[str, Floats]:
    """NaN of artifacts whose outcome nobody noted."""
    return {
        name: np.array([float(rows.get(artifact, {}).get(name) or "nan") for artifact in artifacts]) for name in names
    }


def _number(name: str, text: str) -> float:
    if name in DATES:
        return day_number(dt.date.fromisoformat(text))
    return float(text == "True") if text in ("True", "False") else float(text)


def _series(rows: list[tuple[int, float, float]]) -> Series:
    whole = np.array(sorted(rows))
    return Series(whole[:, 0].astype(np.int64), whole[:, 1], whole[:, 2])
