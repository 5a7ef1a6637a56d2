from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.events import artifact_changed
from tests.catalog.importers.sample import SAMPLE, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A copy of the sample folder that a test may spoil."""
    return Folder(Path(shutil.copytree(SAMPLE, tmp_path / "catalog")))


@pytest.fixture
def heard() -> Iterator[list[frozenset[int]]]:
    """What the event said so far; it is sent after commit, so tests capture those callbacks."""
    events: list[frozenset[int]] = []

    def listen(artifact_ids: frozenset[int], **kwargs: Any) -> None:
        events.append(artifact_ids)

    artifact_changed.connect(listen)
    yield events
    artifact_changed.disconnect(listen)
