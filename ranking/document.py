"""rank.json: an artifact's rank with all that is needed to compute it again, and the check of such a file.

What is written here is what the live generation was built from, not what has been read since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.choices import COMPONENTS, Kind
from catalog.models import Artifact, Source, Standing
from ranking import prior as shipped
from ranking.breakdowns import Explained, Point, unpacked
from ranking.configurations import formula_of
from ranking.formulas import formula_in
from ranking.loading import Moment, loaded
from ranking.models import Breakdown, Build, ReferenceTable, Snapshot
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Evidence, Series
from ranking.scoring.formula import Scores, scores
from ranking.scoring.tables import Tables

#: Two numbers that differ by less are the same: other machines add in another order.
TOLERANCE = 0.005


READINGS_MOVED = (
    "Its readings are no longer those that this generation was built from, as when two listings are merged. "
    "From the next generation on it can be computed again."
)


class CannotVerify(Exception):
    """The file is none that can be recomputed."""


@dataclass(frozen=True)
class Difference:
    what: str
    stated: float | None
    computed: float | None


def document_of(artifact: Artifact, generation_id: int, *, configuration_url: str) -> dict[str, Any] | None:
    """None where the generation knows nothing of the artifact. `rank` is null where it is not ranked yet."""
    row = Breakdown.objects.filter(generation=generation_id, artifact=artifact).first()
    build = Build.objects.select_related("configuration").filter(generation=generation_id).first()
    if row is None or build is None:
        return None
    standing = Standing.objects.filter(generation=generation_id, artifact=artifact).first()
    explained = unpacked(row)
    # An editor may have made it another kind since; the next generation ranks it as that.
    kind = explained.kind or artifact.kind
    formula = formula_of(build.configuration)
    sources = {
        source.pk: {"title": source.title, "url": source.url}
        for source in Source.objects.filter(pk__in={point.source_id for point in explained.points if point.source_id})
    }
    components = {name: getattr(standing, name) if standing else None for name in COMPONENTS}
    document = {
        "artifact": artifact.slug,
        "kind": kind,
        "generation": build.number,
        "formula_version": build.configuration.version,
        "as_of": build.as_of.isoformat(),
        "rank": standing.score if standing else None,
        "low": standing.low if standing else None,
        "high": standing.high if standing else None,
        "percentile": standing.percentile if standing else None,
        "coverage": standing.coverage if standing else None,
        "components": components,
        "momentum": row.momentum,
        "survival": row.survival,
        "typical": formula.typical,
        "deviation": formula.deviation,
        "norm": explained.norm,
        "points": [_point(point, sources) for point in explained.points],
        "not_used": [
            {"signal": signal, "observed_at": str(_date(day)), "value": value, "why": why}
            for signal, day, value, why in explained.refused
        ],
        "configuration": configuration_url,
        "recompute": _recompute(artifact, kind, build, formula, explained),
        "recompute_note": "",
    }
    # Readings move when two listings are merged; what the generation was built from is no longer this artifact's.
    if differences(document):
        document |= {"recompute": None, "recompute_note": READINGS_MOVED}
    return document


def snapshot_data(it: Snapshot) -> dict[str, Any]:
    """What was written down for one week."""
    return {
        "on": str(it.on),
        "generation": it.number,
        "formula_version": it.formula_version,
        "rank": it.score,
        "low": it.low,
        "high": it.high,
        "percentile": it.percentile,
        "coverage": it.coverage,
        "components": {name: getattr(it, name) for name in COMPONENTS},
        "momentum": it.momentum,
        "survival": it.survival,
        "points": it.points,
    }


def _point(point: Point, sources: Mapping[int, dict[str, str]]) -> dict[str, Any]:
    return {
        "signal": point.signal,
        "family": str(point.spec.family),
        "component": str(point.spec.component),
        "value": point.value,
        "observed_at": None if point.on is None else str(point.on),
        "source": None if point.source_id is None else sources.get(point.source_id),
        "z": point.z,
        "z_observed": point.z_observed,
        "weight": point.weight,
        "points": point.points,
        "points_now": point.points_now,
        "estimated": point.estimated,
        "held": point.held,
        "note": _note(point),
    }


def _note(point: Point) -> str:
    if point.estimated:
        return f"Not known; estimated from the other signals, give or take {point.spread:.1f} points."
    notes = []
    if point.held:
        notes.append(f"{point.held:,.0f} more came in a burst and wait until it lasts.")
    if point.cut:
        notes.append("Cut to what the other evidence supports.")
    return " ".join(notes)


def _recompute(artifact: Artifact, kind: str, build: Build, formula: Formula, explained: Explained) -> dict[str, Any]:
    at = Moment.of_data(build.as_of, build.last_reading, build.left_out)
    series: dict[str, Any] = {}
    accepted: dict[str, float] = {}
    trials = 0.0
    for found in loaded(at, formula, artifact_ids=[artifact.pk]):
        evidence = found.sifted.evidence
        series = {
            name: [[day, value] for day, value in zip(one.day.tolist(), one.value.tolist(), strict=True)]
            for name, one in evidence.series.items()
            if len(one.owner)
        }
        accepted = {name: float(days[0]) for name, days in evidence.accepted.items() if np.isfinite(days[0])}
        trials = float(evidence.trials[0]) if evidence.trials is not None else 0.0
    table = None if explained.is_prior else ReferenceTable.objects.filter(pk=build.tables.get(kind)).first()
    return {
        "day": at.day,
        "series": series,
        "accepted": accepted,
        **({"trials": trials} if trials else {}),
        "tables": (shipped.completed(table.body) if table else shipped.prior()).as_data(),
        "formula": formula.text,
    }


def recomputed(document: Mapping[str, Any]) -> Scores:
    """The scores of the one artifact in the file. Raises CannotVerify where something is missing or makes no sense."""
    try:
        given = document["recompute"]
        if given is None:
            raise CannotVerify(str(document["recompute_note"]))
        formula = formula_in(given["formula"])
        if document["kind"] not in Kind.values:
            raise CannotVerify(f"There is no kind “{document['kind']}”.")
        series = {str(name): _series(rows) for name, rows in given["series"].items()}
        accepted = {str(name): np.array([float(day)]) for name, day in given["accepted"].items()}
        return scores(
            Evidence(1, series, trials=np.array([float(given.get("trials", 0.0))]), accepted=accepted),
            kind=document["kind"],
            tables=Tables.of_data(given["tables"]),
            formula=formula,
            as_of=float(given["day"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise CannotVerify(f"It is no rank.json that can be recomputed: {error!r}.") from error


def _series(rows: list[list[float]]) -> Series:
    whole = np.array(rows, float).reshape(-1, 2)
    whole = whole[np.argsort(whole[:, 0], kind="stable")]
    return Series(np.zeros(len(whole), np.int64), whole[:, 0], whole[:, 1])


def differences(document: Mapping[str, Any]) -> list[Difference]:
    """Where the file's numbers are not those that follow from its readings; none where they all are.

    Percentiles are left out: they follow from all others of the kind.
    """
    found = recomputed(document)
    is_ranked = bool(found.ranked[0])
    computed: dict[str, float | None] = {
        "rank": found.rank[0],
        "low": found.low[0],
        "high": found.high[0],
        "coverage": found.coverage[0] if is_ranked else None,
        "momentum": found.trends.momentum[0] if is_ranked else None,
        "survival": found.trends.survival[0] if is_ranked else None,
    }
    try:
        stated: dict[str, float | None] = {name: document[name] for name in computed}
        for name, value in document["components"].items():
            stated[f"components.{name}"] = value
        for point in document["points"]:
            stated[f"points.{point['signal']}"] = point["points"]
        total = document["typical"] + sum(point["points"] for point in document["points"])
    except (KeyError, TypeError) as error:
        raise CannotVerify(f"It is no rank.json: {error!r} is missing or of the wrong sort.") from error
    for name, column in found.components.items():
        computed[f"components.{name}"] = column[0] if is_ranked else None
    for place, name in enumerate(found.signals):
        if f"points.{name}" in stated or found.points[0, place]:
            computed[f"points.{name}"] = found.points[0, place]
    if is_ranked:
        stated["the sum of the points"], computed["the sum of the points"] = min(max(total, 0.0), 100.0), found.rank[0]
    return [
        Difference(name, stated.get(name), _plain(computed.get(name)))
        for name in sorted(set(stated) | set(computed))
        if not _same(stated.get(name), _plain(computed.get(name)))
    ]


def _plain(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def _same(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return isinstance(first, int | float) and abs(first - second) <= TOLERANCE


def _date(day: float) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(day))
