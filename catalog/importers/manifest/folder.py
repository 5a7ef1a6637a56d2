"""Reads the files of a catalog folder and checks their shape."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.text import slugify

from catalog.importers.documents import Document, Path_, read_document
from catalog.importers.errors import Problem
from catalog.importers.manifest.shape import check_shape

LISTS = ("categories", "publishers", "capabilities", "sources")
MAX_FILES = 20_000


def own_source_slug(artifact_slug: str, key: str) -> str:
    """How a source that one file alone cites is called in the catalog."""
    return f"{artifact_slug}-{slugify(key.replace('_', '-').replace('.', '-'))}"[:120]


class Folder:
    """What the files hold: rows of the shared lists, and artifacts, each with the document it stands in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.lists: dict[str, list[tuple[Document, Path_, dict[str, Any]]]] = {name: [] for name in LISTS}
        self.artifacts: list[tuple[Document, dict[str, Any]]] = []
        if folder.is_dir():
            self._read()
        else:
            self.problems.append(Problem(str(folder), 0, "There is no such folder."))

    def rows(self, name: str) -> list[dict[str, Any]]:
        return [data for _, _, data in self.lists[name]]

    def _read(self) -> None:
        files = sorted(self.folder.rglob("*.yaml"))
        if not files:
            self.problems.append(Problem(str(self.folder), 0, "There is no .yaml file in this folder."))
        if len(files) > MAX_FILES:
            self.problems.append(
                Problem(str(self.folder), 0, f"There are {len(files):,} files; at most {MAX_FILES:,} are read.")
            )
            return
        for file in files:
            self._read_file(file, file.relative_to(self.folder).parts)

    def _read_file(self, file: Path, parts: tuple[str, ...]) -> None:
        top = parts[0].removesuffix(".yaml")
        document = read_document(file, "/".join(parts))
        is_list = top in LISTS
        if not is_list and (top != "artifacts" or len(parts) == 1):
            document.complain((), f"No file is expected here; there are artifacts/ and {', '.join(LISTS)}.")
        if not document.problems:
            check_shape(document, top if is_list else "artifact")
        if document.problems:
            self.problems += document.problems
        elif is_list:
            self.lists[top] += [(document, (index,), row) for index, row in enumerate(document.data)]
        else:
            self.artifacts.append((document, document.data))
