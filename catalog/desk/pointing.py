"""What would be left pointing at an artifact that is withdrawn: asked before, so that nobody is surprised after."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.models import Artifact, BenchmarkResult, Contrast, Lineage

MOST = 50  # named of each sort; beyond it, their number says enough


@dataclass(frozen=True)
class Pointer:
    artifact: Artifact
    how: str


def pointing_at(artifact: Artifact) -> list[Pointer]:
    """Public artifacts whose pages name this one, and how."""
    public = {"artifact__lifecycle__in": PUBLIC_LIFECYCLES}
    found = [
        Pointer(other, "is deprecated in favour of it")
        for other in Artifact.objects.public().filter(deprecated_by=artifact).order_by("sort_name", "id")[:MOST]
    ]
    lineage = Lineage.objects.filter(parent=artifact, **public).select_related("artifact").order_by("id")
    found += [Pointer(row.artifact, f"is {row.get_relation_display().lower()} it") for row in lineage[:MOST]]
    contrasts = (
        Contrast.objects.filter(artifact=artifact, offering__artifact__lifecycle__in=PUBLIC_LIFECYCLES)
        .exclude(offering__artifact=artifact)
        .select_related("offering__artifact")
        .order_by("id")
    )
    found += [Pointer(row.offering.artifact, "is set against it") for row in contrasts[:MOST]]
    results = (
        BenchmarkResult.objects.filter(benchmark_artifact=artifact, **public)
        .exclude(artifact=artifact)
        .select_related("artifact")
        .order_by("id")
    )
    found += [Pointer(row.artifact, "has a result of it") for row in results[:MOST]]
    return list(dict.fromkeys(found))
