"""Files and folders that an editor may have read: uploaded ones, and those below folders that the operator names."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

#: Bytes of an uploaded file. A larger one is put into a folder of the operator's.
MOST_BYTES = 64 * 1024 * 1024


class CannotRead(Exception):
    """The sentence says why not."""


def keep_upload(name: str, pieces: Iterable[bytes]) -> str:
    """Writes it to disk under its own name, which bears its date and its ending, and answers with the path."""
    folder = _uploads() / secrets.token_hex(8)
    folder.mkdir(parents=True)
    name = re.sub(r"[^\w.-]+", "-", Path(name.replace("\\", "/")).name, flags=re.ASCII).strip(".-")[-100:] or "file"
    with (folder / name).open("wb") as stream:
        for piece in pieces:
            stream.write(piece)
    return str(folder / name)


def shown(origin: str) -> str:
    """As people know it: where uploads lie is nobody's business."""
    if _uploads() in Path(origin).parents:
        return f"{Path(origin).name}, an uploaded file"
    return origin


def allowed(path: str) -> str:
    """The path, with its links followed, where it lies in a folder of IMPORT_FOLDERS. Raises CannotRead."""
    try:
        found = Path(path).resolve()
        is_inside = any(found.is_relative_to(Path(folder).resolve()) for folder in settings.IMPORT_FOLDERS)
    except (OSError, ValueError, RuntimeError):
        is_inside = False
    if not is_inside:  # the same for what is not there: nobody learns what else lies on this machine
        raise CannotRead("It does not lie in a folder that imports may read.")
    if not found.exists():
        raise CannotRead("There is no such file or folder.")
    return str(found)


def clear(*, now: dt.datetime) -> None:
    """Uploads that nobody takes up again any more."""
    before = (now - dt.timedelta(days=settings.UNFRAGILE["JOB_DAYS"])).timestamp()
    for folder in _uploads().glob("*"):
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


def _uploads() -> Path:
    return Path(settings.VAR_DIR) / "imports" / "uploads"
