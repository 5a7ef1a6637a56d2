"""Points, ranks and bands: that they add up, and what may never change them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.formulas import shipped_formula
from ranking.prior import prior
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Evidence, Series
from ranking.scoring.formula import Scores, families_known, scores, specs_of, tables_on
from ranking.scoring.tables import Tables
from ranking.signals import Component
from tests.ranking.scoring.made import TODAY, catalog, changed, constant, evidence, only

FORMULA = shipped_formula()
KIND = "repo"
#: Counters that may be turned up without saying anything else.
COUNTERS = ("stars", "forks", "downloads_month", "issues_closed", "contributors", "commits_90d", "dependents")


@pytest.fixture(scope="module")
def many() -> Evidence:
    return catalog(300)


@pytest.fixture(scope="module")
def tables(many: Evidence) -> Tables:
    return tables_on(many, KIND, FORMULA, TODAY)


@pytest.fixture(scope="module")
def found(many: Evidence, tables: Tables) -> Scores:
    return scored(many, tables)


def scored(of: Evidence, tables: Tables, formula: Formula = FORMULA, kind: str = KIND) -> Scores:
    return scores(of, kind=kind, tables=tables, formula=formula, as_of=TODAY)


def same(one: Scores, other: Scores) -> None:
    for name in ("rank", "low", "high", "percentile", "coverage", "points"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9, nan_ok=True), name
    assert one.trends.momentum == pytest.approx(other.trends.momentum, abs=1e-9, nan_ok=True)
    assert one.trends.survival == pytest.approx(other.trends.survival, abs=1e-9)


# --- it adds up ------------------------------------------------------------------------------------------------------


def test_fifty_and_all_points_are_the_rank_exactly(found: Scores) -> None:
    """Not nearly: added in any order, by floats or by hand, they give the rank to its last digit."""
    checked = 0
    for rank, points in zip(found.rank, found.points, strict=True):
        if not np.isnan(rank) and 0 < rank < 100:
            by_hand = Decimal(FORMULA.typical) + sum(Decimal(float(one)) for one in points)
            assert by_hand == Decimal(float(rank))
            assert FORMULA.typical + sum(reversed(points.tolist())) == rank
            checked += 1
    assert checked > 200


def test_a_rank_beyond_the_scale_is_clipped_and_its_points_are_not(many: Evidence, tables: Tables) -> None:
    steep = scored(many, tables, replace(FORMULA, deviation=50.0))
    total = FORMULA.typical + steep.points.sum(axis=1)
    assert (total > 100).any()
    assert (total < 0).any()
    known = steep.ranked
    assert steep.rank[known] == pytest.approx(np.clip(total, 0, 100)[known])


def test_points_go_back_to_what_they_rest_on(found: Scores) -> None:
    """points = 15 * weight * z / norm, each of the four being told."""
    assert found.points == pytest.approx(FORMULA.deviation * found.weights * found.z / found.norm[:, None])


def test_points_are_a_mean_of_three_days(many: Evidence, tables: Tables) -> None:
    parts = sum(
        share
        * scored_on(many.known_on(TODAY - ago), tables, TODAY - ago, replace(FORMULA, steadiness={0.0: 1.0})).points
        for ago, share in FORMULA.steadiness.items()
    )
    assert scored(many, tables).points == pytest.approx(parts, abs=1e-5)


def scored_on(of: Evidence, tables: Tables, day: float, formula: Formula) -> Scores:
    return scores(of, kind=KIND, tables=tables, formula=formula, as_of=day)


def test_components_are_shares_of_the_points(found: Scores) -> None:
    """Each on the rank's own scale; of what was never observed there is none."""
    names = list(found.signals)
    place = names.index("dependents")
    known = ~np.isnan(found.today.agreed.observed[:, place])
    assert np.isnan(found.components[Component.ECOSYSTEM][~known]).all()
    typical = np.abs(found.z[:, place]) < 0.02
    assert found.components[Component.ECOSYSTEM][known & typical] == pytest.approx(50, abs=0.4)
    assert np.isnan(found.components[Component.MATCH]).all()


# --- what may never change it ----------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_the_order_of_artifacts_changes_nothing(seed: int) -> None:
    whole = catalog(40, seed=2)
    order = np.random.default_rng(seed).permutation(40)
    one, other = scored(whole, prior()), scored(only(whole, order.tolist()), prior())
    assert other.rank == pytest.approx(one.rank[order], abs=1e-9, nan_ok=True)
    assert other.low == pytest.approx(one.low[order], abs=1e-9, nan_ok=True)


def test_an_artifact_ranks_as_it_would_alone(many: Evidence, tables: Tables, found: Scores) -> None:
    """Given the tables, nobody's rank depends on who else is there; only the percentile does."""
    alone = scored(only(many, [17]), tables)
    assert alone.rank[0] == pytest.approx(found.rank[17], abs=1e-9)
    assert np.isnan(alone.percentile[0])


@pytest.mark.parametrize("factor", [0.25, 0.5])
def test_weights_are_shares_of_each_other(many: Evidence, tables: Tables, found: Scores, factor: float) -> None:
    """All of them times anything give the same ranks."""
    weights = {name: weight * factor for name, weight in FORMULA.weights[KIND].items()}
    same(scored(many, tables, replace(FORMULA, weights={**FORMULA.weights, KIND: weights})), found)


def test_scoring_twice_gives_the_same_bits(many: Evidence, tables: Tables, found: Scores) -> None:
    again = scored(many, tables)
    assert again.rank.tobytes() == found.rank.tobytes()
    assert again.points.tobytes() == found.points.tobytes()


def test_readings_of_later_days_change_nothing(many: Evidence, tables: Tables) -> None:
    early = scored_on(many, tables, TODAY - 21, FORMULA)
    cut = Evidence(many.size, {name: it.up_to(TODAY - 21) for name, it in many.series.items()})
    late = scored_on(many.known_on(TODAY - 21), tables, TODAY - 21, FORMULA)
    same(early, scored_on(cut, tables, TODAY - 21, FORMULA))
    same(early, late)


# --- more is more, up to a cap ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COUNTERS)
def test_more_of_anything_never_lowers_a_rank_that_agrees_with_itself(name: str) -> None:
    """A typical one, one counter turned up step by step: the rank rises, until what nobody supports is cut."""
    whole = catalog(400, seed=9, whole=True)
    tables = tables_on(whole, KIND, FORMULA, TODAY)
    usual = scored(whole, tables)
    typical = int(np.argmin(np.abs(usual.today.agreed.observed[:, :-1]).sum(axis=1)))
    one = only(whole, [typical])
    it = one.series[name]
    ranks = [
        scored(changed(one, {name: Series(it.owner, it.day, it.value * factor)}), tables).rank[0]
        for factor in np.geomspace(1, 1e5, 26)
    ]
    assert (np.diff(ranks) >= -0.005).all()  # beyond the cap others may say a trifle less
    assert ranks[8] - ranks[0] > 0
    assert ranks[-1] - ranks[0] < 15


@pytest.mark.parametrize("name", COUNTERS)
def test_on_average_more_of_anything_is_more(many: Evidence, tables: Tables, found: Scores, name: str) -> None:
    it = many.series[name]
    more = scored(changed(many, {name: Series(it.owner, it.day, it.value * 2)}), tables)
    assert np.nanmean(more.rank - found.rank) > 0.05


def test_one_source_alone_lifts_nobody_far(many: Evidence, tables: Tables, found: Scores) -> None:
    it = many.series["downloads_month"]
    more = scored(changed(many, {"downloads_month": Series(it.owner, it.day, it.value * 1000)}), tables)
    assert np.nanmean(more.rank - found.rank) < 5


# --- what is missing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COUNTERS)
def test_hiding_evidence_pays_nobody_by_the_bands_lower_end(name: str) -> None:
    whole = catalog(400, seed=11, whole=True)
    tables = tables_on(whole, KIND, FORMULA, TODAY)
    before = scored(whole, tables)
    hidden = Evidence(whole.size, {key: it for key, it in whole.series.items() if key != name})
    after = scored(hidden, tables)
    assert np.nanmean(after.low - before.low) < 0
    assert (after.high - after.low).mean() > (before.high - before.low).mean()
    assert (after.coverage < before.coverage).all()


def test_a_reading_however_old_is_hardly_worse_than_none() -> None:
    """Downloads of nearly two years ago widen the band, but not far beyond what never having read them would."""
    whole = catalog(300, seed=12, whole=True)
    tables = tables_on(whole, KIND, FORMULA, TODAY)
    downloads = whole.series["downloads_month"]
    ancient = replace(downloads, day=downloads.day - 600)
    fresh, old = (
        scored(replace(whole, series={**whole.series, "downloads_month": it}), tables) for it in (downloads, ancient)
    )
    none = scored(
        replace(whole, series={key: it for key, it in whole.series.items() if key != "downloads_month"}), tables
    )
    width = {name: it.high - it.low for name, it in (("fresh", fresh), ("old", old), ("none", none))}
    inside = (none.low > 0) & (none.high < 100) & (old.low > 0) & (old.high < 100)
    assert inside.sum() > 100
    assert width["old"][inside].mean() > 1.2 * width["fresh"][inside].mean()
    assert width["old"][inside].mean() < 2 * width["none"][inside].mean()


def test_what_stopped_being_read_keeps_the_rank_and_widens_the_band(many: Evidence, tables: Tables) -> None:
    cut = Evidence(many.size, {**many.series, "downloads_month": many.series["downloads_month"].up_to(TODAY - 90)})
    before, after = scored(many, tables), scored(cut, tables)
    had = ~np.isnan(before.today.agreed.observed[:, list(before.signals).index("downloads")]) & before.ranked
    assert np.abs(after.rank - before.rank)[had].mean() < 2
    assert ((after.high - after.low) - (before.high - before.low))[had].mean() > 0.5


def test_one_family_beside_documentation_is_not_ranked() -> None:
    """Everything about attention and a perfect checklist, and nothing else: not ranked, and no error."""
    star = catalog(1, whole=True)
    of = {name: it for name, it in star.series.items() if name in ("stars", "forks", "created", "has_docs")}
    one = scored(Evidence(1, of), prior())
    assert not one.ranked[0]
    assert np.isnan([one.rank[0], one.low[0], one.high[0], one.percentile[0]]).all()
    assert families_known(Evidence(1, of), KIND, FORMULA).tolist() == [1]
    both = Evidence(1, {**of, "dependents": constant(4.0, 1)})
    assert scored(both, prior()).ranked[0]
    assert families_known(both, KIND, FORMULA).tolist() == [2]


def test_documentation_is_no_family_to_be_ranked_by() -> None:
    checks = {name: constant(1.0, 1) for name in ("has_docs", "has_license", "has_homepage")}
    assert not scored(evidence(1, dependents=constant(4.0, 1), **checks), prior()).ranked[0]


def test_a_kind_of_three_artifacts_gets_wide_bands_and_no_percentile() -> None:
    few = scored(catalog(3, whole=True), prior())
    own = catalog(300, whole=True)
    many = scored(own, replace(prior(), is_prior=False))
    assert few.ranked.all()
    assert np.isfinite(few.rank).all()
    assert np.isnan(few.percentile).all()
    assert (few.high - few.low).mean() > 1.2 * (many.high - many.low).mean()


def test_tables_of_three_artifacts_are_no_error() -> None:
    three = catalog(3, whole=True)
    assert np.isfinite(scored(three, tables_on(three, KIND, FORMULA, TODAY)).rank).all()


@pytest.mark.parametrize("kind", sorted(FORMULA.weights))
def test_every_kind_can_be_ranked_by_the_prior(kind: str) -> None:
    """And no signal that a kind is ranked by lacks a curve there."""
    found = scored(catalog(5, whole=True), prior(), kind=kind)
    assert np.isfinite(found.rank[found.ranked]).all()
    for spec in specs_of(kind, FORMULA):
        assert spec.name in prior().curves


def test_no_artifacts_at_all_are_no_error() -> None:
    assert scored(Evidence(0, {}), prior()).rank.tolist() == []


def test_artifacts_of_which_nothing_was_read_are_not_ranked() -> None:
    nothing = scored(Evidence(2, {}), prior())
    assert not nothing.ranked.any()
    assert nothing.coverage.tolist() == [0, 0]


# --- bands, percentiles, outcomes ------------------------------------------------------------------------------------


def test_bands_hold_their_rank_and_stay_on_the_scale(found: Scores) -> None:
    known = found.ranked
    assert (found.low[known] <= found.rank[known]).all()
    assert (found.rank[known] <= found.high[known]).all()
    assert found.low[known].min() >= 0
    assert found.high[known].max() <= 100


def test_percentiles_are_among_those_that_readers_see(many: Evidence, tables: Tables) -> None:
    listed = np.arange(many.size) < 100
    found = scored(replace(many, listed=listed), tables)
    assert np.isnan(found.percentile[~listed]).all()
    shown = found.percentile[listed & found.ranked]
    assert shown.mean() == pytest.approx(50)
    assert np.argmax(shown) == np.argmax(found.rank[listed & found.ranked])


def test_percentiles_are_told_from_twenty_on() -> None:
    for size, told in ((19, False), (20, True)):
        found = scored(catalog(size, whole=True), prior())
        assert (~np.isnan(found.percentile)).all() == told


def test_equal_artifacts_share_a_percentile() -> None:
    twin = only(catalog(1, whole=True), [0])
    many = Evidence(30, {n: Series(np.repeat(np.arange(30), len(it.day)), np.tile(it.day, 30), np.tile(it.value, 30))
                         for n, it in twin.series.items()})  # fmt: skip
    assert scored(many, prior()).percentile == pytest.approx(np.full(30, 50.0))


def match(many: Evidence, rate: float, trials: float) -> Evidence:
    outcomes = constant(rate, many.size)
    return replace(many, series={**many.series, "outcomes": outcomes}, trials=np.full(many.size, trials))


@pytest.fixture(scope="module")
def outcome_tables(many: Evidence) -> Tables:
    rates = np.random.default_rng(4).random(many.size)
    known = Series(np.arange(many.size), np.full(many.size, TODAY), rates)
    return tables_on(changed(many, {"outcomes": known}), KIND, FORMULA, TODAY)


def test_no_outcomes_weigh_nothing(many: Evidence, outcome_tables: Tables) -> None:
    """Neither a share of nothing nor its absence moves a rank, and the component shows no data."""
    without = scored(many, outcome_tables)
    none = scored(match(many, 0.0, 0.0), outcome_tables)
    same(none, without)
    assert np.isnan(none.components[Component.MATCH]).all()


def test_outcomes_weigh_more_the_more_there_are_and_never_beyond_their_share(
    many: Evidence, outcome_tables: Tables
) -> None:
    without = scored(many, outcome_tables).rank
    lift = [
        float(np.nanmean(scored(match(many, 1.0, trials), outcome_tables).rank - without))
        for trials in (1, 50, 1000, 1e9)
    ]
    assert 0 < lift[0] < lift[1] < lift[2] < lift[3] < 10
    weights = scored(match(many, 1.0, 50.0), outcome_tables).weights[:, -1]
    assert weights == pytest.approx(FORMULA.match_weight / 2)


def test_what_the_tables_do_not_know_is_not_observed(many: Evidence, tables: Tables, found: Scores) -> None:
    """A reading of it gives no coverage, no family and no points of its own: as if nobody had read it."""
    blind = replace(tables, curves={name: it for name, it in tables.curves.items() if name != "downloads"})
    read = scored(many, blind)
    unread = scored(replace(many, series={n: s for n, s in many.series.items() if n != "downloads_month"}), blind)
    same(read, unread)
    assert (read.coverage < found.coverage).any()
