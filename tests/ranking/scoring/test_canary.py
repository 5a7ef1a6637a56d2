"""Ranks that must come out as they are known; where they do not, no rank can be trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ranking import canary
from ranking.formulas import shipped_formula


def test_its_ranks_are_those_of_the_code_as_it_is() -> None:
    """Else it is dead on every site, and would be when something really goes wrong."""
    canary.sing()


def test_it_is_dead_where_ranks_come_out_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(shipped_formula(), deviation=15.01)
    monkeypatch.setattr(canary, "shipped_formula", lambda: changed)
    with pytest.raises(canary.DeadCanary, match="they should be"):
        canary.sing()
