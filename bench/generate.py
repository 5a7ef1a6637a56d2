"""A large catalog out of one seed: what the pages are measured on. The same seed and sizes give the same catalog.

Shapes follow the demo catalog (how long texts are, how many facts a kind has), numbers follow the arguments: kinds and
capabilities are skewed as in real catalogs, a few popular ones and a long tail. Derived columns are written as
catalog.derived would; tests/bench holds the two against each other.
"""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
from django.utils import timezone

from bench.loading import analyze, insert, loading
from bench.offered import write_offerings
from bench.outline import DAY, Outline, Sizes
from bench.said import WEIGHTS, write_facts, write_prices, write_readings, write_results, write_standings
from catalog.choices import Kind, Lifecycle, Relation, SourceKind
from catalog.derived import headline_of, licence_class_of, price_class_of
from catalog.identity import identity_key
from catalog.models import (
    Alias,
    Artifact,
    ArtifactType,
    Capability,
    Category,
    Identifier,
    Lineage,
    Price,
    Publisher,
    Source,
    Synonym,
)
from catalog.models.fields import sort_key
from catalog.relating import relate

LICENCES = (
    *("Apache-2.0",) * 6,
    *("MIT",) * 6,
    *("",) * 4,
    "BSD-3-Clause",
    "CC-BY-4.0",
    "GPL-3.0-only",
    "AGPL-3.0-only",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "LicenseRef-Community-Licence",
    "MIT OR Apache-2.0",
)
GROUPS = (
    "agent",
    "audio",
    "code",
    "comms",
    "data",
    "dev",
    "document",
    "eval",
    "files",
    "hub",
    "image",
    "interface",
    "knowledge",
    "learn",
    "reasoning",
    "search",
)


def generate(sizes: Sizes, *, now: dt.datetime | None = None) -> None:
    """Fills an empty, migrated database."""
    c = Outline(sizes, now or timezone.now())
    with loading():
        write_vocabulary(c)
        write_sources(c)
        write_lineage(c)
        prices, disputed = write_prices(c), write_facts(c)
        offerings, types = write_offerings(c)
        write_artifacts(c, prices, disputed, offerings, types)
        write_results(c)
        write_readings(c)
        write_standings(c)
    relate(is_forced=True)
    analyze()


def write_vocabulary(c: Outline) -> None:
    s = c.sizes
    insert(
        Category,
        ("id", "slug", "name", "description"),
        [(i, f"category-{i}", f"{c.words(1, 2).capitalize()} {i}", c.sentence()) for i in range(1, s.categories + 1)],
    )
    names = {i: f"{c.words(1, 3).capitalize()} {i}" for i in range(1, s.capabilities + 1)}
    insert(
        Capability,
        ("id", "key", "slug", "name", "sort_name", "description", "broader_id"),
        [
            (
                i,
                f"{GROUPS[i % len(GROUPS)]}.capability-{i}",
                f"capability-{i}",
                name,
                sort_key(name),
                c.sentence(),
                c.random.randrange(1, i) if i > 10 and c.percent(40) else None,
            )
            for i, name in names.items()
        ],
    )
    synonyms = [(i, f"{c.words(1, 2)} {i} {n}") for i in names for n in range(2)]
    insert(Synonym, ("capability_id", "text", "key"), [(i, text, sort_key(text)) for i, text in synonyms])
    insert(
        Publisher,
        ("id", "slug", "name", "homepage"),
        [
            (i, f"publisher-{i}", f"{c.words(1, 2).title()} {i}", f"https://publisher-{i}.example/")
            for i in range(1, s.publishers + 1)
        ],
    )


def write_sources(c: Outline) -> None:
    """One of its own per artifact, under the artifact's id; those shared by many come after."""
    shared_kinds = (
        SourceKind.REGISTRY,
        SourceKind.REGISTRY,
        SourceKind.PAPER,
        SourceKind.REPORT,
        SourceKind.MEASUREMENT,
    )
    own = [
        (
            pk,
            f"source-{pk}",
            f"Documentation of artifact {pk}",
            f"https://docs.example/{pk}",
            c.publisher_of(pk),
            SourceKind.CODE if pk % 3 == 0 else SourceKind.DOCUMENTATION,
        )
        for pk in c.ids
    ]
    shared = [
        (
            pk,
            f"source-{pk}",
            c.sentence(3, 6),
            f"https://registry.example/{pk}",
            c.publisher_of(pk),
            shared_kinds[pk % 5],
        )
        for pk in c.shared_sources()
    ]
    insert(Source, ("id", "slug", "title", "url", "publisher_id", "kind"), [*own, *shared])


def write_lineage(c: Outline) -> None:
    rows: dict[tuple[int, str, int], tuple[bool]] = {}
    for kind in (Kind.MODEL, Kind.FINETUNE, Kind.DATASET):
        for pk in c.of_kind[kind]:
            models, datasets = c.of_kind[Kind.MODEL], c.of_kind[Kind.DATASET]
            # A few models are the base of very many. An ancestor has the smaller id, so that no circle comes about.
            parent = models[int(len(models) * c.random.random() ** 3)]
            if kind != Kind.DATASET and parent < pk and c.percent(90 if kind == Kind.FINETUNE else 10):
                c.parents[pk] = parent
                rows[pk, Relation.DERIVED_FROM, parent] = (True,)
            if kind != Kind.DATASET and datasets and c.percent(20):
                rows[pk, Relation.TRAINED_ON, c.random.choice(datasets)] = (True,)
    insert(
        Lineage,
        ("artifact_id", "relation", "parent_id", "source_id"),
        [(pk, relation, parent, c.source_of(pk)) for pk, relation, parent in rows if pk != parent],
    )


def write_artifacts(
    c: Outline,
    prices: dict[int, list[Price]],
    disputed: dict[int, int],
    offerings: np.ndarray,
    types: dict[int, set[tuple[str, str]]],
) -> None:
    rows, identifiers, aliases, shelves = [], [], [], []
    paragraphs = c.variants(lambda: " ".join(c.sentence() for _ in range(4)))
    for pk, kind, lifecycle in zip(c.ids, c.kinds, c.lifecycles, strict=True):
        name = f"{c.words(1, 3).title()} {pk}"
        licence = c.random.choice(LICENCES)
        headline = headline_of(prices.get(pk, []))
        ids = {"huggingface": f"publisher-{c.publisher_of(pk)}/Artifact-{pk}"}
        if kind not in WEIGHTS and kind != Kind.DATASET:
            ids = {"repository": f"https://code.example/publisher-{c.publisher_of(pk)}/artifact-{pk}"}
        identifiers += [(pk, scheme, value, identity_key(scheme, value)) for scheme, value in ids.items()]
        aliases += [(f"formerly-{pk}", pk)] if c.percent(5) else []
        shelves += [
            (pk, category) for category in c.random.sample(range(1, c.sizes.categories + 1), k=c.random.randint(1, 3))
        ]
        is_hidden = lifecycle in (Lifecycle.DRAFT, Lifecycle.IN_REVIEW)
        verified = c.now + c.random.randrange(-10, 90) * DAY if c.percent(5) else None
        # Each has its own text: what a page renders once and keeps must not be kept for all of them.
        description = f"Of artifact {pk}. {c.random.choice(paragraphs)}\n\n- {c.sentence()}\n- {c.sentence()}\n\n"
        rows.append(
            (
                pk,
                f"artifact-{pk}",
                name,
                sort_key(name),
                kind,
                c.sentence(5, 10)[:150],
                f"{description}{c.random.choice(paragraphs)} *{c.words(2, 4)}* and `{c.words(1, 1)}`.",
                c.publisher_of(pk) if c.percent(95) else None,
                licence,
                f"https://artifact-{pk}.example/",
                ids.get("repository", ""),
                lifecycle,
                1 if lifecycle == Lifecycle.DEPRECATED and pk > 1 else None,
                "It is gone." if lifecycle == Lifecycle.WITHDRAWN else "",
                None if is_hidden else c.now - c.random.randrange(1, 900 * 24) * DAY / 24,
                c.now - c.random.randrange(1, 200 * 24) * DAY / 24,
                licence_class_of(licence),
                price_class_of(price.amount for price in prices.get(pk, [])),
                int(offerings[pk]),
                disputed.get(pk, 0),
                json.dumps(ids),
                headline.pk if headline else None,
                1,
                verified,
            )
        )
    columns = (
        "id",
        "slug",
        "name",
        "sort_name",
        "kind",
        "tagline",
        "description",
        "publisher_id",
        "licence",
        "homepage",
        "repository",
        "lifecycle",
        "deprecated_by_id",
        "withdrawn_reason",
        "published_at",
        "facts_changed_at",
        "licence_class",
        "price_class",
        "offering_count",
        "disputed_count",
        "identifiers",
        "headline_price_id",
        "listed_version",
        "verified_until",
    )
    insert(Artifact, columns, rows)
    insert(Identifier, ("artifact_id", "scheme", "value", "key"), identifiers)
    insert(Alias, ("slug", "artifact_id"), aliases)
    insert(Artifact.categories.through, ("artifact_id", "category_id"), shelves)
    insert(
        ArtifactType,
        ("artifact_id", "direction", "data_type"),
        ((pk, direction, data_type) for pk in c.ids for direction, data_type in sorted(types[pk])),
    )
