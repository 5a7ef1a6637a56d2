"""Which importers there are, by the names that `import_source` takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catalog.importers.manifest import read_folder
from catalog.importers.records import Records


@dataclass(frozen=True)
class Importer:
    name: str
    reads: str
    read: Callable[[Path], Records]


IMPORTERS = {
    importer.name: importer
    for importer in (
        Importer("manifest", "A folder of catalog files, see docs/reference/catalog-files.md.", read_folder),
    )
}
