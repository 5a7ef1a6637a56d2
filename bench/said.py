"""What is said of the generated artifacts: prices, facts, benchmark results, readings, ranks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from bench.loading import insert
from bench.outline import DAY, WORDS, Outline
from catalog.choices import DataType, Kind, Lifecycle, Meter, Signal
from catalog.factsheet import FactSpec, facts_of
from catalog.models import (
    BenchmarkResult,
    CatalogState,
    Fact,
    Generation,
    Price,
    Reading,
    Standing,
)

PRICED = frozenset({Kind.MODEL, Kind.FINETUNE, Kind.API})
WEIGHTS = frozenset({Kind.MODEL, Kind.FINETUNE})
PROVIDERS = ("Anthill", "Bluefin", "Cartwheel", "Drift", "Ember", "Foxglove", "Gantry", "Harbour")
BENCHMARKS = (
    "Arithmetic",
    "Browsing",
    "Coding",
    "Dialogue",
    "Extraction",
    "Facts",
    "Grammar",
    "Hearing",
    "Images",
    "Logic",
)


def write_prices(c: Outline) -> dict[int, list[Price]]:
    """Written after being made as instances, so that the headline price is chosen by the function that does."""
    made: dict[int, list[Price]] = defaultdict(list)
    number = 0
    for pk, kind in zip(c.ids, c.kinds, strict=True):
        if kind in PRICED and c.percent(70):
            asked = [
                (provider, meter, Decimal(c.random.randrange(5, 3_000)) / 100, 1_000_000)
                for provider in c.random.sample(PROVIDERS, k=c.random.randint(1, 3))
                for meter in (Meter.INPUT_TOKENS, Meter.OUTPUT_TOKENS)
            ]
        elif c.percent(50):
            asked = [("Its publisher", Meter.DOWNLOAD, Decimal(0), 1)]
        elif c.percent(30):
            asked = [("Its publisher", Meter.SEAT_MONTH, Decimal(c.random.randrange(5, 100)), 1)]
        else:
            asked = []
        for provider, meter, amount, per in asked:
            number += 1
            made[pk].append(
                Price(
                    id=number,
                    artifact_id=pk,
                    provider=provider,
                    meter=meter,
                    amount=amount,
                    per=per,
                    source_id=c.source_of(pk),
                    retrieved_on=c.day(200),
                )
            )
    columns = ("id", "artifact_id", "provider", "meter", "amount", "per", "source_id", "retrieved_on")
    insert(Price, columns, ([getattr(price, name) for name in columns] for prices in made.values() for price in prices))
    return made


def write_facts(c: Outline) -> dict[int, int]:
    """How many facts of each artifact are disputed."""
    disputed: dict[int, int] = {}
    rows = []
    for pk, kind in zip(c.ids, c.kinds, strict=True):
        specs = facts_of(kind)
        inherited = [spec for spec in specs if spec.is_inherited]
        others = [spec for spec in specs if not spec.is_inherited]
        chosen = inherited + c.random.sample(others, k=min(len(others), c.random.randint(4, 8) - len(inherited)))
        is_disputed = chosen[-1].type == "integer" and c.percent(8)
        for spec in chosen:
            value = _value(c, spec, Random(f"{c.family_of(pk)} {spec.name}") if spec.is_inherited else c.random)
            disputes = is_disputed and spec is chosen[-1]
            rows.append((pk, spec.name, json.dumps(value), pk, c.day(100), True, disputes))
            if disputes:  # an older value of another source, far outside of every tolerance
                source = c.random.choice(c.shared_sources())
                rows.append((pk, spec.name, json.dumps(value * 2), source, c.today - 200 * DAY, False, True))
                disputed[pk] = 1
    insert(Fact, ("artifact_id", "name", "value", "source_id", "retrieved_on", "is_stated", "is_disputed"), rows)
    return disputed


def _value(c: Outline, spec: FactSpec, random: Random) -> Any:
    if spec.type == "integer":
        return random.randint(1, 4_000) * max(1, min(spec.maximum // 10_000, 1_000_000))
    if spec.type == "boolean":
        return random.random() < 0.5
    if spec.type == "date":
        return (c.today - random.randrange(30, 900) * DAY).isoformat()
    if spec.type == "types":
        return random.sample(DataType.values, k=2)
    if spec.type == "list":
        return random.sample(WORDS, k=3)
    return f"{random.choice(WORDS)} {random.randrange(100)}"


def write_results(c: Outline) -> None:
    listings = c.of_kind[Kind.BENCHMARK]
    insert(
        BenchmarkResult,
        ("artifact_id", "benchmark", "benchmark_artifact_id", "score", "metric", "measured_on", "source_id"),
        (
            (
                pk,
                benchmark,
                c.random.choice(listings) if listings and c.percent(50) else None,
                Decimal(c.random.randrange(1_000)) / 10,
                "accuracy",
                c.day(600),
                c.source_of(pk),
            )
            for kind in sorted(WEIGHTS)
            for pk in c.of_kind[kind]
            for benchmark in c.random.sample(BENCHMARKS, k=c.random.randint(0, 5))
        ),
    )


def write_readings(c: Outline) -> None:
    """Two signals over six months for most."""
    moments = [c.now.replace(hour=0, minute=0, second=0, microsecond=0) - n * 30 * DAY for n in range(6, 0, -1)]

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk, kind in zip(c.ids, c.kinds, strict=True):
            if not c.percent(70):
                continue
            is_on_hub = kind in WEIGHTS or kind == Kind.DATASET
            source = c.shared_sources()[pk % 3]
            for signal in (Signal.LIKES, Signal.DOWNLOADS_MONTH) if is_on_hub else (Signal.STARS, Signal.FORKS):
                value = c.random.paretovariate(0.8) * 10
                for n, moment in enumerate(moments):
                    yield pk, signal, float(int(value * (1 + n * c.random.random() / 5))), moment, source

    insert(Reading, ("artifact_id", "signal", "value", "observed_at", "source_id"), rows())


def write_standings(c: Outline) -> None:
    insert(Generation, ("id", "number", "formula_version", "built_at"), [(1, 1, "1", c.now)])

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk, lifecycle in zip(c.ids, c.lifecycles, strict=True):
            if lifecycle in (Lifecycle.PUBLISHED, Lifecycle.DEPRECATED) and c.percent(80):
                score = min(100.0, max(0.0, c.random.gauss(50, 15)))
                half = c.random.uniform(2, 12)
                parts = [min(100.0, max(0.0, c.random.gauss(50, 20))) for _ in range(5)]
                yield (
                    1,
                    pk,
                    score,
                    max(0.0, score - half),
                    min(100.0, score + half),
                    c.random.uniform(0, 100),
                    0.6,
                    *parts,
                )

    insert(
        Standing,
        (
            "generation_id",
            "artifact_id",
            "score",
            "low",
            "high",
            "percentile",
            "coverage",
            "adoption",
            "quality",
            "ecosystem",
            "match",
            "freshness",
        ),
        rows(),
    )
    insert(
        CatalogState,
        ("id", "version", "changed_at", "live_generation_id", "related_version"),
        [(1, 1, c.now, 1, 0)],
    )
