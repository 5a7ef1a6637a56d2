"""Manifests: an `unfragile.yml`, or a folder of them, read before anybody has claimed the artifact.

What is checked and how it becomes a record, `catalog.manifest` says. A manifest tells of its own artifact alone:
nothing is gone because another one does not name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from catalog import manifest
from catalog.importers import values
from catalog.importers.addresses import is_address
from catalog.importers.errors import CannotImport
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.reading import Opened
from catalog.importers.records import SourceRecord

SOURCE = SourceRecord("manifests", "Manifests of publishers (unfragile.yml)", "documentation")
FILES = ("*unfragile.yml", "*unfragile.yaml")


def is_at(place: str) -> bool:
    """Whether manifests are meant: an address, a file, or a folder that holds some; else it is catalog files."""
    path = Path(place)
    return is_address(place) or path.is_file() or any(next(path.rglob(name), None) for name in FILES)


def read(place: Opened) -> Iterator[Item]:
    for file in place.files(*FILES):
        name = str(file.relative_to(place.path)) if place.is_folder else file.name
        try:
            text = place.text(file)
        except CannotImport as error:
            yield Refusal(name, error.problems[0].text)
            continue
        yield unless_known(place, text, partial(item_of, name, text))


def item_of(name: str, text: str) -> Item:
    try:
        found = manifest.validate(text)
    except manifest.CannotRead as error:
        return Refusal(name, f"Line {error.line}: {error}" if error.line else str(error))
    if found.errors:
        return Refusal(name, " ".join(f"Line {error.line}: {error.text}" for error in found.errors[:5]))
    artifact = found.data["artifact"]
    record = manifest.record_of(found.data, source=SOURCE.slug)
    version = values.facts(record.kind, SOURCE.slug, {"version": artifact.get("version")})
    # A slug is only a wish; two publishers may have the same.
    key = f"{record.repository or record.homepage}#{record.slug}"
    return Told(
        key[:300],
        replace(record, ids=values.ids(("repository", record.repository), *record.ids), facts=version),
        cited=manifest.sources_of(found.data),
        text="\n".join(f"- {offering.title}: {offering.description}" for offering in record.offerings),
        text_at=record.repository or record.homepage,
    )


FEED = Feed(
    "manifest",
    "An `unfragile.yml`, or a folder of them. The command also reads a folder of catalog files.",
    SOURCE,
    read,
    is_dated=False,
    is_partial=True,
)
