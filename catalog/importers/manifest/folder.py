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
    """What the files hold: rows of the shared lists, and artifacts, each with the document it stands in.

    What has the wrong shape is left out and named in `problems`. So that the rest can be checked all the same, the
    names that it seems to define count as known.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.lists: dict[str, list[tuple[Document, Path_, dict[str, Any]]]] = {name: [] for name in LISTS}
        self.artifacts: list[tuple[Document, dict[str, Any]]] = []
        #: List, or "artifacts" -> keys and slugs that stand in rows of the wrong shape.
        self.half_known: dict[str, set[str]] = {name: set() for name in (*LISTS, "artifacts")}
        #: Lists of which a file could not be read: what they define is anybody's guess.
        self.unread: set[str] = set()
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
        if top in LISTS:
            self._take_list(document, top)
        elif top == "artifacts" and len(parts) > 1:
            self._take_artifact(document, file.stem)
        else:
            document.complain((), f"No file is expected here; there are artifacts/ and {', '.join(LISTS)}.")
        self.problems += document.problems

    def _take_list(self, document: Document, name: str) -> None:
        wrong = check_shape(document, name) if document.is_read or not document.problems else [()]
        if () in wrong or not isinstance(document.data, list):
            self.unread.add(name)
            return
        rows = {path[0] for path in wrong}
        for index, row in enumerate(document.data):
            if index not in rows:
                self.lists[name].append((document, (index,), row))
            elif isinstance(row, dict):
                self.half_known[name] |= {row[key] for key in ("key", "slug") if isinstance(row.get(key), str)}

    def _take_artifact(self, document: Document, stem: str) -> None:
        if (document.is_read or not document.problems) and not check_shape(document, "artifact"):
            self.artifacts.append((document, document.data))
            return
        # Its slug may be what is wrong; files mostly go by it.
        slug = document.data.get("slug") if isinstance(document.data, dict) else None
        self.half_known["artifacts"] |= {stem, slug if isinstance(slug, str) else stem}
