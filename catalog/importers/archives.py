"""Unpacks what a publisher keeps as a folder: a `.tar.gz`, into a folder that importers read like any other.

Only files that importers read, and no links: where an entry would lie is worked out here, not by the archive.
"""

from __future__ import annotations

import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from catalog.importers.reading import MAX_FILES, refused

ENDINGS = (".tar.gz", ".tgz")
#: Of all that is unpacked together, and of one file.
MOST_BYTES, MOST_OF_ONE = 512 * 1024 * 1024, 64 * 1024 * 1024
_READ = {".json", ".jsonl", ".csv", ".yaml", ".yml", ".md"}


def unpacked(archive: Path, folder: Path, *, place: str) -> None:
    """The folder holds all of it, or is as it was. Raises CannotImport."""
    coming = folder.with_name(f"{folder.name}.coming")
    shutil.rmtree(coming, ignore_errors=True)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            _take(tar, coming, place)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise refused(
            place, f"It is no archive that can be unpacked: {str(error)[:100] or type(error).__name__}."
        ) from error
    shutil.rmtree(folder, ignore_errors=True)
    coming.rename(folder)


def _take(tar: tarfile.TarFile, folder: Path, place: str) -> None:
    folder.mkdir(parents=True)
    count = size = 0
    for member in tar:
        parts = PurePosixPath(member.name).parts
        if not member.isfile() or ".." in parts or not parts or parts[0] == "/":
            continue
        if PurePosixPath(member.name).suffix.lower() not in _READ or member.size > MOST_OF_ONE:
            continue
        count, size = count + 1, size + member.size
        if count > MAX_FILES or size > MOST_BYTES:
            raise refused(place, f"It unpacks to more than {MAX_FILES:,} files, or {MOST_BYTES:,} bytes.")
        source = tar.extractfile(member)
        if source is not None:
            to = folder.joinpath(*parts)
            to.parent.mkdir(parents=True, exist_ok=True)
            with to.open("wb") as stream:
                shutil.copyfileobj(source, stream)
