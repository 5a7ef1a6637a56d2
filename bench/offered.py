"""What the generated artifacts offer, and what speaks for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef

from bench.loading import insert
from bench.outline import Outline
from catalog.choices import DataType, Direction, Frequency
from catalog.models import (
    Contrast,
    Evidence,
    Offering,
)


def write_offerings(c: Outline) -> tuple[np.ndarray, dict[int, set[tuple[str, str]]]]:
    """How many offerings each artifact has, and which types its offerings take and give."""
    artifacts, capabilities = _offered_pairs(c)
    count = len(artifacts)
    counts = np.bincount(artifacts, minlength=c.sizes.artifacts + 1)
    positions = np.arange(count) - np.searchsorted(artifacts, artifacts)
    titles = c.variants(lambda: c.sentence(4, 8)[:-1])
    descriptions = c.variants(lambda: f"{c.sentence(14, 24)} {c.sentence(12, 20)}")
    uniques = ["", *c.variants(lambda: c.sentence(10, 16))]
    intents = c.variants(lambda: [c.words(4, 7) for _ in range(3)], is_json=True)
    phrases = c.variants(lambda: [c.words(2, 5) for _ in range(c.random.randint(1, 2))], is_json=True)
    failures = ["[]", *c.variants(lambda: _failure_modes(c), is_json=True)]
    typed = [sorted(c.random.sample(DataType.values, k=c.random.choice((1, 1, 2)))) for _ in range(60)]
    types = [json.dumps(some) for some in typed]

    def some(pool: list[Any]) -> list[int]:
        return c.numbers.integers(len(pool), size=count).tolist()

    inputs, outputs = some(typed), some(typed)
    columns = (
        "id",
        "artifact_id",
        "capability_id",
        "position",
        "title",
        "description",
        "unique",
        "intents",
        "best_for",
        "limitations",
        "requires",
        "failure_modes",
        "input_types",
        "output_types",
    )
    rows = zip(
        range(1, count + 1),
        artifacts.tolist(),
        capabilities.tolist(),
        positions.tolist(),
        some(titles),
        some(descriptions),
        some(uniques),
        some(intents),
        some(phrases),
        some(phrases),
        some(phrases),
        some(failures),
        inputs,
        outputs,
        strict=True,
    )
    pools = (titles, descriptions, uniques, intents, phrases, phrases, phrases, failures, types, types)
    insert(Offering, columns, ([*row[:4], *(pool[i] for pool, i in zip(pools, row[4:], strict=True))] for row in rows))

    gathered: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for pk, taken, given in zip(artifacts.tolist(), inputs, outputs, strict=True):
        gathered[pk].update((Direction.INPUT.value, one) for one in typed[taken])
        gathered[pk].update((Direction.OUTPUT.value, one) for one in typed[given])
    _write_evidence(c, artifacts)
    return counts, gathered


def _offered_pairs(c: Outline) -> tuple[np.ndarray, np.ndarray]:
    """Which artifact offers which capability, each pair once: both sides skewed."""
    s = c.sizes
    popularity = 1 / (np.arange(s.capabilities) + 10) ** 0.9
    breadth = c.numbers.lognormal(0, 0.6, s.artifacts)
    keys = np.arange(s.artifacts) * s.capabilities + c.numbers.choice(s.capabilities, s.artifacts)  # at least one each
    while len(keys) < s.offerings:
        missing = int((s.offerings - len(keys)) * 1.3) + 100
        artifacts = c.numbers.choice(s.artifacts, missing, p=breadth / breadth.sum())
        capabilities = c.numbers.choice(s.capabilities, missing, p=popularity / popularity.sum())
        found = np.setdiff1d(artifacts * s.capabilities + capabilities, keys)
        keys = np.concatenate([keys, c.numbers.permutation(found)[: s.offerings - len(keys)]])
    keys = np.sort(keys)
    return keys // s.capabilities + 1, keys % s.capabilities + 1


def _failure_modes(c: Outline) -> list[dict[str, str]]:
    return [
        {
            "mode": c.sentence(4, 8)[:-1],
            "frequency": c.random.choice(Frequency.values),
            "mitigation": c.sentence(4, 8),
        }
    ]


def _write_evidence(c: Outline, artifacts: np.ndarray) -> None:
    """Some 1.1 per offering; a tenth of the offerings stand against a named alternative."""
    quotes = c.variants(lambda: c.sentence(8, 14))
    numbers = [n for n, share in ((0, 15), (1, 60), (2, 25)) for _ in range(share)]

    def rows() -> Iterator[tuple[Any, ...]]:
        for offering, pk in enumerate(artifacts.tolist(), start=1):
            for n in range(c.random.choice(numbers)):
                source = pk if n == 0 else c.random.choice(c.shared_sources())
                yield offering, source, c.random.choice(quotes), c.day(700)

    insert(Evidence, ("offering_id", "source_id", "quote", "dated_on"), rows())
    shown = Exists(Evidence.objects.filter(offering=OuterRef("pk")))
    Offering.objects.filter(shown).update(has_evidence=True)  # as catalog/derived.py does for what is saved
    contrasted = c.numbers.choice(len(artifacts), len(artifacts) // 10, replace=False).tolist()
    insert(
        Contrast,
        ("offering_id", "artifact_id", "text"),
        [
            (i + 1, other, c.random.choice(quotes))
            for i in contrasted
            if (other := c.random.choice(c.ids)) != int(artifacts[i])
        ],
    )
