"""Links of a Markdown text: which there are, where they stand, and another address in their place."""

from __future__ import annotations

import pytest

from catalog.linking import CannotRelink, links_in, passage, relinked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See [it](/a/), [it](/b/ 'so') and [it](/a/).", ["/a/", "/b/"]),
        ("See [it][1].\n\n[1]: /a/", ["/a/"]),
        ("> - **[it](</a b/>)**", ["/a%20b/"]),
        ("<https://example.org/>", ["https://example.org/"]),
        ("| a |\n|---|\n| [it](/a/) |", ["/a/"]),
        ("`[it](/a/)` and\n\n    [it](/a/)\n\n![it](/a.png) /a/ and <a href='/a/'>it</a>", ["/a.png"]),
        ("[it](javascript:alert)", []),
    ],
)
def test_what_a_page_would_link_is_found(text: str, found: list[str]) -> None:
    """By the same parser that makes the page: code is none, and what is no image any more is a link."""
    assert links_in(text) == found


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("See [it](/a/) or [that](/a/ 'so').", "See [it](/c/) or [that](/c/ 'so')."),
        ("See [it][1] or [that][1].\n\n[1]: /a/", "See [it][1] or [that][1].\n\n[1]: /c/"),
        ("See [it](</a/>), not [that](/a/b/) nor /a/.", "See [it](/c/), not [that](/a/b/) nor /a/."),
        ("/a/", "/c/"),
    ],
)
def test_the_address_is_replaced_and_nothing_else(text: str, changed: str) -> None:
    assert relinked(text, "/a/", "/c/") == changed


def test_an_address_with_brackets_is_written_so_that_it_stays_one() -> None:
    new = "https://example.org/wiki/Heron_(bird)"
    assert links_in(relinked("[it](/a/)", "/a/", new)) == [new]


@pytest.mark.parametrize("url", ["/ü/", "/a b/", "/a/?b=1&c=2"])
def test_a_link_is_known_by_how_a_page_links_it(url: str) -> None:
    text = f"[it](<{url}>)"
    (linked,) = links_in(text)
    assert relinked(text, linked, "/c/") == "[it](/c/)"


@pytest.mark.parametrize("text", ["No link.", "[it](/b/)", "`/a/`"])
def test_a_link_that_is_not_there_is_not_replaced(text: str) -> None:
    with pytest.raises(CannotRelink, match="any more"):
        relinked(text, "/a/", "/c/")


@pytest.mark.parametrize("text", ["[it](/a/) and `[it](/a/)`", "<https://example.org/>"])
def test_what_would_change_more_than_the_link_is_refused(text: str) -> None:
    """A code example shows an address; it does not link it. A bare address is the text, too."""
    with pytest.raises(CannotRelink):
        relinked(text, links_in(text)[0], "/c/")


def test_a_passage_is_what_stands_around_the_link() -> None:
    assert passage("See [it](/a/), please.", "/a/") == ("See [it](", "/a/", "), please.")
    around = passage("word " * 100 + "[it](/a/)" + " word" * 100, "/a/")
    assert around is not None
    assert around[0].startswith("… word word")
    assert around[2].endswith("word word …")
    assert len(around[0] + around[2]) < 500
    assert passage("[it](/b/)", "/a/") is None
