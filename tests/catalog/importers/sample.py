"""The small sample folder, ways to spoil a copy of it, and to load it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from catalog.importers.errors import CannotImport
from catalog.importers.manifest import read_folder
from catalog.importers.run import import_from
from catalog.importers.upsert import Counts
from catalog.models import Artifact

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
HERON = "artifacts/models/heron-7b.yaml"
CHAT = "artifacts/models/heron-7b-chat.yaml"
REEDS = "artifacts/reeds.yaml"
SAMPLE = Path(__file__).parents[2] / "data" / "catalog"


class Folder:
    """A copy of the sample with ways to change it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def replace(self, file: str, old: str, new: str) -> None:
        target = self.path / file
        text = target.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        target.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        with (self.path / file).open("a", encoding="utf-8") as handle:
            handle.write(text)

    def write(self, file: str, text: str) -> None:
        (self.path / file).parent.mkdir(parents=True, exist_ok=True)
        (self.path / file).write_text(text, encoding="utf-8")

    def line_of(self, file: str, text: str) -> int:
        """The line on which this text stands for the last time."""
        lines = (self.path / file).read_text(encoding="utf-8").splitlines()
        return max(number for number, line in enumerate(lines, 1) if text in line)

    def problems(self) -> list[str]:
        try:
            read_folder(self.path)
        except CannotImport as error:
            return [str(problem) for problem in error.problems]
        return []


def only_problem(folder: Folder, file: str, standing: str, text: str) -> None:
    """There is one problem, in this file, on the line where `standing` stands, and it says `text`."""
    (found,) = folder.problems()
    assert found.startswith(f"{file}:{folder.line_of(file, standing)}: "), found
    assert text in found


def load(folder: Folder, *, now: dt.datetime = NOW, is_dry_run: bool = False) -> Counts:
    return import_from("manifest", str(folder.path), now=now, is_dry_run=is_dry_run).counts


def heron() -> Artifact:
    return Artifact.objects.get(slug="heron-7b")
