"""What each part of the formula is good for: foresight, attacks and losses with it and without.

    python bench/rank_parts.py [--targets 100] [--seed 4]

On the shared history, the mean over all days of which the outcome is known: U (usefulness of the rank), the AUC with
which `survival` tells who is alive in a year, the share of true top risers among those `momentum` foretells; then
how far a week moves the places of ranks, the worst mean climb of rank by a fake, what 1,000 stars in a week do to
momentum, and the worst shift by a loss, all in percentile points.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import django
import numpy as np

django.setup()

from bench.measuring import table  # noqa: E402
from bench.rank_attacks import ATTACKS, LOSSES, Arena, last_of, measure  # noqa: E402
from bench.rank_foresight import foresight  # noqa: E402
from bench.rank_history import CHECKS, COUNTS, DATES, Past, pasts  # noqa: E402
from ranking.formulas import shipped_formula  # noqa: E402
from ranking.scoring.configuration import Formula  # noqa: E402
from ranking.scoring.evidence import Evidence, Floats, Series  # noqa: E402
from ranking.scoring.formula import scores, tables_on  # noqa: E402

KIND = "repo"
HEADS = ("", "U", "survival", "risers", "a week", "worst climb", "1,000 stars", "worst loss")
#: So long ago that it may as well never have happened.
NEVER = 5000.0


def equal_weights(formula: Formula) -> Formula:
    share = 1 / len(formula.weights[KIND])
    return replace(formula, weights={**formula.weights, KIND: dict.fromkeys(formula.weights[KIND], share)})


def without_cap(formula: Formula) -> Formula:
    return replace(formula, below=1e9, above=1e9)


def without_escrow(formula: Formula) -> Formula:
    return replace(formula, signals={name: replace(it, burst=1e9) for name, it in formula.signals.items()})


def today_only(formula: Formula) -> Formula:
    return replace(formula, steadiness={0.0: 1.0})


def same(formula: Formula) -> Formula:
    return formula


def as_it_is(evidence: Evidence, as_of: float) -> Evidence:
    return evidence


def missing_is_zero(evidence: Evidence, as_of: float) -> Evidence:
    """Whatever was never read is read as nothing."""
    filled = {}
    for name in (*COUNTS, *DATES, *CHECKS):
        it = evidence.of(name)
        gone = np.setdiff1d(np.arange(evidence.size), it.owner)
        owner = np.r_[it.owner, gone]
        day = np.r_[it.day, np.full(len(gone), as_of)]
        value = np.r_[it.value, np.full(len(gone), as_of - NEVER if name in DATES else 0.0)]
        order = np.lexsort((day, owner))
        filled[name] = Series(owner[order], day[order], value[order])
    return replace(evidence, series={**evidence.series, **filled})


PARTS: tuple[tuple[str, Callable[[Formula], Formula], Callable[[Evidence, float], Evidence]], ...] = (
    ("the formula", same, as_it_is),
    ("equal weights", equal_weights, as_it_is),
    ("missing = 0", same, missing_is_zero),
    ("no agreement cap", without_cap, as_it_is),
    ("no escrow", without_escrow, as_it_is),
    ("today only", today_only, as_it_is),
)


def foreseen(history: list[Past], formula: Formula, prepare: Callable[[Evidence, float], Evidence]) -> Floats:
    """U, survival, risers and how far a week moves places, the mean over days."""
    found = []
    for past in history:
        evidence = prepare(past.evidence, past.day)
        tables = tables_on(evidence, KIND, formula, past.day)
        it = scores(evidence, kind=KIND, tables=tables, formula=formula, as_of=past.day)
        week = past.day - 7
        before = scores(evidence.known_on(week), kind=KIND, tables=tables, formula=formula, as_of=week)
        found.append(
            (
                foresight(past, it.rank).useful,
                foresight(past, it.trends.survival).survival,
                foresight(past, it.trends.momentum).risers,
                np.nanmean(np.abs(it.percentile - before.percentile)),
            )
        )
    return np.asarray(np.nanmean(found, axis=0))


def compared(history: list[Past], of: Callable[[Past], Floats]) -> Floats:
    """The same of one number that stands for rank, survival and momentum alike."""
    found = [foresight(past, of(past)) for past in history]
    return np.asarray(np.nanmean([(it.useful, it.survival, it.risers) for it in found], axis=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, default=100, help="How many artifacts of each day are attacked.")
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    history = pasts()
    if not history:
        print("Skipped: the shared history is not there (set REAL_DATA_DIR).")
        return
    rows = []
    for name, changed, prepare in PARTS:
        formula = changed(shipped_formula())
        rng = np.random.default_rng(given.seed)
        arenas = [Arena(past, formula, given.targets, rng, prepare) for past in history]
        climbs = [measure(arenas, attack) for attack in ATTACKS]
        *foresees, week = foreseen(history, formula, prepare)
        losses = [measure(arenas, loss) for loss in LOSSES]
        rows.append(
            [
                name,
                *(f"{number:.3f}" for number in foresees),
                f"{week:.2f}",
                f"{max(np.nanmean(climb['rank']) for climb in climbs):.1f}",
                f"{np.nanmean(climbs[0]['momentum']):.1f}",
                f"{max(np.nanmean(loss['rank']) for loss in losses):.1f}",
            ]
        )
    numbers: dict[str, Callable[[Past], Floats]] = {
        "projectrank": lambda past: past.projectrank,
        "raw stars": lambda past: last_of(past.evidence, "stars", past.day),
    }
    for name, of in numbers.items():
        rows.append([name, *(f"{number:.3f}" for number in compared(history, of)), "", "", "", ""])
    print(f"{len(history)} days, {given.targets} attacked artifacts each, seed {given.seed}\n")
    print(table(HEADS, rows))


if __name__ == "__main__":
    main()
