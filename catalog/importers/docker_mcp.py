"""Docker's registry of MCP servers: a folder `servers/NAME` for each, with `server.yaml` and often `tools.json`.

The tools are capabilities: their list goes along for the decomposer, which proposes them. Nothing in these files is
believed about who made what: a repository named there may hold many servers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from catalog.importers import values
from catalog.importers.documents import parse
from catalog.importers.errors import CannotImport
from catalog.importers.feeds import Feed, Item, Refusal, Told, unless_known
from catalog.importers.reading import CannotParse, Opened, parsed
from catalog.importers.records import ArtifactRecord, SourceRecord

SOURCE = SourceRecord(
    "docker-mcp",
    "Docker’s registry of MCP servers",
    "registry",
    "https://github.com/docker/mcp-registry",
    licence="MIT",
)
AT = "https://github.com/docker/mcp-registry/blob/main/servers"


def read(place: Opened) -> Iterator[Item]:
    for file in place.files("server.yaml", "server.yml"):
        name = file.parent.name if place.is_folder else file.stem
        try:
            text = place.text(file)
        except CannotImport as error:
            yield Refusal(name, error.problems[0].text)
            continue
        tools, listed = _tools(place, file.with_name("tools.json"))
        yield unless_known(place, (name, text, tools, listed), partial(item_of, name, text, tools, listed))


def item_of(name: str, text: str, tools: int | None, listed: str) -> Item:
    document = parse(text, name)
    if not document.is_read or not isinstance(document.data, dict):
        return Refusal(name, document.problems[0].text if document.problems else "It is no list of keys and values.")
    if not values.line(document.data.get("name")) or not isinstance(document.data.get("about"), dict):
        return Refusal(name, "It says nothing of a server.")
    told = told_of(values.line(document.data.get("name"), 200) or name, document.data, tools)
    return replace(told, text=listed, text_at=f"{AT}/{quote(name)}/tools.json") if listed else told


def _tools(place: Opened, file: Path) -> tuple[int | None, str]:
    """How many, and the list as it stands; unknown where it is missing or is none."""
    try:
        text = place.text(file) if file.is_file() else ""
        data = parsed(text) if text else None
    except (CannotParse, CannotImport):
        return None, ""
    return (len(data), text) if isinstance(data, list) else (None, "")


def told_of(name: str, raw: dict[str, Any], tools: int | None) -> Told:
    about, source, remote = (values.mapping(raw.get(k)) for k in ("about", "source", "remote"))
    description = values.text(about.get("description"))
    image = values.line(raw.get("image"), 300).rsplit("@", 1)[0].rsplit(":", 1)[0]
    address = values.address(source.get("project"))
    folder = values.line(source.get("directory"), 200).strip("/")
    is_remote = raw.get("type") == "remote"
    record = ArtifactRecord(
        slug=values.slug_of(f"{name} mcp", name),
        name=values.line(about.get("title"), 200) or name,
        kind="mcp",
        tagline=values.tagline(description),
        description=description,
        repository=f"{address}/tree/HEAD/{folder}" if address and folder and "/tree/" not in address else address,
        ids=values.ids(("docker", image)),
        facts=values.facts(
            "mcp",
            SOURCE.slug,
            {
                "packages": ["docker"] if image and not is_remote else None,
                "transports": [values.line(remote.get("transport_type"), 40)] if remote.get("transport_type") else None,
                "tool_count": tools or None,
                "remote": True if is_remote else None,
            },
        ),
    )
    return Told(name, record)


FEED = Feed(
    "docker-mcp",
    "Docker’s registry of MCP servers, a folder with `server.yaml` for each.",
    SOURCE,
    read,
    is_dated=False,
)
