from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ranking import indexing
from ranking.graph import actors


@pytest.fixture(autouse=True)
def own_memory(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Index folders of the test's own, and nothing that another test has opened or asked."""
    settings.VAR_DIR = tmp_path
    indexing.forget()
    actors.forget()
    yield
    indexing.forget()
    actors.forget()
