"""A tag in the head of the listing's own page. What readers may write on a page never stands in its head."""

from __future__ import annotations

from html.parser import HTMLParser

from catalog.network import CLAIMS_PAGE, CannotFetch, fetch
from claims.choices import Outcome
from claims.proofs.base import Asked, Instructions, Reach, Seen, absent, evidence_of, of_status, unknown

NAME = "unfragile-challenge"
#: In a head there is nothing but these; the first other one begins the body, as browsers see it.
OF_THE_HEAD = {"html", "head", "title", "base", "link", "meta", "style", "script", "noscript", "template"}


def instructions(asked: Asked) -> Instructions:
    return Instructions(
        steps=(
            f"Put this tag into the head of {asked.where}, as the server sends it: scripts are not run.",
            "The page has to answer with status 200 and without a redirect.",
        ),
        copies=(("Tag", f'<meta name="{NAME}" content="{asked.token}">'),),
    )


def look(asked: Asked, reach: Reach) -> Seen:
    try:
        answer = fetch(asked.where, profile=CLAIMS_PAGE, door=reach.door)
    except CannotFetch as error:
        return unknown(error.why)
    if decided := of_status(answer):
        return decided
    found = tokens_in(answer.body.decode("utf-8", "replace"))
    if asked.token in found:
        return Seen(Outcome.PRESENT, "there", evidence_of(answer))
    return absent(answer, "other" if found else "missing")


def tokens_in(page: str) -> list[str]:
    """What the tags in the page's head say; nothing of its body, of comments, or of text within scripts."""
    reader = _Head()
    reader.feed(page)
    return reader.found


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._is_over = False
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._is_over or self._within:
            return
        if tag in ("noscript", "template", "title"):
            self._within = tag
        elif tag not in OF_THE_HEAD:
            self._is_over = True
        elif tag == "meta":
            given = dict(reversed(attrs))  # of two attributes of one name the first counts
            if (given.get("name") or "").casefold() == NAME and given.get("content"):
                self.found.append(given["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = ""
        elif tag == "head" and not self._within:
            self._is_over = True

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._within and self.cdata_elem is None:
            self._is_over = True  # text begins the body
