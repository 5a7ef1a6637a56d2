"""The demo shows every sort of rank: well founded and thin, tied, held back, not there yet; with half a year of it."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.models import Artifact, Generation, Standing
from ranking.configurations import formula_of, live_configuration
from ranking.models import Hold, HoldReason, Snapshot
from ranking.scoring import ties

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    call_command("demo", stdout=StringIO())


def test_ranks_of_the_demo_are_of_every_sort(demo: None) -> None:
    """Nearly everything has one, some wait for evidence of a second family; coverage runs from under half to all; two
    ranks tie; a burst and a reading out of all proportion wait for an editor."""
    public = Artifact.objects.filter(lifecycle__in=PUBLIC_LIFECYCLES)
    ranked = {row.artifact_id: row for row in Standing.objects.select_related("artifact")}
    waiting = [artifact.slug for artifact in public if artifact.pk not in ranked]
    assert 5 <= len(waiting) <= 10
    assert sum(row.artifact.kind == "model" for row in ranked.values()) >= 20
    assert all(row.percentile is not None for row in ranked.values() if row.artifact.kind == "model")
    assert sum(artifact.kind == "mcp" and artifact.pk not in ranked for artifact in public) <= 2
    coverage = [row.coverage for row in ranked.values()]
    assert min(coverage) < 0.5
    assert max(coverage) == pytest.approx(1)

    standing = {row.artifact.slug: ties.Standing(row.score, row.low, row.high) for row in ranked.values()}
    formula = formula_of(live_configuration(now=timezone.now()))
    first, second = standing["gpt-oss-120b"], standing["flux-1-dev"]
    assert ties.outcome(ties.probability_above(first, second, formula), formula) == ties.Outcome.TIE

    found = {(hold.artifact.slug, hold.reason) for hold in Hold.objects.select_related("artifact")}
    assert found == {("awesome-mcp-servers", HoldReason.BURST), ("exa-mcp", HoldReason.LEAP)}


def test_there_is_half_a_year_of_snapshots_and_twice_changes_nothing(demo: None) -> None:
    weeks, generations = Snapshot.objects.values("on").distinct().count(), Generation.objects.count()
    assert (weeks, generations) == (27, 1)
    rows = Snapshot.objects.count()
    call_command("demo", stdout=StringIO())
    assert (Snapshot.objects.count(), Generation.objects.count()) == (rows, 1)
