"""Makes ranking/formulas/prior.json: the reference tables for kinds that are too small to have their own.

    python bench/rank_prior.py

Days half a year apart on which both lists were read make one pool, so that curves and correlations are those of a usual
week. Signals of which that history knows nothing borrow the curve of their nearest relative.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import django
import numpy as np

django.setup()

from bench.rank_history import folder, panels  # noqa: E402
from ranking.formulas import shipped_formula  # noqa: E402
from ranking.prior import FILE  # noqa: E402
from ranking.readings_file import day_number  # noqa: E402
from ranking.scoring.measures import measured, transformed  # noqa: E402
from ranking.scoring.tables import Tables, curve_of, tables_of  # noqa: E402
from ranking.signals import SIGNALS, TRENDS  # noqa: E402

#: Who borrows from whom.
RELATIVES = {
    "new_likes": "new_stars",
    "new_votes": "new_stars",
    "like_growth": "star_growth",
    "derivatives": "dependents",
    "providers": "dependents",  # with a curve of its own
    "has_examples": "has_docs",
}
#: Before this the lists had been read for less than half a year.
FIRST, DAYS_BETWEEN = dt.date(2021, 9, 1), 182
#: Relatives go together as much as two readings of one thing by different people do.
KIN = 0.8


def main() -> None:
    formula = shipped_formula()
    specs = {name: spec for name, spec in (SIGNALS | TRENDS).items() if name not in RELATIVES}
    values: dict[str, list[np.ndarray]] = {name: [] for name in specs}
    days = size = 0
    for panel in panels().values():
        due = FIRST
        for on in sorted(panel.days):
            if dt.date.fromisoformat(on) < due:
                continue
            due = dt.date.fromisoformat(on) + dt.timedelta(days=DAYS_BETWEEN)
            evidence, as_of = panel.evidence(on), day_number(dt.date.fromisoformat(on))
            days, size = days + 1, size + evidence.size
            for name, spec in specs.items():
                values[name].append(
                    transformed(spec.measure, measured(spec, evidence, as_of, formula.signals[name]).value)
                )
    tables = tables_of({name: np.concatenate(parts) for name, parts in values.items()}, formula.limit)
    carried = providers()
    tables = with_relatives(tables)
    curves = {"providers": curve_of(np.log1p(carried)), "outcomes": curve_of(np.log1p(outcomes()))}
    tables = replace(tables, curves={**tables.curves, **curves})
    origin = (
        "Weekly history of two best-of lists, of machine learning and of web projects, 2021 to 2023 (CC-BY-SA-4.0): "
        f"{size} rows of {days} days. Likes, votes, derivatives and examples are not in it and borrow the curves of "
        f"stars, dependents and documentation. Providers: models.dev on 31 May 2026 (MIT), {len(carried)} models. "
        "Of outcomes there is no history: until a kind has its own, seven in ten that worked are taken for usual."
    )
    FILE.write_text(json.dumps({"origin": origin, "tables": tables.as_data()}, indent=None) + "\n")
    print(f"{FILE.name}: {FILE.stat().st_size} bytes out of {size} rows of {days} days")


def providers() -> np.ndarray:
    """How many providers carry each model of a price list, by the last part of its id."""
    data = json.loads((folder().parent / "sources" / "models.dev" / "api.2026-05-31.json").read_text(encoding="utf-8"))
    carried: dict[str, set[str]] = {}
    for provider, offers in data.items():
        for model in offers["models"]:
            carried.setdefault(model.rpartition("/")[2].lower(), set()).add(provider)
    return np.array([float(len(names)) for names in carried.values()])


def outcomes() -> np.ndarray:
    """Shares that worked, as far as anybody can say before there are any: mostly more than half, seldom all."""
    return np.random.default_rng(1).beta(7, 3, 20_000)


def with_relatives(tables: Tables) -> Tables:
    names = (*tables.signals, *RELATIVES)
    place = {name: at for at, name in enumerate(tables.signals)}
    like = [place[RELATIVES.get(name, name)] for name in names]
    correlation = tables.correlation[np.ix_(like, like)].copy()
    for i, first in enumerate(names):
        for j, second in enumerate(names):
            if i != j and like[i] == like[j]:
                correlation[i, j] = KIN
            elif first in RELATIVES or second in RELATIVES:
                correlation[i, j] *= KIN
    np.fill_diagonal(correlation, 1.0)
    curves = {name: tables.curves[RELATIVES.get(name, name)] for name in names}
    return Tables(names, curves, correlation, is_prior=True)


if __name__ == "__main__":
    main()
