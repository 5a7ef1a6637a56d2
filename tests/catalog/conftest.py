"""What the catalog's tests share: nothing is remembered from one test to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog import columns
from catalog.pages import nearness


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    """Every test's database starts at version 0, so a copy held in memory would pass for another test's."""
    columns.forget()
    nearness._vectors.cache_clear()
    yield
    columns.forget()
    nearness._vectors.cache_clear()
