"""Which addresses may become links on a page. Pure; imports nothing of ours.

An address comes from registries, owners and files: `javascript:` and `data:` in one would run in the reader's browser.
"""

from __future__ import annotations

SCHEMES = ("http://", "https://", "mailto:")


def linkable(url: str) -> str:
    """The address, or nothing where it leads to no page and to nobody's post."""
    return url if url[:8].lower().startswith(SCHEMES) else ""
