"""What an entry brings for the decomposer: its text, where that stands, and the mark that it has to be read.

Pure. Kept with the entry by the batch that writes it; `catalog.desk.texts` takes it apart later, so that no import
waits.
"""

from __future__ import annotations

from typing import Any

from catalog.decompose import MAX_JSON
from catalog.importers.feeds import Told
from catalog.storable import storable

COLUMNS = ("text", "text_at", "taken_apart_with", "not_taken_apart")


def brought(told: Told) -> dict[str, Any]:
    """Columns of the entry. Its own description where the source has no more to say; that stands on its page."""
    record = told.record
    text = told.text or record.description or record.tagline
    at = told.text_at or record.repository or record.homepage
    return {
        "text": _kept(storable(text)),
        "text_at": at if len(at) <= 500 else "",
        "taken_apart_with": "",
        "not_taken_apart": "",
    }


def _kept(text: str) -> str:
    """Half a list of tools is none; of a README its beginning tells."""
    return "" if len(text) > MAX_JSON and text.lstrip()[:1] in ("{", "[") else text[:MAX_JSON]
