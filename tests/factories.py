"""Plain functions that make rows for tests: everything has a default, and every default can be overridden."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from django.utils import timezone

from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    CatalogState,
    Category,
    Contrast,
    Evidence,
    Fact,
    Generation,
    Identifier,
    Lineage,
    Offering,
    Price,
    Publisher,
    Reading,
    Source,
    Standing,
)

_numbers = count(1)


def make_publisher(**overrides: Any) -> Publisher:
    number = next(_numbers)
    return Publisher.objects.create(**{"slug": f"publisher-{number}", "name": f"Publisher {number}", **overrides})


def make_category(**overrides: Any) -> Category:
    number = next(_numbers)
    return Category.objects.create(**{"slug": f"category-{number}", "name": f"Category {number}", **overrides})


def make_capability(**overrides: Any) -> Capability:
    number = next(_numbers)
    defaults = {"key": f"test.capability-{number}", "slug": f"capability-{number}", "name": f"Capability {number}"}
    return Capability.objects.create(**{**defaults, **overrides})


def make_artifact(**overrides: Any) -> Artifact:
    """A published model, unless told otherwise."""
    number = next(_numbers)
    categories = overrides.pop("categories", ())
    defaults = {
        "slug": f"artifact-{number}",
        "name": f"Artifact {number}",
        "kind": "model",
        "tagline": "Does one thing",
        "description": "It does *one* thing.",
        "lifecycle": "published",
        "published_at": timezone.now(),
    }
    artifact = Artifact.objects.create(**{**defaults, **overrides})
    artifact.categories.set(categories)
    return artifact


def make_offering(**overrides: Any) -> Offering:
    defaults = {
        "title": "Does it well",
        "description": "It does this well.",
        "input_types": ["text"],
        "output_types": ["text"],
    }
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    if "capability" not in overrides:
        overrides["capability"] = make_capability()
    return Offering.objects.create(**{**defaults, **overrides})


def make_source(**overrides: Any) -> Source:
    number = next(_numbers)
    defaults = {
        "slug": f"source-{number}",
        "title": f"Source {number}",
        "url": f"https://example.org/{number}",
        "kind": "documentation",
    }
    return Source.objects.create(**{**defaults, **overrides})


def make_evidence(**overrides: Any) -> Evidence:
    if "offering" not in overrides:
        overrides["offering"] = make_offering()
    if "source" not in overrides:
        overrides["source"] = make_source()
    return Evidence.objects.create(**{"quote": "It does.", "dated_on": dt.date(2026, 5, 31), **overrides})


def make_fact(**overrides: Any) -> Fact:
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    if "source" not in overrides:
        overrides["source"] = make_source()
    return Fact.objects.create(**{"name": "context_window", "value": 32_768, **overrides})


def make_price(**overrides: Any) -> Price:
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    if "source" not in overrides:
        overrides["source"] = make_source()
    defaults = {"provider": "Provider", "meter": "input_tokens", "amount": "2.00", "per": 1_000_000}
    return Price.objects.create(**{**defaults, **overrides})


def make_reading(**overrides: Any) -> Reading:
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    if "source" not in overrides:
        overrides["source"] = make_source()
    defaults = {"signal": "likes", "value": 100.0, "observed_at": dt.datetime(2026, 5, 31, tzinfo=dt.UTC)}
    return Reading.objects.create(**{**defaults, **overrides})


def make_alias(**overrides: Any) -> Alias:
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    return Alias.objects.create(**{"slug": f"alias-{next(_numbers)}", **overrides})


def make_identifier(**overrides: Any) -> Identifier:
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    value = overrides.get("value", f"owner/name-{next(_numbers)}")
    return Identifier.objects.create(**{"scheme": "huggingface", "value": value, "key": value.casefold(), **overrides})


def make_contrast(**overrides: Any) -> Contrast:
    if "offering" not in overrides:
        overrides["offering"] = make_offering()
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    return Contrast.objects.create(**{"text": "Slower, and more thorough.", **overrides})


def make_result(**overrides: Any) -> BenchmarkResult:
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    if "source" not in overrides:
        overrides["source"] = make_source()
    defaults = {"benchmark": "MT-Bench", "score": "8.30", "metric": "score of 10", "measured_on": dt.date(2023, 12, 11)}
    return BenchmarkResult.objects.create(**{**defaults, **overrides})


def make_lineage(**overrides: Any) -> Lineage:
    for name in ("artifact", "parent"):
        if name not in overrides:
            overrides[name] = make_artifact()
    return Lineage.objects.create(**{"relation": "derived_from", **overrides})


def make_generation(**overrides: Any) -> Generation:
    """A generation of ranks, live at once."""
    now = timezone.now()
    defaults = {"number": next(_numbers), "formula_version": "1", "built_at": now}
    generation = Generation.objects.create(**{**defaults, **overrides})
    CatalogState.objects.update_or_create(pk=1, defaults={"live_generation": generation})
    return generation


def make_standing(**overrides: Any) -> Standing:
    if "generation" not in overrides:
        overrides["generation"] = make_generation()
    if "artifact" not in overrides:
        overrides["artifact"] = make_artifact()
    defaults = {"score": 57.0, "low": 51.0, "high": 63.0, "percentile": 80.0, "coverage": 0.7, "adoption": 60.0}
    return Standing.objects.create(**{**defaults, **overrides})
