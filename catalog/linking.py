"""Which links a Markdown text has, where in it one stands, and the same text with another address in its place.

Pure. What becomes a link is decided by the parser that pages are made with, see prose.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from catalog.prose import markdown, prose

#: Where an address stands: in [words](address) or in [name]: address.
_DESTINATION = re.compile(
    r"(?:\]\(\s*|^ {0,3}\[[^\]\n]+\]:\s*)(?P<to><[^<>\n]*>|[^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)", re.MULTILINE
)
#: Characters of a passage on either side of a link: some three lines.
AROUND = 240


class CannotRelink(Exception):
    pass


def links_in(text: str) -> list[str]:
    """The addresses as the page links them, each once, in order."""
    return list(dict.fromkeys(_links(markdown.parse(text))))


def _links(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "link_open":
            yield str(token.attrs["href"])
        yield from _links(token.children or [])


def passage(text: str, url: str) -> tuple[str, str, str] | None:
    """The text before a link's address, the address as it is written there, and the text after it."""
    for start, end in _places(text, url):
        before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
        # Not from the middle of a word, nor into one.
        if start > AROUND:
            before = "… " + before.partition(" ")[2]
        if end + AROUND < len(text):
            after = after.rpartition(" ")[0] + " …"
        return before, text[start:end], after
    return None


def relinked(text: str, old: str, new: str) -> str:
    """The text with another address; it must read the same but for that.

    Raises CannotRelink where the link is not there, or is written in a way that only a person can change.
    """
    places = list(_places(text, old))
    if not places:
        raise CannotRelink("The text does not have this link any more.")
    written = new if places == [(0, len(text))] else f"<{new}>" if re.search(r"[()]", new) else new
    changed = text
    for start, end in reversed(places):
        changed = changed[:start] + written + changed[end:]
    if written == changed:  # the field is an address, not a text that has one
        return changed
    wanted = prose(text).replace(_href(old), _href(markdown.normalizeLink(new)))
    if prose(changed) != wanted:
        raise CannotRelink("The link is written in a way that has to be mended by hand, in the form.")
    return changed


def _href(url: str) -> str:
    return f'href="{escape(url, quote=False)}"'


def _places(text: str, url: str) -> Iterator[tuple[int, int]]:
    if text == url:
        yield 0, len(text)
        return
    for found in _DESTINATION.finditer(text):
        written = found["to"]
        bare = written[1:-1] if written.startswith("<") else written
        if markdown.normalizeLink(unescapeAll(bare)) == url:
            yield found.span("to")
