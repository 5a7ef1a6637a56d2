"""How well an artifact serves an intent: a sum of few parts, each kept so that an answer can say why.

Pure NumPy. Two parts compare the intent with what an artifact says of itself, three with what people asked when they
chose it. Each has a weight for an artifact that nobody chose yet and one for an artifact that very many did; between
them an artifact moves as choices gather. So text is trusted where there is nothing else, experience where there is,
and an artifact that is new is compared by its content with what is left of the others' content and what speaks for
them: being chosen for other things lowers an artifact as much as being chosen for this one lifts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranking.match.configuration import OF_CHOICES, OF_CONTENT, Configuration
from ranking.match.evidence import Evidence
from ranking.match.index import Index
from ranking.match.lexical import Floats, Rows, coverage
from ranking.match.parts import apart, least_apart

#: Up to so many past queries all are compared; beyond, the signs of their vectors choose which.
_ALL_PAST = 4000
_ROUGH = 512
#: How nearness by chance is spread where the catalog is too small to tell: of this many documents' weight.
_USUAL_MEAN, _USUAL_SPREAD, _USUAL_WEIGHT = 0.09, 0.085, 10


@dataclass(frozen=True)
class Asked:
    """A query as the engine sees it."""

    stems: tuple[str, ...]
    terms: NDArray[np.uint32]
    vector: NDArray[np.float32]
    #: How near documents are to it by chance: their mean and spread.
    by_chance: tuple[float, float]
    past: Past


@dataclass(frozen=True)
class Past:
    """The nearest past queries: pairs of the evidence, and how much each counts."""

    pairs: NDArray[np.int64]
    nearness: Floats
    votes: Floats
    #: Per slot its share of all votes, the votes of "nobody has asked this yet" among them.
    shares: Mapping[int, float]

    @property
    def nearest(self) -> float:
        return float(self.nearness.max()) if len(self.pairs) else 0.0


@dataclass(frozen=True)
class Scored:
    """Candidates, one per artifact, unordered. `parts` hold what each contributes, already weighted."""

    artifacts: NDArray[np.int64]
    rows: Rows
    scores: Floats
    parts: Mapping[str, Floats]
    people: Floats
    #: How much of their experience is with other intents, 0 to 1: so far their content has lost its weight.
    warmth: Floats
    #: As measured, for confidence: cosine, and share of the query's words by their rarity.
    nearness: Floats
    coverage: Floats


def by_chance(background: NDArray[np.float32], vector: NDArray[np.float32]) -> tuple[float, float]:
    found = (background @ vector).astype(np.float64)
    n = len(found)
    mean = (float(found.sum()) + _USUAL_WEIGHT * _USUAL_MEAN) / (n + _USUAL_WEIGHT)
    found -= mean
    square = float(found @ found) + _USUAL_WEIGHT * _USUAL_SPREAD**2
    return mean, max((square / (n + _USUAL_WEIGHT)) ** 0.5, 1e-3)


def past_of(evidence: Evidence, vector: NDArray[np.float32], configuration: Configuration) -> Past:
    if not len(evidence) or not vector.any():
        return Past(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), {})
    if len(evidence) <= _ALL_PAST:
        pairs = np.arange(len(evidence))
    else:
        pairs = least_apart(apart(evidence.signs, vector), _ROUGH)
    nearness = evidence.vectors[pairs] @ vector
    # A threshold instead of a count: equally near ones are all in, whatever their order.
    most = min(configuration.neighbours, len(pairs))
    least = -np.partition(-nearness, most - 1)[most - 1]
    near = nearness >= least
    pairs, nearness = pairs[near], nearness[near].astype(np.float64)
    votes = evidence.weights[pairs] * np.exp((nearness - 1) / configuration.temperature)
    unknown = np.exp((configuration.unknown_at - 1) / configuration.temperature)
    slots, places = np.unique(evidence.slots[pairs], return_inverse=True)
    shares = np.bincount(places, votes) / (votes.sum() + unknown)
    return Past(pairs, nearness, votes, dict(zip(slots.tolist(), shares.tolist(), strict=True)))


def scored(index: Index, asked: Asked, rows: Rows, configuration: Configuration) -> Scored:
    """Of each artifact with one of these rows its best row, and all that speaks for it."""
    nearness = index.nearness(rows, asked.vector).astype(np.float64)
    covered = index.coverage(rows, asked.terms)
    mean, spread = asked.by_chance
    meaning = (nearness - mean) / spread if asked.vector.any() else np.zeros(len(rows))
    content = {"words": covered, "meaning": meaning}
    artifacts = index.artifacts[rows].astype(np.int64)
    cold = sum(configuration.parts[name][0] * content[name] for name in OF_CONTENT)
    # The best row of each artifact: sorted by artifact, then best first, the first of each.
    order = np.lexsort((rows, -np.asarray(cold), artifacts))
    best = order[np.unique(artifacts[order], return_index=True)[1]]
    artifacts, rows = artifacts[best], rows[best]
    measured = {name: values[best] for name, values in content.items()}
    chosen, people, shares = of_choices(index.evidence, asked, artifacts, configuration)
    measured.update(chosen)
    # Chosen, and not for this: a choice for this very intent takes nothing from the content that speaks for it.
    # What many offerings share is known of each the less.
    half = configuration.half * index.offerings[artifacts]
    warmth = people / (people + half) * (1 - shares)
    parts = {}
    for name, values in measured.items():
        fresh, settled = configuration.parts[name]
        parts[name] = values * (fresh + (settled - fresh) * warmth)
    scores = np.asarray(sum(parts.values())) + configuration.standing * index.standings[artifacts]
    return Scored(artifacts, rows, scores, parts, people, warmth, nearness[best], covered[best])


def of_choices(
    evidence: Evidence, asked: Asked, artifacts: NDArray[np.int64], configuration: Configuration
) -> tuple[dict[str, Floats], Floats, Floats]:
    """What choices say of these artifacts, how many people made them, and which share of what is known of this intent
    they are; nothing, in numbers 0, of those that were never chosen."""
    found: dict[str, Floats] = {name: np.zeros(len(artifacts)) for name in OF_CHOICES}
    people: Floats = np.zeros(len(artifacts))
    shares: Floats = np.zeros(len(artifacts))
    slots = evidence.slot_of[artifacts]
    known = np.flatnonzero(slots >= 0)
    if not len(known):
        return found, people, shares
    slots = slots[known].astype(np.int64)
    people[known] = evidence.people[slots]
    # One person may err or jest: alone he counts half of what many say.
    voice = people[known] / (people[known] + 1)
    covered = coverage(evidence.asked, slots, asked.terms, evidence.frequencies)
    found["asked_words"][known] = covered * voice
    found["asked_meaning"][known] = (evidence.middles[slots] @ asked.vector - asked.by_chance[0]) * voice
    shares[known] = [asked.past.shares.get(int(slot), 0.0) for slot in slots]
    found["past_intents"][known] = voice * np.log((shares[known] + configuration.faint) / configuration.faint)
    found["chosen"][known] = voice
    return found, people, shares
