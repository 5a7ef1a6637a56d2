"""The formula's numbers: read from a file or the score lab's text, checked, and handed to scoring as one frozen object.

What is wrong is said all at once, each with its line. Nothing here has a default: a number that is not written down in
the formula is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ranking.scoring.formula_text import BrokenFormula, read
from ranking.signals import SIGNALS, TRENDS, Family, Measure

SIGNAL_CEILING = 0.20
FAMILY_CEILING = 0.35
DOCUMENTATION_CEILING = 0.05
#: No rank is averaged over longer than this (days), and no band widened by more than the root of that.
LONGEST_AGO, WIDEST = 180, 100.0
#: YAML's whole numbers have no end; those from here on cannot even be told as others are.
BEYOND = 1e300


@dataclass(frozen=True)
class Numbers:
    """What a formula says of one signal."""

    noise: float
    half_life: float
    days: float
    floor: float
    mark: float
    shrink: float
    burst: float
    slack: float


@dataclass(frozen=True)
class Formula:
    version: str
    typical: float
    deviation: float
    limit: float
    steadiness: Mapping[float, float]
    burst: float
    slack: float
    review_times: float
    review_least: float
    leap: float
    memory: float
    below: float
    above: float
    rounds: int
    k_missing: float
    k_noise: float
    quantile: float
    discord: tuple[float, float]
    prior_widens: float
    surely_above: float
    likely_above: float
    least_families: int
    least_for_percentile: int
    least_for_tables: int
    match_weight: float
    match_half: float
    signals: Mapping[str, Numbers]
    #: For each kind the weights of its signals, in the registry's order.
    weights: Mapping[str, Mapping[str, float]]
    momentum: Mapping[str, float]
    survival: Mapping[str, float]
    #: The text it was read from: what is published, downloaded and compared is this.
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


#: Part of the formula: its fields, each with the least and the most it may be.
_PARTS: dict[str, dict[str, tuple[float, float]]] = {
    "scale": {"typical": (0, 100), "deviation": (1, 50), "limit": (1, 6)},
    "escrow": {"burst": (1, 100), "slack": (0, 1000)},
    "review": {"times": (0, 1000), "least": (0, 1e9)},
    "agreement": {"below": (0, 10), "above": (0, 10), "rounds": (1, 9)},
    "band": {"missing": (0, 5), "noise": (0, 5), "quantile": (0.1, 5), "prior": (1, 5)},
    "ties": {"above": (0.5, 1), "likely": (0.5, 1)},
    "least": {"families": (1, 7), "percentile": (2, 10_000), "tables": (20, 100_000)},
    "match": {"weight": (0, 0.10), "half": (1, 10_000)},
}
#: Of these there are no halves.
_WHOLE = {("agreement", "rounds"), ("least", "families"), ("least", "percentile"), ("least", "tables")}
#: What a signal needs beside noise and half-life, by how it is measured.
_NEEDS: dict[Measure, dict[str, tuple[float, float]]] = {
    Measure.GAIN: {"days": (7, 1000)},
    Measure.MEDIAN: {"days": (1, 365)},
    Measure.AGE: {"floor": (0, 365)},
    Measure.CHECK: {"mark": (0, 1e9)},
    Measure.GROWTH: {"shrink": (0, 1e6)},
}
_MOMENTUM = ("growth", "activity", "forks", "release", "youth")
_TOP = (
    "version", "scale", "steadiness", "escrow", "review", "leap", "memory", "agreement", "band", "ties", "least",
    "match", "signals", "kinds", "momentum", "survival",
)  # fmt: skip


def formula_of(text: str, *, kinds: tuple[str, ...]) -> Formula:
    """Raises BrokenFormula with every problem found. `kinds` are the kinds there are."""
    data, lines = read(text)
    reader = _Reader(data, lines)
    formula = reader.formula(text, kinds)
    if reader.problems or formula is None:
        raise BrokenFormula(reader.problems)
    return formula


class _Reader:
    def __init__(self, data: dict[str, Any], lines: dict[tuple[str, ...], int]):
        self.data, self.lines = data, lines
        self.problems: list[tuple[int, str]] = []

    def formula(self, text: str, kinds: tuple[str, ...]) -> Formula | None:
        for name in _TOP:
            if self.data.get(name) is None:
                self._wrong((name,), f"“{name}” is missing.")
        self._unknown((), self.data, _TOP)
        parts = {name: self._part(name, fields) for name, fields in _PARTS.items()}
        discord = self._discord()
        steadiness = self._steadiness()
        leap = self._number(("leap",), self.data.get("leap"), 2, 1e9)
        memory = self._number(("memory",), self.data.get("memory"), 180, 10_000)
        escrow = parts["escrow"]
        signals = self._signals(escrow)
        weights = self._weights(kinds)
        momentum = self._shares("momentum", _MOMENTUM, least=0)
        if not any(momentum.values()):
            self._wrong(("momentum",), "At least one share of momentum is above 0.")
        survival = self._shares("survival", ("intercept", *SIGNALS), least=-10)
        version = self.data.get("version")
        if not isinstance(version, str) or not version.strip() or len(version) > 40:
            self._wrong(("version",), "The version is a short text in quotation marks.")
        if self.problems:
            return None
        return Formula(
            version=str(version),
            **parts["scale"],
            steadiness=steadiness,
            burst=escrow["burst"],
            slack=escrow["slack"],
            review_times=parts["review"]["times"],
            review_least=parts["review"]["least"],
            leap=leap,
            memory=memory,
            below=parts["agreement"]["below"],
            above=parts["agreement"]["above"],
            rounds=int(parts["agreement"]["rounds"]),
            k_missing=parts["band"]["missing"],
            k_noise=parts["band"]["noise"],
            quantile=parts["band"]["quantile"],
            prior_widens=parts["band"]["prior"],
            discord=discord,
            surely_above=parts["ties"]["above"],
            likely_above=parts["ties"]["likely"],
            least_families=int(parts["least"]["families"]),
            least_for_percentile=int(parts["least"]["percentile"]),
            least_for_tables=int(parts["least"]["tables"]),
            match_weight=parts["match"]["weight"],
            match_half=parts["match"]["half"],
            signals=signals,
            weights=weights,
            momentum=momentum,
            survival=survival,
            text=text,
        )

    # --- parts -------------------------------------------------------------------------------------------------------

    def _part(self, name: str, fields: Mapping[str, tuple[float, float]]) -> dict[str, float]:
        part = self._mapping((name,), self.data.get(name))
        extra = ("discord",) if name == "band" else ()
        self._unknown((name,), part, (*fields, *extra))
        return {
            field: self._number((name, field), part.get(field), least, most) for field, (least, most) in fields.items()
        }

    def _discord(self) -> tuple[float, float]:
        found = self._mapping(("band",), self.data.get("band")).get("discord")
        if (
            not (isinstance(found, list) and len(found) == 2 and all(_is_number(one) for one in found))
            or not 0 <= found[0] <= found[1] <= WIDEST
        ):
            self._wrong(
                ("band", "discord"),
                f"“discord” is two numbers from 0 to {WIDEST:g}: the least and the most it may widen a band.",
            )
            return 1.0, 1.0
        return float(found[0]), float(found[1])

    def _steadiness(self) -> dict[float, float]:
        part = self._mapping(("steadiness",), self.data.get("steadiness"))
        result: dict[float, float] = {}
        for days, share in part.items():
            if not _is_number(days) or not 0 <= days <= LONGEST_AGO:
                self._wrong(("steadiness", str(days)), f"Days ago are a number from 0 to {LONGEST_AGO}.")
                continue
            result[float(days)] = self._number(("steadiness", str(days)), share, 0, 1)
        if 0.0 not in result or abs(sum(result.values()) - 1) > 1e-9:
            self._wrong(("steadiness",), "The shares add up to 1, and today (0) is among them.")
        return result

    def _signals(self, escrow: Mapping[str, float]) -> dict[str, Numbers]:
        part = self._mapping(("signals",), self.data.get("signals"))
        known = SIGNALS | TRENDS
        self._unknown(("signals",), part, tuple(known))
        result = {}
        for name, spec in known.items():
            if name not in part:
                self._wrong(("signals",), f"“{name}” has no numbers.")
                continue
            fields = {"noise": (0.0, 3.0), "half_life": (1.0, 10_000.0), **_NEEDS.get(spec.measure, {})}
            own = self._mapping(("signals", name), part[name])
            self._unknown(("signals", name), own, tuple(fields))
            numbers = {
                field: self._number(("signals", name, field), own.get(field), *fields[field]) for field in fields
            }
            spare = {"days": 0.0, "floor": 0.0, "mark": 0.0, "shrink": 0.0}
            result[name] = Numbers(**{**spare, **numbers}, burst=escrow["burst"], slack=escrow["slack"])
        return result

    def _weights(self, kinds: tuple[str, ...]) -> dict[str, dict[str, float]]:
        groups = self.data.get("kinds")
        if not isinstance(groups, list):
            self._wrong(("kinds",), "“kinds” is a list of groups, each with its kinds and their weights.")
            return {}
        result: dict[str, dict[str, float]] = {}
        for place, group in enumerate(groups):
            path = ("kinds", str(place))
            group = self._mapping(path, group)
            self._unknown(path, group, ("kinds", "weights"))
            weights = self._group_weights((*path, "weights"), group.get("weights"))
            names = group.get("kinds")
            if not isinstance(names, list) or not names:
                self._wrong((*path, "kinds"), "A group names its kinds.")
                continue
            for kind in names:
                if kind not in kinds:
                    self._wrong((*path, "kinds"), f"There is no kind “{kind}”.")
                elif kind in result:
                    self._wrong((*path, "kinds"), f"“{kind}” has weights already.")
                else:
                    result[kind] = weights
        missing = [kind for kind in kinds if kind not in result]
        if missing:
            self._wrong(("kinds",), f"These kinds have no weights: {', '.join(missing)}.")
        return result

    def _group_weights(self, path: tuple[str, ...], found: Any) -> dict[str, float]:
        part = self._mapping(path, found)
        ranked = tuple(name for name, spec in SIGNALS.items() if spec.family != Family.MATCH)
        self._unknown(path, part, ranked)
        weights = {name: self._number((*path, name), part[name], 0.0, 1.0) for name in ranked if name in part}
        total = sum(weights.values())
        if not 0 < total <= 1 + 1e-9:
            self._wrong(path, f"The weights of a kind add up to at most 1, and to more than 0; these to {total:g}.")
        for name, weight in weights.items():
            most = DOCUMENTATION_CEILING if SIGNALS[name].family == Family.DOCUMENTATION else SIGNAL_CEILING
            if weight > most + 1e-9:
                self._wrong((*path, name), f"“{name}” weighs {weight:g}; the most is {most:g}.")
        for family in Family:
            share = sum(weight for name, weight in weights.items() if SIGNALS[name].family == family)
            if share > FAMILY_CEILING + 1e-9:
                self._wrong(path, f"The family “{family}” weighs {share:g}; the most is {FAMILY_CEILING:g}.")
        return weights

    def _shares(self, name: str, allowed: tuple[str, ...], *, least: float) -> dict[str, float]:
        part = self._mapping((name,), self.data.get(name))
        self._unknown((name,), part, allowed)
        return {str(key): self._number((name, str(key)), value, least, 10) for key, value in part.items()}

    # --- words -------------------------------------------------------------------------------------------------------

    def _mapping(self, path: tuple[str, ...], found: Any) -> dict[Any, Any]:
        if isinstance(found, dict):
            return found
        if found is not None:
            self._wrong(path, f"“{path[-1]}” is a list of named numbers.")
        return {}

    def _number(self, path: tuple[str, ...], found: Any, least: float, most: float) -> float:
        if not _is_number(found):
            self._wrong(path, f"“{path[-1]}” is missing or no number.")
            return least
        if not least <= found <= most:
            told = f"{found:g}" if abs(found) < BEYOND else "a number beyond all measure"
            self._wrong(path, f"“{path[-1]}” is {told}; it lies between {least:g} and {most:g}.")
            return least
        if path in _WHOLE and found != int(found):
            self._wrong(path, f"“{path[-1]}” is {found:g}; it is a whole number.")
            return least
        return float(found)

    def _unknown(self, path: tuple[str, ...], part: Mapping[Any, Any], known: tuple[str, ...]) -> None:
        for key in part:
            if key not in known:
                self._wrong((*path, str(key)), f"Nothing is called “{key}” here.")

    def _wrong(self, path: tuple[str, ...], text: str) -> None:
        while path and path not in self.lines:
            path = path[:-1]
        self.problems.append((self.lines.get(path, 1), text))


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and found == found
