"""Whatever was edited, every version can be had again: the digest is the one that stood there then."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from catalog.changes import change
from catalog.desk.restoring import restore
from catalog.digest import catalog_digest
from catalog.models import Contrast, Evidence
from catalog.publishing import rename_slug
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_category,
    make_contrast,
    make_evidence,
    make_fact,
    make_identifier,
    make_lineage,
    make_offering,
    make_price,
    make_result,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(8))
def test_after_any_edits_every_version_can_be_had_again(seed: int) -> None:
    """Twenty edits at random, then each version in random order: the digest is the one that stood there then."""
    chance = Random(seed)
    artifact = make_artifact(lifecycle="draft", published_at=None)
    shelves = [make_category() for _ in range(3)]
    words, sources = [make_capability() for _ in range(3)], [make_source() for _ in range(3)]
    others = [make_artifact() for _ in range(2)]
    numbers = count(1)

    def add() -> None:
        number, source = next(numbers), chance.choice(sources)
        free = [one for one in words if not artifact.offerings.filter(capability=one).exists()]
        offering = artifact.offerings.first()
        makers: list[Any] = [
            lambda: (
                make_fact(artifact=artifact, source=source, name="version", value=f"{number}", origin="editor")
                if not artifact.facts.filter(source=source).exists()
                else None
            ),
            lambda: make_price(artifact=artifact, source=source, provider=f"Provider {number}"),
            lambda: make_result(artifact=artifact, source=source, benchmark=f"Benchmark {number}"),
            lambda: make_alias(artifact=artifact),
            lambda: make_identifier(artifact=artifact),
            lambda: make_offering(artifact=artifact, capability=free[0]) if free else None,
            lambda: make_evidence(offering=offering, source=source, quote=f"{number}") if offering else None,
            lambda: (
                make_contrast(offering=offering, artifact=others[0], text=f"{number}")
                if offering and not offering.contrasts.exists()
                else None
            ),
            lambda: make_lineage(artifact=artifact, parent=others[1]) if not artifact.lineage.exists() else None,
        ]
        chance.choice(makers)()

    def own() -> list[Any]:
        sets: list[Any] = [
            artifact.facts, artifact.prices, artifact.benchmark_results, artifact.aliases, artifact.identifier_rows,
            artifact.offerings, artifact.lineage, Evidence.objects.filter(offering__artifact=artifact),
            Contrast.objects.filter(offering__artifact=artifact),
        ]  # fmt: skip
        return [row for some in sets for row in some.all()]

    def edit() -> None:
        row = chance.choice([*own(), artifact])
        for name in ("tagline", "tier", "detail", "version", "title", "quote", "text", "condition"):
            if hasattr(row, name):
                setattr(row, name, f"Take {next(numbers)}")
        row.save()

    def remove() -> None:
        if rows := own():
            chance.choice(rows).delete()

    def shelve() -> None:
        artifact.categories.set(chance.sample(shelves, chance.randrange(4)))

    def move() -> None:
        artifact.refresh_from_db()
        rename_slug(artifact, f"moved-{seed}-{next(numbers)}")

    stood = []
    for _ in range(20):
        with change(why="An edit."):
            for _ in range(chance.randrange(1, 4)):
                chance.choice([add, add, edit, edit, remove, shelve, move])()
        stood.append((timezone.now(), catalog_digest()))
    chance.shuffle(stood)
    for at, digest in stood:
        if catalog_digest() != digest:
            restore(artifact, at, why="To see whether it works.")
        assert catalog_digest() == digest
