"""Momentum and survival."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.formulas import shipped_formula
from ranking.scoring.evidence import Evidence, Series
from ranking.scoring.formula import Scores, scores, tables_on
from ranking.scoring.tables import Tables
from tests.ranking.scoring.made import TODAY, catalog, changed, constant

FORMULA = shipped_formula()


@pytest.fixture(scope="module")
def many() -> Evidence:
    return catalog(300, seed=6, whole=True)


@pytest.fixture(scope="module")
def tables(many: Evidence) -> Tables:
    return tables_on(many, "repo", FORMULA, TODAY)


def scored(of: Evidence, tables: Tables) -> Scores:
    return scores(of, kind="repo", tables=tables, formula=FORMULA, as_of=TODAY)


def with_stars(many: Evidence, grown: np.ndarray) -> Evidence:
    """`grown` stars more in half a year, evenly."""
    it = many.series["stars"]
    share = np.clip((it.day - TODAY + 180) / 180, 0, 1)
    return changed(many, {"stars": Series(it.owner, it.day, it.value + share * grown[it.owner])})


def test_who_grows_has_more_momentum(many: Evidence, tables: Tables) -> None:
    before = scored(many, tables).trends.momentum
    after = scored(with_stars(many, np.full(many.size, 300.0)), tables).trends.momentum
    assert (after - before).min() > -0.5  # what others say of its commits may change a trifle
    assert (after - before).mean() > 3


def test_a_burst_is_no_momentum(many: Evidence, tables: Tables) -> None:
    it = many.series["stars"]
    burst = changed(many, {"stars": Series(it.owner, it.day, it.value + 1000.0 * (it.day == TODAY))})
    moved = scored(burst, tables).trends.momentum - scored(many, tables).trends.momentum
    steady = scored(with_stars(many, np.full(many.size, 1000.0)), tables).trends.momentum
    assert moved.mean() < (steady - scored(many, tables).trends.momentum).mean() / 2


def test_without_a_history_of_stars_there_is_no_momentum(many: Evidence, tables: Tables) -> None:
    alone = changed(many, {"stars": constant(500.0, many.size)})
    alone = Evidence(many.size, {name: it for name, it in alone.series.items() if name != "created"})
    assert np.isnan(scored(alone, tables).trends.momentum).all()
    assert scored(alone, tables).ranked.all()


def test_momentum_stays_on_its_scale(many: Evidence, tables: Tables) -> None:
    wild = scored(with_stars(many, np.geomspace(1, 1e7, many.size)), tables).trends.momentum
    assert wild.min() >= 0
    assert wild.max() <= 100


def test_survival_is_a_probability_and_the_idle_have_less(many: Evidence, tables: Tables) -> None:
    found = scored(many, tables).trends.survival
    assert ((found > 0) & (found < 1)).all()
    idle = changed(
        many,
        {
            "last_commit": constant(TODAY - 700, many.size),
            "commits_90d": constant(0.0, many.size),
        },
    )
    assert (scored(idle, tables).trends.survival - found).mean() < -0.05


def test_survival_is_told_of_whatever_nothing_was_read(tables: Tables) -> None:
    """With nothing known it is what it is for a typical one."""
    found = scored(Evidence(1, {}), tables).trends.survival[0]
    assert found == pytest.approx(1 / (1 + np.exp(-FORMULA.survival["intercept"])))


def test_kinds_on_a_hub_rise_by_likes(many: Evidence) -> None:
    hub = Evidence(many.size, {"likes": many.series["stars"], "downloads_month": many.series["downloads_month"]})
    tables = tables_on(hub, "model", FORMULA, TODAY)
    found = scores(hub, kind="model", tables=tables, formula=FORMULA, as_of=TODAY).trends.momentum
    assert np.isfinite(found).all()
    assert found.std() > 3
