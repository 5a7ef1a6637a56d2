"""What the rank promises about the future and about fakes, on the shared history; the bench prints it in full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bench.rank_attacks import ALONE, ATTACKS, LOSSES, Arena, Attack, measure, places
from bench.rank_foresight import auc, foresight, ranks, spearman, top_shared
from bench.rank_history import Past, pasts
from bench.rank_parts import foreseen
from ranking.formulas import shipped_formula


@pytest.fixture(scope="module")
def history() -> list[Past]:
    found = pasts()
    if not found:
        pytest.skip("the shared history is not in REAL_DATA_DIR")
    return found


@pytest.fixture(scope="module")
def arenas(history: list[Past]) -> list[Arena]:
    rng = np.random.default_rng(1)
    return [Arena(past, shipped_formula(), 100, rng) for past in history]


def worst(arenas: list[Arena], attacks: Sequence[Attack]) -> float:
    return max(float(np.nanmean(measure(arenas, attack)["rank"])) for attack in attacks)


@pytest.mark.real_data
def test_ranks_foretell_what_is_used_and_who_is_alive(history: list[Past]) -> None:
    useful, survival, risers, _ = foreseen(history, shipped_formula(), lambda evidence, as_of: evidence)
    assert useful >= 0.66
    assert survival >= 0.80
    assert risers >= 0.45


@pytest.mark.real_data
def test_no_fake_climbs_far(arenas: list[Arena]) -> None:
    assert worst(arenas, ATTACKS) <= 8


@pytest.mark.real_data
def test_a_burst_of_stars_is_hardly_momentum(arenas: list[Arena]) -> None:
    assert float(np.nanmean(measure(arenas, ATTACKS[0])["momentum"])) <= 5


@pytest.mark.real_data
def test_a_lost_source_hardly_shifts_a_rank(arenas: list[Arena]) -> None:
    """A tenth above the promise: this is a sample."""
    assert worst(arenas, LOSSES) <= 4.4


@pytest.mark.real_data
def test_hiding_evidence_pays_nobody_by_the_lower_end(arenas: list[Arena]) -> None:
    for attack in ATTACKS:
        if "hidden" in attack.name:
            assert float(np.nanmean(measure(arenas, attack)["lower end"])) <= 0.1, attack.name


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "change", "goal"), ALONE, ids=[name for name, *_ in ALONE])
def test_one_number_alone_moves_few_points(arenas: list[Arena], name: str, change: object, goal: float) -> None:
    moved = np.concatenate([arena.moved(change) for arena in arenas])  # type: ignore[arg-type]
    assert float(np.nanmean(moved)) <= goal


@pytest.mark.real_data
def test_the_yardstick_measures_as_the_evaluation_tool_does(history: list[Past]) -> None:
    """Of best-of's projectrank, whose figures by that tool are known: .598 and .730."""
    found = [foresight(past, past.projectrank) for past in history]
    assert np.mean([it.useful for it in found]) == pytest.approx(0.598, abs=0.0005)
    assert np.mean([it.survival for it in found]) == pytest.approx(0.730, abs=0.0005)


def test_ties_share_the_mean_of_their_places() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 9.0])).tolist() == [2.5, 1, 2.5, 4]


def test_correlation_auc_and_risers_of_what_is_known_to_agree_are_one() -> None:
    x = np.arange(50.0)
    assert spearman(x, x**3) == pytest.approx(1)
    assert spearman(x, -x) == pytest.approx(-1)
    assert auc(x > 24, x, np.ones(50, bool)) == 1
    assert top_shared(x, x) == 1
    assert top_shared(x, -x) == 0


def test_too_few_say_nothing() -> None:
    x = np.arange(20.0)
    assert np.isnan(spearman(x, x))
    assert np.isnan(top_shared(x, x))
    assert np.isnan(auc(x > 17, x, np.ones(20, bool)))


def test_a_place_is_among_all_others() -> None:
    honest = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    own = np.array([10.0, 10.0, 10.0, 30.0])
    value = np.array([10.0, 99.0, 30.0, np.nan])
    assert places(honest, own, value).tolist() == [0, 100, 37.5, 0]
