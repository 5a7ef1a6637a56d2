"""What of a source is passed over: entries that read, or at least say, the same as when they were last written.

Two digests stand with an entry: of what it says, and of what was read. Who reads the same again need not build anything
of it, as long as the code that would is the same; who reads otherwise may still say the same, and is not written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count

from catalog.importers.feeds import Feed, Told
from catalog.importers.reading import Known, Opened, digest_of
from catalog.models import Entry

#: Stands in place of the digests of what the source has withdrawn, or names no longer.
GONE = "gone"
#: Characters of each of the two.
LENGTH = 16
#: Left out of what an entry “says”: these are ours, or say when it was said.
_NOT_SAID = {"place", "retrieved_on", "lifecycle", "read", "notes"}


def said(told: Told) -> str:
    """Of everything that the entry says, so that the same again is known without a look at the tables."""
    return digest_of(json.dumps(_plain(told), sort_keys=True, default=str))


def digests(told: Told) -> str:
    """What is kept of an entry that was written."""
    return f"{said(told)}{told.read}"


def says_the_same(entry: Entry, told: Told) -> bool:
    return entry.digest[:LENGTH] == said(told)


def note_read(entries: dict[str, Entry], told: Sequence[Told]) -> None:
    """Of what says the same in other words, or is read by other code: so that the next run need not build it."""
    changed = []
    for one in told:
        entry = entries[one.key]
        if entry.digest[LENGTH:] != one.read:
            entry.digest = entry.digest[:LENGTH] + one.read
            changed.append(entry)
    Entry.objects.bulk_update(changed, ["digest"], batch_size=500)


def known(feed: Feed, place: Opened) -> Known:
    """What this feed has read before, by the digest of it.

    Not what an editor has merged: where one of such entries has changed, all that mean the listing are written. The
    earlier name of what was renamed is no entry of that kind: it says nothing any more.
    """
    mine = Entry.objects.filter(importer=feed.name).exclude(digest=GONE)
    merged = mine.order_by().values("artifact").annotate(entries=Count("id")).filter(entries__gt=1).values("artifact")
    rows = mine.exclude(digest="").exclude(artifact__in=merged)
    return Known(
        salt=f"{code()} {place.on if feed.is_dated else ''}",
        on=place.on,
        entries={digest[LENGTH:]: (pk, key) for pk, key, digest in rows.values_list("pk", "key", "digest").iterator()},
    )


@cache
def code() -> str:
    """Of all that decides what becomes of an entry: where any of it has changed, each is looked at anew."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in _NOT_SAID}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
