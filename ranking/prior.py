"""The reference tables that come with the code: for kinds too small to have their own.

`bench/rank_prior.py` made the file out of public history; whatever rests on it is labelled so.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from ranking.scoring.tables import Tables

FILE = Path(__file__).resolve().parent / "formulas" / "prior.json"


@cache
def prior() -> Tables:
    return Tables.of_data(json.loads(FILE.read_text())["tables"])


@cache
def prior_origin() -> str:
    """Where its numbers are from, in a sentence."""
    return str(json.loads(FILE.read_text())["origin"])
