"""What would be left pointing at an artifact that is withdrawn: asked before, so that nobody is surprised after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import F

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.models import Artifact, BenchmarkResult, Contrast, Lineage

MOST = 50  # named of each sort; beyond it, their number says enough


@dataclass(frozen=True)
class Pointer:
    artifact: Artifact
    how: str


def pointing_at(artifact: Artifact) -> list[Pointer]:
    """Public artifacts whose pages name this one, and how."""
    return list(dict.fromkeys(pointer for _, pointer in _pointers([artifact.pk], most=MOST)))


def pointing_at_each(ids: Collection[int]) -> dict[int, list[Pointer]]:
    """The same for many, in as many queries as for one."""
    found: dict[int, dict[Pointer, None]] = defaultdict(dict)
    for pk, pointer in _pointers(ids, most=None):
        found[pk][pointer] = None
    return {pk: list(pointers) for pk, pointers in found.items()}


def _pointers(ids: Collection[int], *, most: int | None) -> Iterator[tuple[int, Pointer]]:
    """Key of the one pointed at, and what points; `most` of each sort."""
    public = {"artifact__lifecycle__in": PUBLIC_LIFECYCLES}
    deprecated = Artifact.objects.public().filter(deprecated_by__in=ids).order_by("sort_name", "id")
    for other in deprecated[:most]:
        yield other.deprecated_by_id or 0, Pointer(other, "is deprecated in favour of it")
    lineage = Lineage.objects.filter(parent__in=ids, **public).select_related("artifact").order_by("id")
    for line in lineage[:most]:
        yield line.parent_id, Pointer(line.artifact, f"is {line.get_relation_display().lower()} it")
    contrasts = (
        Contrast.objects.filter(artifact__in=ids, offering__artifact__lifecycle__in=PUBLIC_LIFECYCLES)
        .exclude(offering__artifact=F("artifact"))
        .select_related("offering__artifact")
        .order_by("id")
    )
    for contrast in contrasts[:most]:
        yield contrast.artifact_id, Pointer(contrast.offering.artifact, "is set against it")
    results = (
        BenchmarkResult.objects.filter(benchmark_artifact__in=ids, **public)
        .exclude(artifact=F("benchmark_artifact"))
        .select_related("artifact")
        .order_by("id")
    )
    for result in results[:most]:
        yield result.benchmark_artifact_id or 0, Pointer(result.artifact, "has a result of it")
