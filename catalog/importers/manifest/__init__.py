"""Reads a folder of catalog files (docs/reference/catalog-files.md) and turns it into records.

Three passes: shape by the published schema (`folder`, `shape`), then references, identities and values of all that has
the right shape (`checks`), then records (`convert`). Every problem carries its file and line, and all are told at once;
with one problem nothing of the folder is used.
"""

from __future__ import annotations

from pathlib import Path

from catalog.importers.errors import CannotImport
from catalog.importers.manifest.checks import problems_of
from catalog.importers.manifest.convert import records_of
from catalog.importers.manifest.folder import Folder
from catalog.importers.records import Records


def read_folder(path: Path) -> Records:
    """All records of the folder. Raises CannotImport with every problem in it."""
    folder = Folder(path)
    problems = [*folder.problems, *problems_of(folder)]
    if problems:
        raise CannotImport(problems)
    return records_of(folder)
