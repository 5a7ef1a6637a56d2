"""What tells a finished index from a broken one: a list of its files with their sizes and checksums, written last.

An index is a folder that never changes once its manifest stands. So readers need no locks, a half-written one is seen
at once, and one that was damaged or made by another version is refused with a sentence instead of a crash.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Grows whenever files or their meaning change; an index of another format is built again.
FORMAT = 2
NAME = "manifest.json"
_CHUNK = 1 << 20


class CannotOpenIndex(Exception):
    """There is no usable index in this folder; the message says why. It can be built again from what it was made of."""


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Whatever goes wrong inside is said as CannotOpenIndex: the full-text library's panics are no ordinary
    exceptions, and would otherwise end the process."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        raise CannotOpenIndex(f"{what} cannot be read: {error}") from error


@dataclass(frozen=True)
class Manifest:
    rows: int  # documents, with those that were replaced since
    parts: int
    artifacts: int
    choices: int
    facets: tuple[str, ...]
    #: Of each file its size and checksum.
    files: dict[str, tuple[int, int]]


def write_manifest(folder: Path, **counts: Any) -> None:
    """List everything in the folder, and so declare it finished."""
    files = {name: [path.stat().st_size, checksum(path)] for name, path in _files(folder)}
    text = json.dumps({"format": FORMAT, **counts, "files": files}, indent=1)
    draft = folder / f"{NAME}.draft"
    draft.write_text(text)
    draft.replace(folder / NAME)


def listed(folder: Path, *, thorough: bool = True) -> Manifest:
    """The manifest, once everything it lists was found as listed; `thorough` reads every byte."""
    try:
        found = json.loads((folder / NAME).read_text())
    except FileNotFoundError:
        raise CannotOpenIndex(f"{folder} holds no finished index.") from None
    except (OSError, ValueError) as error:
        raise CannotOpenIndex(f"The manifest of {folder} cannot be read: {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise CannotOpenIndex(f"{folder} was built by another version of the engine.")
    try:
        manifest = Manifest(
            rows=int(found["rows"]),
            parts=int(found["parts"]),
            artifacts=int(found["artifacts"]),
            choices=int(found["choices"]),
            facets=tuple(found["facets"]),
            files={name: (int(size), int(check)) for name, (size, check) in found["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CannotOpenIndex(f"The manifest of {folder} is not complete: {error!r}") from error
    for name, (size, check) in manifest.files.items():
        path = folder / name
        try:
            if path.stat().st_size != size or (thorough and checksum(path) != check):
                raise CannotOpenIndex(f"{name} in {folder} is damaged.")
        except OSError as error:
            raise CannotOpenIndex(f"{name} in {folder} cannot be read: {error.strerror}") from error
    return manifest


def checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found = zlib.crc32(chunk, found)
    return found


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        # The full-text library's lock files come and go.
        if path.is_file() and not path.name.endswith(".lock") and not path.name.startswith(NAME):
            yield path.relative_to(folder).as_posix(), path
