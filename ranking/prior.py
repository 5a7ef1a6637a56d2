"""The reference tables that come with the code: for kinds too small to have their own.

`bench/rank_prior.py` made the file out of public history; whatever rests on it is labelled so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ranking.scoring.formula import OUTCOMES
from ranking.scoring.tables import Tables

FILE = Path(__file__).resolve().parent / "formulas" / "prior.json"


@cache
def prior() -> Tables:
    return Tables.of_data(json.loads(FILE.read_text())["tables"])


def completed(body: Mapping[str, Any]) -> Tables:
    """A kind's own tables, with the shipped curve of outcomes where the kind has too few to have one."""
    tables, shipped = Tables.of_data(body), prior().curves
    own = tables.curves.get(OUTCOMES)
    if (own is not None and len(own.value)) or OUTCOMES not in shipped:
        return tables
    return replace(tables, curves={**tables.curves, OUTCOMES: shipped[OUTCOMES]})


@cache
def prior_origin() -> str:
    """Where its numbers are from, in a sentence."""
    return str(json.loads(FILE.read_text())["origin"])
