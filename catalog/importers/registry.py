"""Which importers there are, by the names that `import_source` takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catalog.importers import (
    aider,
    best_of,
    docker_mcp,
    github,
    hf_cards,
    huggingface,
    litellm,
    lmarena,
    manifests,
    mcp_registry,
    models_dev,
    openrouter,
)
from catalog.importers.feeds import Feed
from catalog.importers.manifest import read_folder
from catalog.importers.records import Records


@dataclass(frozen=True)
class Importer:
    """One that takes all or nothing: what people have written by hand."""

    name: str
    reads: str
    read: Callable[[Path], Records]


#: Those that take each entry by itself: what publishers serve.
FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        models_dev.FEED,
        litellm.FEED,
        openrouter.FEED,
        mcp_registry.FEED,
        docker_mcp.FEED,
        huggingface.FEED,
        hf_cards.FEED,
        github.FEED,
        best_of.FEED,
        aider.FEED,
        lmarena.FEED,
        manifests.FEED,
    )
}
CATALOG_FILES = Importer("manifest", "A folder of catalog files, see docs/reference/catalog-files.md.", read_folder)


def importer_of(name: str, place: str) -> Importer | Feed:
    """Two formats go by the name of manifest: the place tells which is meant."""
    return CATALOG_FILES if name == "manifest" and not manifests.is_at(place) else FEEDS[name]
