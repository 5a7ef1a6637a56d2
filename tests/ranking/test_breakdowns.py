"""What explains a rank comes out of the database as it went in."""

from __future__ import annotations

import numpy as np
import pytest

from ranking import generations
from ranking.breakdowns import ROW, unpacked
from ranking.computing import ranked
from ranking.configurations import live_configuration
from ranking.loading import moment
from ranking.models import Breakdown
from ranking.scoring.formula import UNITS
from tests.ranking.conftest import NOW, make_ranked

pytestmark = pytest.mark.django_db


def test_every_number_is_kept_as_exactly_as_it_is_shown() -> None:
    make_ranked(5)
    generations.build(now=NOW)
    (kind,) = ranked(moment(now=NOW), live_configuration(now=NOW))
    scores, place_of = kind.scores, {name: place for place, name in enumerate(kind.scores.signals)}
    rows = Breakdown.objects.order_by("artifact")
    assert [row.artifact_id for row in rows] == kind.evidence.artifacts.tolist()
    for at, row in enumerate(rows):
        points = unpacked(row).points
        assert len(points) * ROW.itemsize == len(row.points or b"")
        for point in points:
            place = place_of[point.signal]
            assert point.points == scores.points[at, place]
            assert point.points_now == pytest.approx(scores.today.points[at, place], abs=1 / UNITS)
            assert point.weight == pytest.approx(scores.weights[at, place], abs=1e-6)
            assert point.z_now == pytest.approx(scores.today.agreed.z[at, place], abs=1e-5)
            observed = scores.today.agreed.observed[at, place]
            assert (point.z_observed is None) == np.isnan(observed)
            assert point.estimated == (point.value is None) == (point.source_id is None) == (point.on is None)
            if not point.estimated:
                assert point.z_observed == pytest.approx(observed, abs=1e-5)
                assert point.value == pytest.approx(scores.today.values[place].value[at], rel=1e-8)


def test_a_breakdown_from_before_there_were_bytes_says_the_same() -> None:
    """Those of the generation that was live when this came are read as long as it is."""
    make_ranked()
    generations.build(now=NOW)
    row = Breakdown.objects.first()
    assert row
    now = unpacked(row)
    assert any(point.estimated for point in now.points)
    assert any(not point.estimated for point in now.points)
    points = [
        [p.signal, p.value, p.day, p.source_id, p.z_observed, p.z_now, p.weight, round(p.points * UNITS),
         round(p.points_now * UNITS), p.spread, p.held]
        for p in now.points
    ]  # fmt: skip
    row.body, row.points = {**row.body, "points": points}, None
    del row.body["signals"]
    row.save()
    row.refresh_from_db()
    assert unpacked(row) == now
