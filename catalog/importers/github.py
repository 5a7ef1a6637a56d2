"""GitHub repositories: objects of `GET /repos/OWNER/NAME`, a list of them, or one a line.

The numeric id is the key: names change hands. Another answer for the same id under a new name is a rename, and the old
name leads on. An archived repository is deprecated by its owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from catalog.importers import values
from catalog.importers.feeds import Feed, Item, Refusal, Told, next_link, unless_known
from catalog.importers.reading import CannotParse, Opened
from catalog.importers.records import ArtifactRecord, SourceRecord

SOURCE = SourceRecord("github", "GitHub", "registry", "https://api.github.com/repos")


def read(place: Opened) -> Iterator[Item]:
    for file in place.files("*.json", "*.jsonl"):
        if file.suffix == ".jsonl":
            rows = Opened(str(file), file, place.on, place.doubled).json_lines()
        else:
            data = place.json(file)
            items = data.get("items") if isinstance(data, dict) and isinstance(data.get("items"), list) else data
            rows = iter(enumerate(items if isinstance(items, list) else [items], start=1))
        for number, raw in rows:
            key = f"{file.name} {number}"
            if isinstance(raw, CannotParse):
                yield Refusal(key, str(raw))
            else:
                yield unless_known(place, raw, partial(item_of, raw, place, key))


def item_of(raw: Any, place: Opened, key: str) -> Item:
    if not isinstance(raw, dict):
        return Refusal(key, "It is no object.")
    name, number = values.line(raw.get("full_name"), 200), values.count(raw.get("id"))
    if not number or not values.ids(("repository", f"github.com/{name}" if "/" in name else "")):
        return Refusal(key, "It has no id and name of a repository.")
    if raw.get("private") is True:
        return Refusal(name, "It is private.")
    owner = values.mapping(raw.get("owner"))
    publisher = values.publisher(owner.get("login") or name.partition("/")[0])
    return Told(
        str(number), record_of(raw, name, place), publisher=publisher, is_deprecated=raw.get("archived") is True
    )


def record_of(raw: dict[str, Any], name: str, place: Opened) -> ArtifactRecord:
    description = values.text(raw.get("description"))
    licence = values.mapping(raw.get("license"))
    pushed, created = (values.day(raw.get(field), on=place.on) for field in ("pushed_at", "created_at"))
    publisher = values.publisher(name.partition("/")[0])
    return ArtifactRecord(
        slug=values.slug_of(name.partition("/")[2], name),
        name=name.partition("/")[2],
        kind="repo",
        tagline=values.tagline(description),
        description=description,
        publisher=publisher.slug if publisher else "",
        licence=values.licence(licence.get("spdx_id")) if licence.get("spdx_id") != "NOASSERTION" else "",
        homepage=values.address(raw.get("homepage")),
        repository=f"https://github.com/{name}",
        ids=values.ids(("repository", f"https://github.com/{name}")),
        facts=values.facts(
            "repo",
            SOURCE.slug,
            {
                "programming_language": values.line(raw.get("language"), 60),
                "released": created.isoformat() if created else None,
                "last_updated": pushed.isoformat() if pushed else None,
            },
        ),
        readings=values.readings(
            SOURCE.slug,
            place.on,
            {
                "stars": values.count(raw.get("stargazers_count")),
                "forks": values.count(raw.get("forks_count")),
                "last_commit": pushed,
                "created": created,
                "has_license": bool(licence) if "license" in raw else None,
                "has_homepage": bool(values.address(raw.get("homepage"))) if "homepage" in raw else None,
                "description_length": len(description) if "description" in raw else None,
            },
        ),
    )


FEED = Feed("github", "GitHub repositories, as its API describes them.", SOURCE, read, next_page=next_link)
