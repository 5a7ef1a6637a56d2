"""A small catalog for the match engine, and an index of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ranking.match.configuration import Configuration
from ranking.match.documents import Chosen, Document
from ranking.match.engine import Engine
from ranking.match.index import build, open_index

TEXTS = {
    "scribe": ("Scribe", "mcp", "speech recognition", "Turns recorded speech into written text in forty languages."),
    "painter": ("Painter", "model", "image generation", "Draws pictures from a description in words."),
    "polyglot": ("Polyglot", "api", "translation", "Translates documents between a hundred languages."),
    "coder": ("CodeHelper", "extension", "code completion", "Completes and repairs program code in an editor."),
    "weather": ("Weather", "mcp", "weather forecast", "Forecasts of rain, wind and temperature for any city."),
    "tabler": ("Tabler", "cli", "data extraction", "Reads tables out of PDF files and writes spreadsheets."),
    "mailer": ("Mailer", "workflow", "e-mail drafting", "Writes drafts of e-mail answers and sorts the inbox."),
    "chemist": ("Chemist", "model", "molecule property prediction", "Predicts how soluble and toxic molecules are."),
}


def documents() -> list[Document]:
    return [
        Document(
            artifact=key,
            name=name,
            offering=f"{key}-1",
            capability=capability,
            description=description,
            facets=frozenset({f"kind:{kind}", *({"price:free"} if key in ("scribe", "weather") else ())}),
        )
        for key, (name, kind, capability, description) in TEXTS.items()
    ]


def engine(
    folder: Path,
    rows: Iterable[Document] | None = None,
    chosen: Sequence[Chosen] = (),
    configuration: Configuration | None = None,
) -> Engine:
    place = folder / f"index-{len(list(folder.iterdir()))}"
    build(place, documents() if rows is None else rows, chosen)
    return Engine(open_index(place), configuration)


def keys(matches: Iterable[object]) -> list[str]:
    return [match.artifact for match in matches]  # type: ignore[attr-defined]
