"""What every source's module gives: a Feed, whose `read` turns an opened source into items, one at a time.

Pure but for reading what was opened: nothing of the database. An item is an artifact that the source tells of, a
refusal with its reason, or the word that the source has withdrawn something. The key is the source's own: what it
tells its entries apart by, and what stays when a name changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin

from catalog.choices import PublishRule
from catalog.importers.oddities import notes_of
from catalog.importers.reading import Opened, digest_of
from catalog.importers.records import ArtifactRecord, PublisherRecord, SourceRecord


@dataclass(frozen=True)
class Parent:
    """What an artifact comes from, by an id of its own: whether that is listed, the catalog knows."""

    scheme: str
    value: str
    relation: str = "derived_from"
    detail: str = ""
    keeps_architecture: bool = True


@dataclass(frozen=True)
class Told:
    """One entry. Its record's slug is a wish: what is listed already keeps its own."""

    key: str
    record: ArtifactRecord
    publisher: PublisherRecord | None = None
    parents: tuple[Parent, ...] = ()
    #: Keys under which the source told of it before it was renamed.
    formerly: tuple[str, ...] = ()
    #: True where the source itself says that it should no longer be used.
    is_deprecated: bool = False
    #: In what words, or lists, it says what the thing does, and where they stand; else its description tells.
    text: str = ""
    text_at: str = ""
    #: Documents of others that its offerings cite.
    cited: tuple[SourceRecord, ...] = ()
    #: What of it nothing can have, and is left out: sentences for whoever looks at the run.
    notes: tuple[str, ...] = field(default=(), compare=False)
    #: The digest of what it was made of, see `unless_known`.
    read: str = field(default="", compare=False)


@dataclass(frozen=True)
class Same:
    """One entry that reads as it did when it was last written: nothing is made of it."""

    key: str
    #: Its row's key.
    entry: int


@dataclass(frozen=True)
class Refusal:
    key: str
    why: str


@dataclass(frozen=True)
class Gone:
    """The source has withdrawn it. Nothing is deleted: its facts are marked as no longer stated."""

    key: str
    why: str


Item = Told | Same | Refusal | Gone


def unless_known(place: Opened, raw: Any, make: Callable[[], Item]) -> Item:
    """What is made of an entry; or that it is read as it was, without making it again."""
    digest = place.known.digest(raw) if place.known is not None else ""
    if place.known is not None and (there := place.known.entries.get(digest)) is not None:
        return Same(there[1], there[0])
    item = make()
    return replace(item, read=digest, notes=notes_of(raw, place.on)) if isinstance(item, Told) else item


_DATE = re.compile(r"[._-]?\d{4}-\d{2}-\d{2}")
#: This page's address, its headers in small letters and its body give the next page's address, or nothing.
NextPage = Callable[[str, Mapping[str, str], bytes], str]


def next_link(address: str, headers: Mapping[str, str], body: bytes) -> str:
    """Of sources that name it in their headers: `Link: <...>; rel="next"`."""
    found = re.search(r"<([^<>]{1,2000})>\s*;[^,]{0,200}rel=\"?next", headers.get("link", ""))
    return urljoin(address, found.group(1)) if found else ""


@dataclass(frozen=True)
class Feed:
    name: str
    #: One sentence for the docs and the editors' page.
    reads: str
    source: SourceRecord
    read: Callable[[Opened], Iterator[Item]] = field(compare=False)
    publishes: PublishRule = PublishRule.HOLD
    #: Where its publisher serves the whole of it; "" where there is no one such place.
    address: str = ""
    #: Of a source that answers in pages: the next one's address, from this one's, its headers and its body.
    next_page: NextPage | None = field(default=None, compare=False)
    #: What it calls, in an address, the time since which it is asked for changes.
    since: str = ""
    #: Whether a place is one of several lists: what another list names is not gone from this one.
    has_lists: bool = False
    #: Whether each place tells of its own entries alone: what it does not name is not gone.
    is_partial: bool = False
    #: Whether what an entry says hangs on the day on which it is read, as readings do.
    is_dated: bool = True

    def at(self, place: Opened) -> Feed:
        """The feed as its entries are known by: for one of several lists under the list's own name, without dates."""
        if not self.has_lists:
            return self
        is_address = place.place.startswith(("http://", "https://"))
        undated = _DATE.sub("", place.place if is_address else place.path.name.partition(".")[0])
        # Files that are fetched bear our names, all the same ones.
        name = digest_of(undated) if is_address else re.sub(r"[\d._-]+$", "", undated)
        return replace(self, name=f"{self.name}/{name}"[:40])
