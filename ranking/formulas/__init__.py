"""The formulas that come with the code, one file for each version. Once published, a file is never changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catalog.choices import Kind
from ranking.scoring.configuration import Formula, formula_of
from ranking.scoring.formula_text import BrokenFormula

__all__ = ["BrokenFormula", "formula_in", "shipped_formula", "shipped_text"]

FOLDER = Path(__file__).resolve().parent


def formula_in(text: str) -> Formula:
    """Raises BrokenFormula with every problem and its line."""
    return formula_of(text, kinds=tuple(Kind.values))


def shipped_text() -> str:
    return max(FOLDER.glob("*.yaml"), key=lambda path: int(path.stem)).read_text(encoding="utf-8")


@cache
def shipped_formula() -> Formula:
    """The newest of them."""
    return formula_in(shipped_text())
