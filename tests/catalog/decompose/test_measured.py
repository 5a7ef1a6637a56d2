"""The mapping is right often enough on the rows that were labelled by hand before it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.decompose import labelled, measured, phrases, vocabulary


def test_the_rows_name_capabilities_of_the_vocabulary() -> None:
    """A label that no longer exists would count every proposal as wrong."""
    rights = labelled()
    assert len(rights) == 150
    assert set().union(*rights.values()) <= set(vocabulary().terms)


@pytest.mark.real_data
def test_precision_on_the_labelled_rows(real_data: Path) -> None:
    counts = measured(vocabulary(), phrases(real_data / "sources"))
    assert counts["proposed"] >= 20
    assert counts["right"] / counts["proposed"] >= 0.85
