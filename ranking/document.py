"""rank.json: an artifact's rank with all that is needed to compute it again; `verifying` checks such a file.

What is written here is what the live generation was built from, not what has been read since.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from catalog.choices import COMPONENTS
from catalog.models import Artifact, Source, Standing
from ranking import prior as shipped
from ranking.breakdowns import Explained, unpacked
from ranking.configurations import formula_of
from ranking.loading import Moment, loaded
from ranking.models import Breakdown, Build, ReferenceTable, Snapshot
from ranking.scoring.configuration import Formula
from ranking.verifying import differences, told

READINGS_MOVED = (
    "Its readings are no longer those that this generation was built from, as when two listings are merged. "
    "From the next generation on it can be computed again."
)


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
        "points": [told(point, sources.get(point.source_id or 0)) for point in explained.points],
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


def _date(day: float) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(day))
