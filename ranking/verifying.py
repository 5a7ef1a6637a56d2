"""The check of a rank.json: what follows from the readings, tables and formula in it, beside what it states.

What does not follow from them is taken as it stands, since nothing in one file could contradict it:

- the artifact's address, the generation's number, the formula's address, and which source a value is from;
- the percentile, which follows from all others of the kind; without a rank there is none;
- the readings that were not used: nothing is computed from them. Only a reason that their own value or day refutes
  is found;
- which kind it is, among kinds that one formula weighs alike.

A reading or a table that was changed is told by the numbers that then no longer follow. One on which no number rests,
as a day's stars of a year ago, tells nothing, and whoever changes everything alike makes a file of another artifact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from catalog.choices import Kind
from ranking.breakdowns import Point, points_of
from ranking.formulas import formula_in
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Evidence, Series
from ranking.scoring.formula import Scores, scores
from ranking.scoring.tables import Tables

DAY = 86_400.0
#: Two numbers of the scale of ranks that differ by less are the same: other machines add in another order.
TOLERANCE = 0.005
#: Of what is not on that scale, beside a ten-millionth of the number itself.
FINE = 1e-6
#: Numbers that are written down rounded, and by how much they may be off.
_ROUNDED = {"weight": 1.1e-6, "z_observed": 1.1e-5, "held": 0.11, "as_of": 1e-8}
_OF_RANKS = ("rank", "low", "high", "momentum", "components", "points", "points_now", "sum")
#: Of a point, what must be equal and is no number.
_MARKS = ("family", "component", "observed_at", "estimated")
_NUMBERS = ("value", "z", "z_observed", "weight", "points", "points_now", "held")


class CannotVerify(Exception):
    """The file is none that can be recomputed."""


@dataclass(frozen=True)
class Difference:
    what: str
    stated: Any
    computed: Any


class _Again(NamedTuple):
    """What a file's inputs come to."""

    scores: Scores
    formula: Formula
    points: tuple[Point, ...]
    day: float


def told(point: Point, source: Mapping[str, str] | None) -> dict[str, Any]:
    """One point of the file."""
    return {
        "signal": point.signal,
        "family": str(point.spec.family),
        "component": str(point.spec.component),
        "value": point.value,
        "observed_at": None if point.on is None else str(point.on),
        "source": source,
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


def recomputed(document: Mapping[str, Any]) -> Scores:
    """The scores of the one artifact in the file. Raises CannotVerify where something is missing or makes no sense."""
    return _again(document).scores


def _again(document: Mapping[str, Any]) -> _Again:
    try:
        given = document["recompute"]
        if given is None:
            raise CannotVerify(str(document["recompute_note"]))
        formula, day = formula_in(given["formula"]), float(given["day"])
        if document["kind"] not in Kind.values:
            raise CannotVerify(f"There is no kind “{document['kind']}”.")
        series = {str(name): _series(rows) for name, rows in given["series"].items()}
        accepted = {str(name): np.array([float(day)]) for name, day in given["accepted"].items()}
        trials = np.array([float(given.get("trials", 0.0))])
        evidence = Evidence(1, series, trials=trials, accepted=accepted)
        tables = Tables.of_data(given["tables"])
        with np.errstate(over="ignore", invalid="ignore"):  # of days and values beyond all measure
            found = scores(evidence, kind=document["kind"], tables=tables, formula=formula, as_of=day)
            return _Again(found, formula, points_of(found, evidence), day)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise CannotVerify(f"It is no rank.json that can be recomputed: {error!r}.") from error


def _series(rows: list[list[float]]) -> Series:
    whole = np.array(rows, float).reshape(-1, 2)
    whole = whole[np.argsort(whole[:, 0], kind="stable")]
    return Series(np.zeros(len(whole), np.int64), whole[:, 0], whole[:, 1])


def differences(document: Mapping[str, Any]) -> list[Difference]:
    """Where the file's numbers and marks are not those that follow from its readings; none where they all are."""
    it = _again(document)
    try:
        found = [*_of_the_whole(document, it), *_of_points(document, it), *_of_unused(document, it.day)]
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise CannotVerify(f"It is no rank.json: {error!r} is missing or of the wrong sort.") from error
    return sorted(found, key=lambda one: one.what)


def _of_the_whole(document: Mapping[str, Any], it: _Again) -> Iterator[Difference]:
    scored, formula = it.scores, it.formula
    is_ranked = bool(scored.ranked[0])
    computed: dict[str, Any] = {"rank": scored.rank[0], "low": scored.low[0], "high": scored.high[0]}
    for name, column in (
        ("coverage", scored.coverage), ("momentum", scored.trends.momentum), ("survival", scored.trends.survival),
    ):  # fmt: skip
        computed[name] = column[0] if is_ranked else None
    computed |= {"typical": formula.typical, "deviation": formula.deviation, "norm": scored.norm[0]}
    stated = {name: document[name] for name in computed}
    stated |= {f"components.{name}": value for name, value in document["components"].items()}
    for name, column in scored.components.items():
        computed[f"components.{name}"] = column[0] if is_ranked else None
    if is_ranked:
        total = document["typical"] + sum(point["points"] for point in document["points"])
        stated["sum of the points"] = min(max(total, 0.0), 100.0)
        computed["sum of the points"] = scored.rank[0]
    for name in {**stated, **computed}:
        yield from _difference(name, stated.get(name), _plain(computed.get(name)), of=name.split(".")[0].split()[0])
    yield from _difference("formula_version", document["formula_version"], formula.version)
    yield from _difference("recompute_note", document["recompute_note"], "")
    stated_day = dt.datetime.fromisoformat(document["as_of"]).timestamp() / DAY
    if not _same(stated_day, it.day, of="as_of"):
        moment = dt.datetime.fromtimestamp(it.day * DAY, dt.UTC)
        yield Difference("as_of", document["as_of"], moment.isoformat())
    if not is_ranked:
        yield from _difference("percentile", document["percentile"], None)


def _of_points(document: Mapping[str, Any], it: _Again) -> Iterator[Difference]:
    computed = {point.signal: point for point in it.points}
    seen = set()
    for stated in document["points"]:
        name = stated["signal"]
        if name not in computed or name in seen:
            yield Difference(f"points.{name}", "a point", "none" if name not in computed else "one")
            continue
        seen.add(name)
        point = computed[name]
        expected = told(point, None)
        for field in (*_NUMBERS, *_MARKS):
            # To tell z, points of six decimals were divided by a weight of six: of a small weight, that moves it.
            slack = 2e-6 * (1 + abs(point.z)) / point.weight if field == "z" and point.weight else 0.0
            yield from _difference(f"points.{name}.{field}", stated[field], expected[field], of=field, slack=slack)
        if stated["note"] not in _notes(point):
            yield Difference(f"points.{name}.note", stated["note"], expected["note"])
        if point.estimated:
            yield from _difference(f"points.{name}.source", stated["source"], None)
    for name, point in computed.items():
        if name not in seen and (point.weight or point.points):
            yield Difference(f"points.{name}", "none", f"{point.points:.4f}")


def _notes(point: Point) -> set[str]:
    """As it may be told: what another machine computes may be rounded the other way."""
    return {
        _note(replace(point, spread=point.spread + more, held=max(point.held + 10 * more, 0.1) if point.held else 0.0))
        for more in (-0.01, 0.0, 0.01)
    }


def _of_unused(document: Mapping[str, Any], day: float) -> Iterator[Difference]:
    """Whether each reading's own value and day bear its reason out. To leap, it takes readings beside it."""
    today = dt.date(1970, 1, 1) + dt.timedelta(days=int(day))
    for place, one in enumerate(document["not_used"]):
        value, on, why = one["value"], dt.date.fromisoformat(one["observed_at"]), one["why"]
        days = (on - dt.date(1970, 1, 1)).days
        fits = {
            "future": on >= today,
            "no number": value is None,
            "negative": value is not None and value < 0,
            "ahead": value is not None and value > days,
            "leap": value is not None and value > 0 and on <= today,
        }
        if not fits.get(why, False):
            refuted = next((name for name, fit in fits.items() if fit and name != "leap"), "no such reason")
            yield Difference(f"not_used.{place}.why", why, refuted)


def _difference(what: str, stated: Any, computed: Any, *, of: str = "", slack: float = 0.0) -> Iterator[Difference]:
    if not _same(stated, computed, of=of, slack=slack):
        yield Difference(what, stated, computed)


def _plain(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _same(stated: Any, computed: Any, *, of: str = "", slack: float = 0.0) -> bool:
    if not isinstance(computed, int | float) or isinstance(computed, bool):
        return type(stated) is type(computed) and bool(stated == computed)
    if not isinstance(stated, int | float) or isinstance(stated, bool):
        return False
    if of in _OF_RANKS:
        most = TOLERANCE
    else:
        most = _ROUNDED.get(of, FINE + 1e-7 * abs(computed)) + slack
    return abs(float(stated) - computed) <= most
