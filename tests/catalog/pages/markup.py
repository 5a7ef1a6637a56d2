"""A page as a tree, read by the standard library: enough to ask for elements, texts, links and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

#: Elements that have no end tag in HTML, and those of SVG that are written as if they had none.
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """What a reader reads, with runs of white space as one space. Thin spaces within figures stay."""
        return re.sub(r"[ \t\n\r]+", " ", "".join(self._texts())).strip()

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style"):
                yield from child._texts()

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", /, **wanted: str) -> list[Element]:
        """Elements below this one; `class_` matches one of the classes, other attributes their whole value."""
        classes = wanted.pop("class_", "").split()
        return [
            e
            for e in self.walk()
            if (not tag or e.tag == tag)
            and set(classes) <= set(e["class"].split())
            and all(e.attributes.get(name.replace("_", "-")) == value for name, value in wanted.items())
        ]

    def one(self, tag: str = "", /, **wanted: str) -> Element:
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} elements {tag} {wanted}"
        return found[0]

    def texts(self, tag: str, /, **wanted: str) -> list[str]:
        return [element.text for element in self.all(tag, **wanted)]

    def hrefs(self) -> list[str]:
        return [link["href"] for link in self.all("a") if "href" in link.attributes]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("", {}, None)
        self.unclosed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.open))

    def handle_endtag(self, tag: str) -> None:
        if tag != self.open.tag:
            self.unclosed.append(f"</{tag}> closes <{self.open.tag}>")
            return
        self.open = self.open.parent or self.root

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


class Page(Element):
    """An answer of the test client, read. Fails on markup that is not nested as it should be."""

    def __init__(self, response: Any) -> None:
        super().__init__("", {}, None)
        self.response = response
        self.source = response.content.decode()
        builder = _Builder()
        builder.feed(self.source)
        builder.close()
        assert builder.unclosed == [], builder.unclosed[:3]
        self.children = builder.root.children

    @property
    def title(self) -> str:
        return self.one("title").text

    @property
    def canonical(self) -> str:
        return self.one("link", rel="canonical")["href"]

    @property
    def main(self) -> Element:
        return self.one("main")

    def meta(self, name: str) -> str:
        return next(e["content"] for e in self.all("meta") if name in (e["name"], e["property"]))

    @property
    def json_ld(self) -> dict[str, Any]:
        script = self.one("script", type="application/ld+json")
        return json.loads("".join(child for child in script.children if isinstance(child, str)))

    def section(self, name: str) -> Element:
        return self.one("section", id=name)


def empty_headings(page: Element) -> list[str]:
    """Headings with no words, or with nothing below them before the next heading of their level, or the end."""
    found = []
    flat = [e for e in page.walk() if e.tag in ("h1", "h2", "h3", "h4") or (not _elements(e) and e.text)]
    for position, element in enumerate(flat):
        if element.tag not in ("h1", "h2", "h3", "h4"):
            continue
        inside = {id(e) for e in element.walk()}
        after = next((e for e in flat[position + 1 :] if id(e) not in inside), None)
        if not element.text:
            found.append(f"<{element.tag}> without words")
        elif after is None or (after.tag[0] == "h" and after.tag[1:].isdigit() and after.tag <= element.tag):
            found.append(element.text)
    return found


def _elements(element: Element) -> list[Element]:
    return [child for child in element.children if isinstance(child, Element)]
