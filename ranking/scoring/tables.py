"""Reference tables: what is usual in a kind, and which evidence goes together.

They are frozen for a quarter, so that ranks of one week are on the scale of the next.

Of each signal a curve from values to normal scores; of all signals one matrix of correlations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ranking.scoring.evidence import Floats

#: The normal scores whose values a curve remembers.
KNOTS = np.linspace(-3.3, 3.3, 133)
_AT = np.array([NormalDist().cdf(z) for z in KNOTS])
#: How many stand around each of them.
_SHARE = np.array([NormalDist().pdf(z) for z in KNOTS])
#: Correlations from a sample are pulled a little towards none: it keeps the matrix one that can be inverted.
PULL = 0.03
#: Fewer pairs than this say nothing about how two signals go together.
FEWEST_PAIRS = 30


@dataclass(frozen=True)
class Curve:
    """Values on their scale, rising, and the normal score of each."""

    value: Floats
    z: Floats

    def score(self, value: Floats, limit: float) -> Floats:
        if not len(self.value):
            return np.full(len(value), np.nan)
        scored = np.clip(np.interp(value, self.value, self.z), -limit, limit)
        # Of a curve with a single value NumPy answers that for everything, even for what is unknown.
        return np.where(np.isnan(value), np.nan, scored)


@dataclass(frozen=True)
class Tables:
    """Of one kind, or of all kinds together where `is_prior`."""

    signals: tuple[str, ...]
    curves: Mapping[str, Curve]
    correlation: Floats
    is_prior: bool = False

    def score(self, name: str, value: Floats, limit: float) -> Floats:
        """Normal scores of a signal's values, on their scale. Of one without a curve no value says anything: what is
        usual is not known, and to call it typical would pass for evidence."""
        curve = self.curves.get(name)
        return curve.score(value, limit) if curve is not None else np.full(len(value), np.nan)

    def correlation_of(self, names: Sequence[str]) -> Floats:
        """Among these; what the tables do not know goes together with nothing."""
        found = {name: place for place, name in enumerate(self.signals)}
        result = np.eye(len(names))
        for i, first in enumerate(names):
            for j, second in enumerate(names):
                if i != j and first in found and second in found:
                    result[i, j] = self.correlation[found[first], found[second]]
        return result

    def as_data(self) -> dict[str, Any]:
        return {
            "signals": list(self.signals),
            "curves": {
                name: {"value": curve.value.round(6).tolist(), "z": curve.z.round(4).tolist()}
                for name, curve in self.curves.items()
            },
            "correlation": self.correlation.round(4).tolist(),
            "is_prior": self.is_prior,
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Tables:
        return cls(
            signals=tuple(data["signals"]),
            curves={
                name: Curve(np.array(curve["value"], float), np.array(curve["z"], float))
                for name, curve in data["curves"].items()
            },
            correlation=np.array(data["correlation"], float),
            is_prior=bool(data.get("is_prior", False)),
        )


def tables_of(values: Mapping[str, Floats], limit: float = 3.3) -> Tables:
    """From the values, on their scale, of all artifacts of a kind; NaN where an artifact has none."""
    names = tuple(values)
    curves = {name: curve_of(values[name]) for name in names}
    z = np.stack([curves[name].score(values[name], limit) for name in names], axis=1) if names else np.empty((0, 0))
    made = Tables(names, curves, correlation_of(z))
    # What is frozen is what is written down: the same numbers from memory and from the database.
    return Tables.of_data(made.as_data())


def curve_of(values: Floats) -> Curve:
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return Curve(np.empty(0), np.empty(0))
    at = np.quantile(known, _AT, method="hazen")
    unique, where = np.unique(at.round(6), return_inverse=True)
    # Values that many share get the mean score of the places they take up.
    return Curve(unique, np.bincount(where, KNOTS * _SHARE) / np.bincount(where, _SHARE))


def correlation_of(z: Floats) -> Floats:
    """Of each pair where both are known, pulled towards none, and mended until it could be one of real numbers."""
    known = ~np.isnan(z)
    filled = np.where(known, z, 0.0)
    here = known.astype(float)
    pairs = here.T @ here
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (filled.T @ here) / pairs
        square = ((filled**2).T @ here) / pairs - mean**2
        cross = (filled.T @ filled) / pairs - mean * mean.T
        found = cross / np.sqrt(square * square.T)
    found[~np.isfinite(found) | (pairs < FEWEST_PAIRS)] = 0.0
    np.fill_diagonal(found, 1.0)
    found = (1 - PULL) * found + PULL * np.eye(len(found))
    eigen, vectors = np.linalg.eigh((found + found.T) / 2)
    mended = (vectors * np.maximum(eigen, 0.02)) @ vectors.T
    scale = np.sqrt(np.diag(mended))
    return np.asarray(mended / np.outer(scale, scale))
