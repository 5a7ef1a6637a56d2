"""The mapping is right often enough, and finds enough, on rows labelled by hand before it was written or tuned."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.decompose import FRESH, ROWS, labelled, measured, phrases, vocabulary


@pytest.mark.parametrize(("file", "count"), [(ROWS, 150), (FRESH, 100)])
def test_the_rows_name_capabilities_of_the_vocabulary(file: Path, count: int) -> None:
    """A label that no longer exists would count every proposal as wrong."""
    rights = labelled(file)
    assert len(rights) == count
    assert set().union(*rights.values()) <= set(vocabulary().terms)


def test_no_row_is_in_both() -> None:
    assert not set(labelled()) & set(labelled(FRESH))


@pytest.mark.real_data
@pytest.mark.parametrize(("file", "least_found"), [(ROWS, 25), (FRESH, 11)])
def test_precision_on_the_labelled_rows(file: Path, least_found: int, real_data: Path) -> None:
    counts = measured(vocabulary(), phrases(real_data / "sources"), file)
    assert counts["found"] >= least_found
    assert counts["right"] / counts["proposed"] >= 0.85
