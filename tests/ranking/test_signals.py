"""The registry of signals, the formula and the page about them say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalog.choices import Signal
from ranking.formulas import shipped_formula
from ranking.signals import SIGNALS, TRENDS, Measure

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "signals.md").read_text()
#: One kind of each group of the page's columns.
GROUPS = ("repo", "model", "dataset", "api", "product", "benchmark", "skill")


def rows() -> dict[str, list[str]]:
    """Cells by signal."""
    found = {}
    for line in PAGE.splitlines():
        match = re.match(r"\| `(\w+)` \| (.+) \|$", line)
        if match:
            found[match.group(1)] = match.group(2).split(" | ") if " | " in match.group(2) else [match.group(2)]
    return found


@pytest.mark.parametrize("name", [*SIGNALS, *TRENDS])
def test_each_signal_is_on_the_page_with_its_family_and_readings(name: str) -> None:
    spec = (SIGNALS | TRENDS)[name]
    family, reads, how = rows()[name][:3]
    assert (family, reads, how) == (spec.family, f"`{spec.reads}`", spec.measure)


def test_weights_on_the_page_are_those_of_the_formula() -> None:
    formula = shipped_formula()
    for name in SIGNALS:
        if name == "outcomes":
            continue
        cells = [cell.strip() for cell in rows()[name][3 : 3 + len(GROUPS)]]
        stated = [float(cell) if cell else 0.0 for cell in cells]
        assert stated == [formula.weights[kind].get(name, 0.0) for kind in GROUPS], name


def test_kinds_of_one_group_are_ranked_alike() -> None:
    formula = shipped_formula()
    assert {tuple(weights.items()) for weights in formula.weights.values()} == {
        tuple(formula.weights[kind].items()) for kind in GROUPS
    }


def test_every_measure_is_explained() -> None:
    for measure in Measure:
        assert f"| `{measure}` |" in PAGE


def test_signals_read_what_there_are_readings_of() -> None:
    """But outcomes, which the match graph counts."""
    reads = {spec.reads for spec in (SIGNALS | TRENDS).values()} - {"outcomes"}
    assert reads <= set(Signal.values)
    assert set(Signal.values) <= reads
