"""The MCP registry: pages of `GET /v0.1/servers`, one server a line, or the list of 2025 with `version_detail`.

A server's name is its key. Its repository is none: one repository carries many servers, so only a folder inside counts
as an id. The latest version speaks for the server; what was deleted there is withdrawn, not removed, here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from catalog.importers import values
from catalog.importers.feeds import Feed, Gone, Item, Refusal, Told, unless_known
from catalog.importers.reading import CannotParse, Opened, parsed, refused
from catalog.importers.records import ArtifactRecord, SourceRecord

SOURCE = SourceRecord(
    "mcp-registry", "Registry of MCP servers", "registry", "https://registry.modelcontextprotocol.io", licence="CC0-1.0"
)
OFFICIAL = "io.modelcontextprotocol.registry/official"
#: What registries call the kinds of packages, and our scheme of ids for each.
PACKAGES = {"npm": "npm", "pypi": "pypi", "oci": "docker", "docker": "docker"}


def read(place: Opened) -> Iterator[Item]:
    told: set[str] = set()
    later: dict[str, Item] = {}
    for key, raw in _rows(place):
        if isinstance(raw, CannotParse):
            yield Refusal(key, str(raw))
            continue
        item = unless_known(place, raw, partial(item_of, raw, place, key))
        if _is_older(raw):
            later.setdefault(item.key, item)  # used only where no latest version is told
        else:
            told.add(item.key)
            yield item
    yield from (item for key, item in later.items() if key not in told)


def _rows(place: Opened) -> Iterator[tuple[str, Any]]:
    for file in place.files("*.jsonl", "*.json"):
        if file.suffix == ".jsonl":
            yield from _lines(Opened(str(file), file, place.on, place.doubled))
        else:
            yield from _documents(place, file)


def _lines(place: Opened) -> Iterator[tuple[str, Any]]:
    is_first = True
    for number, raw in place.json_lines():
        if is_first and isinstance(raw, CannotParse) and "web page" in str(raw):
            raise refused(place.place, str(raw))
        is_first = False
        yield f"line {number}", raw


def _documents(place: Opened, file: Path) -> Iterator[tuple[str, Any]]:
    data = place.json(file)
    rows = data.get("servers") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise refused(str(file), "There is no list of servers in it.")
    for number, raw in enumerate(rows, start=1):
        yield f"{file.name} {number}", raw


def _is_older(raw: Any) -> bool:
    meta = _official(raw)
    detail = raw.get("version_detail") if isinstance(raw, dict) else None
    return meta.get("isLatest") is False or (isinstance(detail, dict) and detail.get("is_latest") is False)


def _official(raw: Any) -> dict[str, Any]:
    meta = raw.get("_meta") if isinstance(raw, dict) else None
    official = meta.get(OFFICIAL) if isinstance(meta, dict) else None
    return official if isinstance(official, dict) else {}


def item_of(raw: Any, place: Opened, key: str) -> Item:
    """One server as either schema writes it."""
    server = raw.get("server", raw) if isinstance(raw, dict) else None
    if not isinstance(server, dict):
        return Refusal(key, "It is no object.")
    name = values.line(server.get("name"), 200)
    if not name or name != server.get("name"):
        return Refusal(key, "It has no name that could be an id.")
    official = _official(raw)
    status = str(official.get("status") or server.get("status") or "active")
    if status == "deleted":
        return Gone(name, "Its publisher has deleted it.")
    return Told(name, record_of(server, official, place), is_deprecated=status == "deprecated")


def record_of(server: dict[str, Any], official: dict[str, Any], place: Opened) -> ArtifactRecord:
    name = values.line(server["name"], 200)
    description = values.text(server.get("description"))
    repository = values.mapping(server.get("repository"))
    address = values.address(repository.get("url"))
    folder = values.line(repository.get("subfolder"), 200).strip("/")
    packages = [p for p in server.get("packages") or () if isinstance(p, dict)] if _is_list(server, "packages") else []
    remotes = [r for r in server.get("remotes") or () if isinstance(r, dict)] if _is_list(server, "remotes") else []
    detail = values.mapping(server.get("version_detail"))
    updated = values.day(official.get("updatedAt") or detail.get("release_date"), on=place.on)
    sorts = [_sort(package) for package in packages]
    transports = [_transport(p.get("transport")) for p in packages] + [_transport(r) for r in remotes]
    return ArtifactRecord(
        slug=values.slug_of(name, name),
        name=values.line(server.get("title"), 200) or name,
        kind="mcp",
        tagline=values.tagline(description),
        description=description,
        homepage=values.address(server.get("websiteUrl")),
        repository=f"{address}/tree/HEAD/{folder}" if address and folder and "/tree/" not in address else address,
        ids=values.ids(
            ("mcp-registry", name),
            *(
                (PACKAGES[sort], _package(package))
                for sort, package in zip(sorts, packages, strict=True)
                if sort in PACKAGES
            ),
        ),
        facts=values.facts(
            "mcp",
            SOURCE.slug,
            {
                "version": values.line(server.get("version") or detail.get("version"), 100),
                "last_updated": updated.isoformat() if updated else None,
                "packages": sorted({sort for sort in sorts if sort}),
                "transports": sorted({transport for transport in transports if transport}),
                "remote": True if remotes else None,
            },
        ),
    )


def _is_list(server: dict[str, Any], name: str) -> bool:
    return isinstance(server.get(name), list)


def _sort(package: dict[str, Any]) -> str:
    return values.line(package.get("registryType") or package.get("registry_name"), 40).lower()


def _package(package: dict[str, Any]) -> str:
    """Without its version: an image's tag says which, not what."""
    found = values.line(package.get("identifier") or package.get("name"), 300)
    return found.rsplit("@sha256", 1)[0].rsplit(":", 1)[0] if _sort(package) in ("oci", "docker") else found


def _transport(value: Any) -> str:
    return values.line(value.get("type"), 40) if isinstance(value, dict) else ""


def next_page(address: str, headers: Mapping[str, str], body: bytes) -> str:
    """The same question with the cursor that this page gave."""
    try:
        metadata = values.mapping(values.mapping(parsed(body.decode())).get("metadata"))
    except (CannotParse, UnicodeDecodeError):
        return ""  # told when it is read
    cursor = values.line(metadata.get("nextCursor") or metadata.get("next_cursor"), 1_000)
    parts = urlsplit(address)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
    return urlunsplit(parts._replace(query=urlencode([*asked, ("cursor", cursor)]))) if cursor else ""


FEED = Feed(
    "mcp-registry",
    "Servers of the MCP registry: pages of its API, one server a line, or the list of 2025.",
    SOURCE,
    read,
    next_page=next_page,
    address="https://registry.modelcontextprotocol.io/v0.1/servers?limit=100",
    since="updated_since",
    is_dated=False,
)
