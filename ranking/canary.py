"""The canary: a handful of made-up readings whose ranks are known. If they come out otherwise, no rank can be trusted.

It runs where ranks are computed, in the worker, so that it also notices a library or machine that reckons differently.
"""

from __future__ import annotations

import numpy as np

from ranking.formulas import shipped_formula
from ranking.prior import prior
from ranking.scoring.evidence import Evidence, Series
from ranking.scoring.formula import scores

DAY = 20_000.0
#: Of the three artifacts below, with the newest formula that is shipped and its prior: a busy one, a sleeping one, and
#: one of which little is known. A new formula or prior brings new numbers: `manage.py shell -c "from ranking import
#: canary; print(canary.sung())"`.
KNOWN = (67.076, 25.1273, 37.3451)
TOLERANCE = 0.005


class DeadCanary(Exception):
    pass


def sung() -> tuple[float, ...]:
    months = np.arange(7) * 30.0
    days = DAY - months[::-1]

    def series(*of: tuple[int, list[float]]) -> Series:
        owner = np.concatenate([np.full(len(values), who) for who, values in of]).astype(np.int64)
        return Series(
            owner,
            np.concatenate([days[-len(values) :] for _, values in of]),
            np.concatenate([np.array(values) for _, values in of]),
        )

    busy = [900.0, 1_000.0, 1_150.0, 1_250.0, 1_400.0, 1_500.0, 1_700.0]
    evidence = Evidence(
        3,
        {
            "stars": series((0, busy), (1, [5_000.0] * 7), (2, [40.0, 45.0])),
            "downloads_month": series((0, [90_000.0, 100_000.0, 110_000.0]), (1, [700.0])),
            "issues_closed": series((0, [count / 2 for count in busy]), (1, [300.0] * 7)),
            "last_commit": series((0, [DAY - 1]), (1, [DAY - 900]), (2, [DAY - 20])),
        },
    )
    found = scores(evidence, kind="repo", tables=prior(), formula=shipped_formula(), as_of=DAY)
    return tuple(round(float(rank), 4) for rank in found.rank)


def sing() -> None:
    """Raises DeadCanary where the numbers are not those that are known."""
    heard = sung()
    if not np.allclose(heard, KNOWN, atol=TOLERANCE, rtol=0):
        raise DeadCanary(f"The ranks of the canary are {heard}; they should be {KNOWN}.")
