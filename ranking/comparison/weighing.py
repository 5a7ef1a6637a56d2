"""The order by the reader's own weights and needs, what it changes against the ranks, and how robust it is. Pure.

A score is the weighted mean of what is known: the components, 0 to 100 each, and the price on the same scale. Unknown
weighs nothing and makes the score less sure. Components are set against each other only within a kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from catalog import wording
from catalog.choices import LicenceClass
from ranking.comparison.absence import LISTED
from ranking.comparison.findings.abilities import is_shown
from ranking.comparison.phrases import a_thing, are, inside, names, percent
from ranking.comparison.preferences import WEIGHED, Preferences
from ranking.comparison.subject import Subject
from ranking.comparison.table import CapabilityCell, CapabilityRow, FactRow, Has, Judgement, Placed, Verdict, Weighed
from ranking.scoring.configuration import Formula
from ranking.scoring.ties import Outcome, Standing, outcome, probability_above
from ranking.wording import whole

PRICE = "price"
COMPONENTS = tuple(name for name in WEIGHED if name != PRICE)
#: Free use has 100, or the cheapest where none is free; each doubling takes so many points, as does the first cent.
A_DOUBLING = 20.0
#: Nearby weightings that are tried: each weight times a factor whose logarithm varies by this, so mostly by a third.
NEARBY, NEARNESS, SEED = 1000, 0.3, 20_26


@dataclass(frozen=True)
class _Weighable:
    """One artifact, as far as its weighing needs it."""

    subject: Subject
    #: By name; what is unknown is not there.
    values: Mapping[str, float]
    ruled_out: tuple[str, ...]
    score: float | None
    unknown: tuple[str, ...]


def weighed(
    subjects: Sequence[Subject],
    facts: Sequence[FactRow],
    capabilities: Sequence[CapabilityRow],
    verdict: Judgement,
    preferences: Preferences,
    formula: Formula,
) -> Weighed | None:
    """None where the reader weighs and needs nothing."""
    if not preferences.weighs:
        return None
    rows = {row.name: row for row in facts}
    comparable = len({it.kind for it in subjects}) == 1
    weights = _shares(preferences.weights, comparable)
    prices = _price_scores(subjects, rows)
    weighable = [
        _weighable(it, place, prices, weights, capabilities, preferences, comparable)
        for place, it in enumerate(subjects)
    ]
    weighable.sort(key=_placing)
    staying = [it for it in weighable if not it.ruled_out]
    found, winner = _outcome(staying, weighable, weights, preferences, comparable, formula)
    robust = None if winner is None else _robust(winner, staying, weights)
    return Weighed(
        order=tuple(Placed(it.subject.slug, it.score, it.ruled_out, it.unknown) for it in weighable),
        outcome=found,
        winner=winner.subject.slug if winner else None,
        sentence=_sentence(found, winner, weighable, weights, preferences, verdict, robust, comparable),
        robust=robust,
    )


def _placing(it: _Weighable) -> tuple[bool, float, str]:
    return bool(it.ruled_out), -math.inf if it.score is None else -it.score, it.subject.slug


def _shares(weights: Mapping[str, float], comparable: bool) -> dict[str, float]:
    """Of one, so that the size of the numbers says nothing. Across kinds only the price is left."""
    names_of_it = WEIGHED if comparable else (PRICE,)
    kept = {name: float(weights.get(name, 0.0)) for name in names_of_it}
    largest = max(kept.values())
    if not largest > 0:
        return {}
    kept = {name: weight / largest for name, weight in kept.items() if weight > 0}  # tiny ones would add up to 0
    total = sum(kept.values())
    return {name: weight / total for name, weight in kept.items()}


def _price_scores(subjects: Sequence[Subject], rows: Mapping[str, FactRow]) -> dict[str, float]:
    """By slug, from the workload's cost or else the price of input; nothing of those whose price is unknown."""
    row = rows.get("price.workload") or rows.get("price.input_tokens")
    costs: dict[str, float] = {}
    if row is not None and row.better:  # in one currency
        costs = {
            it.slug: float(cell.value["amount"]) for it, cell in zip(subjects, row.cells, strict=True) if cell.is_known
        }
    free = rows.get("free")
    if free is not None:
        for it, cell in zip(subjects, free.cells, strict=True):
            if it.slug not in costs and cell.is_known and cell.value is True:
                costs[it.slug] = 0.0
    least = min((cost for cost in costs.values() if cost > 0), default=1.0)
    # To ask for little is not to ask for nothing.
    cheapest = 100.0 - A_DOUBLING if any(cost <= 0 for cost in costs.values()) else 100.0
    return {
        slug: 100.0 if cost <= 0 else max(0.0, cheapest - A_DOUBLING * math.log2(cost / least))
        for slug, cost in costs.items()
    }


def _weighable(
    it: Subject,
    place: int,
    prices: Mapping[str, float],
    weights: Mapping[str, float],
    capabilities: Sequence[CapabilityRow],
    preferences: Preferences,
    comparable: bool,
) -> _Weighable:
    values = {name: value for name, value in (it.ranked.components if it.ranked else {}).items() if value is not None}
    if it.slug in prices:
        values[PRICE] = prices[it.slug]
    known = {name: weight for name, weight in weights.items() if name in values}
    unknown = tuple(name for name in weights if name not in values)
    ruled_out = tuple(_unmet(it, place, capabilities, preferences))
    if not weights:  # needs alone: among those that meet them the rank decides, where it may
        score = it.ranked.standing.score if it.ranked and comparable else None
        return _Weighable(it, values, ruled_out, score, ())
    return _Weighable(it, values, ruled_out, _mean(values, known) if known else None, unknown)


# --- needs ------------------------------------------------------------------------------------------------------------


def _unmet(it: Subject, place: int, capabilities: Sequence[CapabilityRow], preferences: Preferences) -> list[str]:
    found = [_without(it, slug, place, capabilities) for slug in preferences.capabilities]
    if preferences.licences and it.licence_class not in preferences.licences:
        if it.licence_class == LicenceClass.UNKNOWN:
            found.append(f"What the licence of {it.name} allows is not known.")
        else:
            called = f" ({wording.licence(it.licence)})" if it.licence else ""
            found.append(f"{it.name} has a {it.licence_class} licence{called}.")
    return [text for text in found if text]


def _without(it: Subject, slug: str, place: int, capabilities: Sequence[CapabilityRow]) -> str:
    """Why it does not meet the need, in a sentence; empty where it does. Unknown is not yes."""
    label, cell = _asked(slug, place, capabilities)
    if cell is None or cell.state == Has.UNKNOWN:
        return f"Nobody has shown that {it.name} offers {label}."
    if cell.state == Has.HAS:
        return "" if is_shown(cell) else f"{it.name} is said to offer {label}, without evidence."
    if cell.note.startswith(LISTED):
        by = f"; {cell.said[0].source.title}" if cell.said else ""
        return f"{it.name} is not shown to offer {label} ({inside(cell.note.rstrip('.'))}{by})."
    says = f", says {cell.said[0].source.title}" if cell.said else ""
    why = f" ({inside(cell.note.rstrip('.'))})" if cell.note else ""
    return f"{it.name} does not offer {label}{why}{says}."


def _asked(slug: str, place: int, capabilities: Sequence[CapabilityRow]) -> tuple[str, CapabilityCell | None]:
    """The cell of this very capability: where narrower ones share a row, only the offerings of the one asked for."""
    for row in capabilities:
        if row.slug == slug:
            return a_thing(row.label), row.cells[place]
        names_of_it = {o.capability_slug: o.capability_name for cell in row.cells for o in cell.offerings}
        if slug in names_of_it:
            label = a_thing(names_of_it[slug])
            own = tuple(o for o in row.cells[place].offerings if o.capability_slug == slug)
            if own:
                best = max((o.confidence for o in own), key=lambda confidence: confidence.score)
                return label, CapabilityCell(Has.HAS, own, best)
            cell = row.cells[place]
            return label, None if cell.state == Has.HAS else cell
    return slug.replace("-", " "), None


# --- the outcome ------------------------------------------------------------------------------------------------------


def _outcome(
    staying: Sequence[_Weighable],
    everybody: Sequence[_Weighable],
    weights: Mapping[str, float],
    preferences: Preferences,
    comparable: bool,
    formula: Formula,
) -> tuple[Verdict, _Weighable | None]:
    if not staying:
        return Verdict.NOT_ENOUGH_EVIDENCE, None
    if len(staying) == 1 and len(everybody) > 1:
        return Verdict.ABOVE, staying[0]  # the only one that will do
    if not weights and not comparable:
        return Verdict.NOT_COMPARABLE, None
    if any(it.score is None for it in staying):
        return Verdict.NOT_ENOUGH_EVIDENCE, None
    first, *others = staying
    found = outcome(min(_chance(first, other, weights, formula) for other in others), formula)
    return Verdict(found.value), None if found == Outcome.TIE else first


def _chance(one: _Weighable, other: _Weighable, weights: Mapping[str, float], formula: Formula) -> float:
    """That one comes out above the other, by what is known of both: nobody wins by what is missing."""
    common = {name: weight for name, weight in weights.items() if name in one.values and name in other.values}
    if weights and not common:
        return 0.5
    return probability_above(_standing(one, common, formula), _standing(other, common, formula), formula)


def _standing(it: _Weighable, common: Mapping[str, float], formula: Formula) -> Standing:
    """The score out of these shares with its band. Without weights it is the rank's."""
    ranked = it.subject.ranked
    if not common:
        return ranked.standing if ranked else Standing(0.0, 0.0, 100.0)
    total = sum(common.values())
    score = _mean(it.values, common)
    of_rank = sum(weight for name, weight in common.items() if name != PRICE) / total
    wobble = ranked.standing.wobble(formula.quantile) if ranked else 0.0
    # What is unknown may be anything usual: one deviation of the scale for the whole of it.
    reach = formula.quantile * math.hypot(of_rank * wobble, (1 - min(total, 1.0)) * formula.deviation)
    return Standing(score, score - reach, score + reach)


def _mean(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items()) / sum(weights.values())


@lru_cache(maxsize=1)
def _factors() -> np.ndarray:
    """The same thousand on every machine and every day."""
    return np.exp(NEARNESS * np.random.default_rng(SEED).standard_normal((NEARBY, len(WEIGHED))))


def _robust(winner: _Weighable, staying: Sequence[_Weighable], weights: Mapping[str, float]) -> float:
    """The share of nearby weightings by which the same one has the highest score."""
    if len(staying) == 1 or not weights:
        return 1.0
    given = np.array([weights.get(name, 0.0) for name in WEIGHED])
    values = np.array([[it.values.get(name, np.nan) for name in WEIGHED] for it in staying])
    known = ~np.isnan(values)
    near = _factors() * given
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = (near @ np.where(known, values, 0.0).T) / (near @ known.T)
    own = staying.index(winner)
    best = np.nanmax(np.where(np.isnan(scores), -np.inf, scores), axis=1)
    return float(np.mean(scores[:, own] >= best - 1e-9))


# --- words ------------------------------------------------------------------------------------------------------------


def _sentence(
    found: Verdict,
    winner: _Weighable | None,
    order: Sequence[_Weighable],
    weights: Mapping[str, float],
    preferences: Preferences,
    verdict: Judgement,
    robust: float | None,
    comparable: bool,
) -> str:
    staying = [it for it in order if not it.ruled_out]
    by = "By rank" if not weights else "By your weights" if comparable else "By price"
    result = _result(found, winner, staying, len(order), by)
    if comparable and staying and (weights or len(staying) == 1):
        result += _against_ranks(winner, verdict, staying, order)
    sentences = [f"{result}."]
    if preferences.weights and not comparable and len(staying) > 1:
        sentences.insert(0, "Their kinds differ, so of your weights only that of the price can count.")
    if robust is not None and len(staying) > 1 and len(weights) > 1:
        sentences.append(_how_robust(robust))
    sentences += [text for it in order for text in it.ruled_out]
    sentences += _gaps(staying)
    return " ".join(sentences)


def _result(found: Verdict, winner: _Weighable | None, staying: Sequence[_Weighable], count: int, by: str) -> str:
    if not staying:
        return f"{'Neither' if count == 2 else 'None of them'} meets what you need"
    if len(staying) == 1:
        return f"Only {staying[0].subject.name} meets what you need"
    together = names(it.subject for it in staying)
    if found == Verdict.NOT_COMPARABLE:
        return f"{together} are not comparable by rank, so none of them comes first"
    if found == Verdict.NOT_ENOUGH_EVIDENCE:
        blank = [it.subject for it in staying if it.score is None]
        if by == "By rank":
            return f"{names(blank)} {are(blank)} not ranked yet, so nobody comes first"
        return f"Nothing that counts here is known of {names(blank)}, so nobody comes first"
    scores = ", ".join(f"{it.subject.name} at {whole(it.score or 0.0)}" for it in staying)
    if winner is None:
        return f"{by} {together} are too close to tell apart ({scores})"
    return f"{by} {winner.subject.name} {'likely ' if found == Verdict.LIKELY_ABOVE else ''}comes first ({scores})"


def _against_ranks(
    winner: _Weighable | None, verdict: Judgement, staying: Sequence[_Weighable], order: Sequence[_Weighable]
) -> str:
    """What weights and needs change."""
    if verdict.outcome == Verdict.NOT_ENOUGH_EVIDENCE:
        return ""  # that nobody can tell by rank, the verdict says
    if verdict.winner is None:
        return "; by rank nobody is clearly first" if winner else ""
    first = next(it.subject for it in order if it.subject.slug == verdict.winner)
    if winner is not None and winner.subject is first:
        return f"; by rank {first.name} is first too"
    return f"; by rank {first.name} is first"


def _how_robust(robust: float) -> str:
    if robust >= 1:
        return "Every nearby weighting that was tried says the same."
    return f"Of nearby weightings {percent(min(robust, 0.99))} say the same."


def _gaps(staying: Sequence[_Weighable]) -> list[str]:
    """What weighed nothing for whom, because nobody knows it."""
    by_gap: dict[tuple[str, ...], list[Subject]] = {}
    for it in staying:
        if it.unknown:
            by_gap.setdefault(it.unknown, []).append(it.subject)
    return [
        f"Not known of {names(subjects)}, so not weighed there: {wording.listed(list(gap))}."
        for gap, subjects in by_gap.items()
    ]
