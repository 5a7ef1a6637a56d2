"""The engine's numbers: data of a version, so that an answer can be told from one that was given before they changed.

`bench/match_confidence.py` fits the last ones and prints them in this form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "configurations"
#: What a score is made of, in the order in which a reader is told.
PARTS = ("words", "meaning", "asked_words", "asked_meaning", "past_intents", "chosen")
OF_CONTENT, OF_CHOICES = PARTS[:2], PARTS[2:]


@dataclass(frozen=True)
class Configuration:
    version: str
    #: So many people per offering have to have chosen an artifact until its weights stand midway between the two.
    half: float
    #: Of each part its weight for an artifact that nobody chose yet, and for one that very many did.
    parts: Mapping[str, tuple[float, float]]
    #: What the best-ranked artifact has before the last: enough for ties.
    standing: float
    # Past intents: how fast one counts less with distance, how many count, from which nearness on an intent counts as
    # known, and below which share an artifact's part of them is noise.
    temperature: float
    neighbours: int
    unknown_at: float
    faint: float
    # The most one actor says for one artifact, and in all.
    per_artifact: float
    per_actor: float
    # Up to so many documents all are scored; beyond, these many candidates by each way.
    everything: int
    by_words: int
    by_meaning: int
    by_choices: int
    #: Logistic weights of `confidence.MEASURES`, for "one of the first five serves" and "the first is the one".
    fits: tuple[float, ...]
    first: tuple[float, ...]
    #: Below this chance that anything fits the engine says that nothing does.
    abstain: float


def configuration_in(text: str) -> Configuration:
    found: dict[str, Any] = json.loads(text)
    parts = {name: (float(found["parts"][name][0]), float(found["parts"][name][1])) for name in PARTS}
    return Configuration(**{**found, "parts": parts, "fits": tuple(found["fits"]), "first": tuple(found["first"])})


@cache
def shipped(version: str = "2") -> Configuration:
    return configuration_in((FOLDER / f"{version}.json").read_text())


def without(configuration: Configuration, *parts: str) -> Configuration:
    """As if these parts did not exist: what each is worth is told by leaving it out."""
    from dataclasses import replace

    weights = {name: (0.0, 0.0) if name in parts else pair for name, pair in configuration.parts.items()}
    return replace(configuration, parts=weights)
