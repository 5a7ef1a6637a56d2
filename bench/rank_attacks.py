"""How far somebody climbs who fakes evidence, and how far somebody moves whose evidence gets lost.

    python bench/rank_attacks.py [--targets 200] [--seed 4]

On each day of the shared history for which outcomes are known, a seeded sample of artifacts has its readings changed,
one artifact at a time: all others and the reference tables stay as they were. A climb is the change in percentile
points of the artifact's place among all others, in Rank, in the band's lower end by which lists are ordered, in raw
stars and in the best-of lists' projectrank. Of a projectrank those parts are computed anew that the changed readings go
into; its count of all commits is not in the history, so that empty commits show in its check for recent changes alone.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import django
import numpy as np

django.setup()

from bench.measuring import table  # noqa: E402
from bench.rank_history import COUNTS, DATES, Past, pasts  # noqa: E402
from ranking.formulas import shipped_formula  # noqa: E402
from ranking.scoring.configuration import Formula  # noqa: E402
from ranking.scoring.evidence import Evidence, Floats, Ints, Series  # noqa: E402
from ranking.scoring.formula import Scores, scores, tables_on  # noqa: E402

HALF_YEAR = 182.0
REPOSITORY = ("stars", "forks", "contributors", "issues_closed", "commits_90d", "last_commit", "last_release")
MEASURED = ("rank", "lower end", "momentum", "stars", "projectrank")

Change = Callable[[Evidence, float], Evidence]


@dataclass(frozen=True)
class Attack:
    name: str
    change: Change
    #: An artifact that loses evidence should stay where it is: what counts then is the shift either way.
    is_loss: bool = False
    #: What is so of the artifact in any case; the climb is from there.
    anyway: Change | None = None


# --- what is done to readings ----------------------------------------------------------------------------------------


def added(name: str, amount: float, days: float, evidence: Evidence, as_of: float) -> Evidence:
    """So many more, evenly over the last days."""
    return _with(evidence, name, lambda it: it.value + amount * np.clip((it.day - as_of + days) / days, 0, 1))


def times(names: Iterable[str], factor: float, evidence: Evidence, as_of: float) -> Evidence:
    """Every reading there ever was, so that no burst gives it away."""
    for name in names:
        evidence = _with(evidence, name, lambda it: it.value * factor)
    return evidence


def overnight(name: str, factor: float, evidence: Evidence, as_of: float) -> Evidence:
    return _with(evidence, name, lambda it: it.value * np.where(it.day > as_of - 7, factor, 1.0))


def now(names: Iterable[str], evidence: Evidence, as_of: float) -> Evidence:
    for name in names:
        evidence = _with(evidence, name, lambda it: np.full(len(it.value), as_of))
    return evidence


def ticked(evidence: Evidence, as_of: float) -> Evidence:
    """Every box of the checklist."""
    every = np.arange(evidence.size)
    full = {"description_length": 300.0, "has_docs": 1.0, "has_homepage": 1.0, "has_license": 1.0, "has_examples": 1.0}
    made = {name: Series(every, np.full(evidence.size, as_of), np.full(evidence.size, to)) for name, to in full.items()}
    return Evidence(evidence.size, {**evidence.series, **made})


def without(names: Iterable[str], evidence: Evidence, as_of: float) -> Evidence:
    return Evidence(evidence.size, {name: it for name, it in evidence.series.items() if name not in set(names)})


def stopped(names: Iterable[str], days: float, evidence: Evidence, as_of: float) -> Evidence:
    """Nothing has been read since. Dates, of which the history knows the newest alone, said what they could by then."""
    last = as_of - days
    cut = {}
    for name in names:
        it = evidence.known_on(last).of(name)
        cut[name] = Series(it.owner, it.day, np.minimum(it.value, last)) if name in DATES else it.up_to(last)
    return Evidence(evidence.size, {**evidence.series, **cut})


def young(days: float, evidence: Evidence, as_of: float) -> Evidence:
    """Nobody has read anything of it before."""
    cut = {}
    for name, it in evidence.series.items():
        late = it.day > as_of - days
        cut[name] = Series(it.owner[late], it.day[late], it.value[late])
    return Evidence(evidence.size, cut)


def both(first: Change, second: Change, evidence: Evidence, as_of: float) -> Evidence:
    return second(first(evidence, as_of), as_of)


def _with(evidence: Evidence, name: str, to: Callable[[Series], Floats]) -> Evidence:
    it = evidence.of(name)
    return Evidence(evidence.size, {**evidence.series, name: Series(it.owner, it.day, to(it))})


ATTACKS = (
    Attack("burst: 1,000 stars in a week", partial(added, "stars", 1000.0, 7.0)),
    Attack("burst: 10,000 stars in a week", partial(added, "stars", 10_000.0, 7.0)),
    *(
        Attack(
            f"read for {days:g} days only, and {stars:,g} stars in a week of them",
            partial(both, partial(young, days), partial(added, "stars", stars, 7.0)),
            anyway=partial(young, days),
        )
        for days in (40.0, 70.0)
        for stars in (1000.0, 10_000.0)
    ),
    Attack("drip: 10 stars a day for half a year", partial(added, "stars", 10 * HALF_YEAR, HALF_YEAR)),
    Attack("10x attention: stars and forks", partial(times, ("stars", "forks"), 10.0)),
    Attack("10x usage: downloads", partial(times, ("downloads_month",), 10.0)),
    Attack("10x stewardship: issues, contributors", partial(times, ("issues_closed", "contributors"), 10.0)),
    Attack("10x dependence: dependents", partial(times, ("dependents",), 10.0)),
    Attack(
        "empty commits: 10 a day for 90 days",
        partial(both, partial(now, ("last_commit",)), partial(added, "commits_90d", 900.0, 90.0)),
    ),
    Attack("empty commits and a release a week", partial(
        both,
        partial(now, ("last_commit", "last_release")),
        partial(added, "commits_90d", 900.0, 90.0),
    )),
    Attack("bot issues: 1,000 closed in half a year", partial(added, "issues_closed", 1000.0, HALF_YEAR)),
    Attack("perfect README: every box ticked", ticked),
    Attack("everything at its home hidden for half a year", partial(stopped, REPOSITORY, HALF_YEAR)),
    Attack("hidden: issues", partial(without, ("issues_closed",))),
    Attack("hidden: contributors", partial(without, ("contributors",))),
    Attack("hidden: downloads", partial(without, ("downloads_month",))),
    Attack("hidden: dependents", partial(without, ("dependents",))),
    Attack("hidden: releases", partial(without, ("last_release",))),
    Attack("hidden: commits", partial(without, ("last_commit", "commits_90d"))),
)  # fmt: skip
LOSSES = (
    Attack("stars never read", partial(without, ("stars",)), is_loss=True),
    Attack("forks never read", partial(without, ("forks",)), is_loss=True),
    Attack("downloads never read", partial(without, ("downloads_month",)), is_loss=True),
    Attack("dependents never read", partial(without, ("dependents",)), is_loss=True),
    Attack("closed issues never read", partial(without, ("issues_closed",)), is_loss=True),
    Attack("contributors never read", partial(without, ("contributors",)), is_loss=True),
    Attack("commits never read", partial(without, ("commits_90d", "last_commit")), is_loss=True),
    Attack("releases never read", partial(without, ("last_release",)), is_loss=True),
    Attack("registry silent for eight weeks", partial(stopped, ("downloads_month",), 56.0), is_loss=True),
    Attack("repository silent for eight weeks", partial(stopped, REPOSITORY, 56.0), is_loss=True),
    Attack("all sources silent for eight weeks", partial(stopped, (*COUNTS, *DATES), 56.0), is_loss=True),
)
#: What one signal alone may do, in points of the rank itself, on average.
ALONE = (
    ("stars 10x overnight", partial(overnight, "stars", 10.0), 5.0),
    ("downloads 10x overnight", partial(overnight, "downloads_month", 10.0), 5.0),
    ("stars doubled ever since", partial(times, ("stars",), 2.0), 3.0),
    ("stars 10x ever since", partial(times, ("stars",), 10.0), 5.0),
    ("downloads doubled ever since", partial(times, ("downloads_month",), 2.0), 3.0),
    ("downloads 10x ever since", partial(times, ("downloads_month",), 10.0), 5.0),
)


# --- what comes of it ------------------------------------------------------------------------------------------------


def places(honest: Floats, own: Floats, value: Floats) -> Floats:
    """Where values would stand among all others, of 100; ties share their places. What is unknown stands last."""
    others = np.sort(np.nan_to_num(honest, nan=-np.inf))
    own, value = np.nan_to_num(own, nan=-np.inf), np.nan_to_num(value, nan=-np.inf)
    below = np.searchsorted(others, value, side="left") - (own < value)
    upto = np.searchsorted(others, value, side="right") - (own <= value)
    return np.asarray(100.0 * (below + upto) / 2 / max(len(others) - 1, 1))


def last_of(evidence: Evidence, name: str, as_of: float) -> Floats:
    it = evidence.of(name)
    if not len(it.owner):
        return np.full(evidence.size, np.nan)
    at, there = it.before(np.arange(evidence.size), as_of)
    return np.where(there, it.value[at], np.nan)


def projectrank_parts(evidence: Evidence, as_of: float) -> Floats:
    """The points of a projectrank that these readings give, as the best-of lists count them."""
    last = partial(last_of, evidence, as_of=as_of)

    def log(name: str, by: float, less: float = 0.0) -> Floats:
        value = last(name)
        there = value > 0
        return np.where(there, np.round(np.log(np.where(there, value, 1.0)) / by) - less, 0.0)

    def recent(name: str, months: float) -> Floats:
        return np.nan_to_num(as_of - last(name), nan=np.inf) < months * 30.4

    basics = (last("has_homepage") == 1) & (last("description_length") > 0)
    return (
        basics + (last("has_license") == 1) + recent("last_release", 6) + recent("last_commit", 3)
        + log("dependents", 1.5) + log("stars", 2) + log("forks", 2)
        + log("contributors", 2, 1) + log("downloads_month", 2, 1)
    )  # fmt: skip


class Arena:
    """One day's honest catalog, and some of its artifacts about to do something."""

    def __init__(
        self,
        past: Past,
        formula: Formula,
        targets: int,
        rng: np.random.Generator,
        prepare: Change = lambda evidence, as_of: evidence,
    ):
        self.past, self.formula, self.prepare = past, formula, prepare
        evidence, as_of = prepare(past.evidence, past.day), past.day
        self.tables = tables_on(evidence, "repo", formula, as_of)
        self.honest = self._columns(evidence, self._scores(evidence), past.projectrank)
        self.rows = np.sort(rng.choice(evidence.size, min(targets, evidence.size), replace=False))
        self.own = only(evidence, self.rows)
        self.before = {name: column[self.rows] for name, column in self.honest.items()}
        self.projectrank_before = projectrank_parts(self.own, as_of)

    def climbs(self, change: Change, anyway: Change | None = None) -> dict[str, Floats]:
        before = self.before
        if anyway is not None:
            so = anyway(self.own, self.past.day)
            before = self._columns(so, self._scores(so), before["projectrank"])
        changed = self.prepare(change(self.own, self.past.day), self.past.day)
        projectrank = self.before["projectrank"] + projectrank_parts(changed, self.past.day) - self.projectrank_before
        after = self._columns(changed, self._scores(changed), projectrank)
        return {
            name: places(self.honest[name], self.before[name], after[name])
            - places(self.honest[name], self.before[name], before[name])
            for name in MEASURED
        }

    def moved(self, change: Change) -> Floats:
        """In points of the rank."""
        return np.asarray(self._scores(change(self.own, self.past.day)).rank - self.before["rank"])

    def _scores(self, evidence: Evidence) -> Scores:
        return scores(evidence, kind="repo", tables=self.tables, formula=self.formula, as_of=self.past.day)

    def _columns(self, evidence: Evidence, found: Scores, projectrank: Floats) -> dict[str, Floats]:
        return {
            "rank": found.rank,
            "lower end": found.low,
            "momentum": found.trends.momentum,
            "stars": np.nan_to_num(last_of(evidence, "stars", self.past.day)),
            "projectrank": projectrank,
        }


def only(evidence: Evidence, rows: Ints) -> Evidence:
    """Of these artifacts, numbered anew."""
    number = np.full(evidence.size, -1)
    number[rows] = np.arange(len(rows))
    cut = {}
    for name, it in evidence.series.items():
        kept = number[it.owner] >= 0
        cut[name] = Series(number[it.owner[kept]], it.day[kept], it.value[kept])
    return Evidence(len(rows), cut)


def measure(arenas: list[Arena], attack: Attack) -> dict[str, Floats]:
    found: dict[str, list[Floats]] = defaultdict(list)
    for arena in arenas:
        for name, climb in arena.climbs(attack.change, attack.anyway).items():
            found[name].append(np.abs(climb) if attack.is_loss else climb)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _cell(climb: Floats) -> str:
    known = climb[~np.isnan(climb)]
    return f"{known.mean():.1f} / {np.percentile(known, 95):.1f}" if len(known) else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, default=200, help="How many artifacts of each day.")
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    history = pasts()
    if not history:
        print("Skipped: the shared history is not there (set REAL_DATA_DIR).")
        return
    rng, formula = np.random.default_rng(given.seed), shipped_formula()
    arenas = [Arena(past, formula, given.targets, rng) for past in history]
    print(f"{sum(len(arena.rows) for arena in arenas)} attacked artifacts of {len(arenas)} days, seed {given.seed}\n")

    results = {attack.name: measure(arenas, attack) for attack in (*ATTACKS, *LOSSES)}
    for title, group in (
        ("Climb, percentile points, mean / p95", ATTACKS),
        ("Shift, percentile points, mean / p95", LOSSES),
    ):
        rows = [[attack.name, *(_cell(results[attack.name][name]) for name in MEASURED)] for attack in group]
        print(table([title, *MEASURED], rows), "\n")

    points = []
    for name, change, goal in ALONE:
        moved = np.concatenate([arena.moved(change) for arena in arenas])
        moved = moved[~np.isnan(moved)]
        points.append([name, *(f"{number:.2f}" for number in (moved.mean(), np.percentile(moved, 95), moved.max()))])
        points[-1].append(f"<= {goal:g}")
    print(table(["Rank moves by, points", "mean", "p95", "most", "goal"], points), "\n")

    for column in ("rank", "lower end"):
        worst = max(ATTACKS, key=lambda attack: float(np.nanmean(results[attack.name][column])))
        climb = float(np.nanmean(results[worst.name][column]))
        print(f"worst climb of {column}: {climb:.1f} ({worst.name}; goal <= 8)")
    burst = results[ATTACKS[0].name]["momentum"]
    print(f"1,000 stars in a week lift momentum by {np.nanmean(burst):.1f} (goal <= 5)")
    lost = max(LOSSES, key=lambda loss: float(np.nanmean(results[loss.name]["rank"])))
    print(f"worst loss shifts rank by {np.nanmean(results[lost.name]['rank']):.1f} ({lost.name}; goal <= 4)")


if __name__ == "__main__":
    main()
