"""Everything without a mouse: past the navigation, into the search, through filters, into an offering and back."""

from __future__ import annotations

import re

from tests.journeys.conftest import Open

#: A box around the field may show the focus in its place.
OUTLINED = """[e, e.closest(".search, label, summary")].some((shown) => {
  if (!shown) return false;
  const style = getComputedStyle(shown);
  return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
})"""


def test_the_first_stop_skips_to_the_content(visit: Open) -> None:
    window = visit()
    window.goto("/artifacts/")
    window.page.keyboard.press("Tab")
    assert window.focused("e.textContent") == "Skip to the content"
    box = window.page.locator(".skip").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0  # hidden until it has the focus
    window.page.keyboard.press("Enter")
    assert window.focused("e.id") == "main"
    window.page.keyboard.press("Tab")
    assert window.focused("Boolean(e.closest('main'))")


def test_a_slash_leads_to_the_search_box_from_anywhere(visit: Open) -> None:
    window = visit()
    for address in ("/", "/kinds/", "/artifacts/"):
        window.goto(address)
        window.page.keyboard.press("/")
        assert window.focused("e.name") == "q"
        assert window.focused("e.value") == ""  # the key itself is not typed
    window.goto("/")
    window.page.keyboard.press("/")
    window.page.keyboard.type("search the web/")
    assert window.focused("e.value") == "search the web/"  # while typing a slash is a slash
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(re.compile(r"/search/\?q=search"))


def test_filter_open_read_and_come_back(visit: Open) -> None:
    window = visit()
    window.goto("/artifacts/")
    window.tab_to("input[name=kind][value=mcp]")
    window.page.keyboard.press("Space")
    window.page.wait_for_url(re.compile(r"kind=mcp"))
    window.until("document.querySelector('input[name=kind][value=mcp]')?.checked")
    filtered = window.path
    # The page was changed under the reader's hands: the focus is where it was.
    assert window.focused("e.value") == "mcp"
    window.tab_to("#results .row a")
    name = window.focused("e.textContent")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(re.compile(r"/artifacts/[a-z0-9-]+/$"))
    assert window.page.locator("h1").inner_text() == name
    window.tab_to("details.offering > summary")
    window.page.keyboard.press("Enter")
    opened = window.page.locator("details.offering[open]")
    assert opened.count() == 1
    assert opened.locator(".offering-body").is_visible()
    window.page.keyboard.press("Enter")
    assert window.page.locator("details.offering[open]").count() == 0
    window.page.go_back()
    window.page.wait_for_url(re.compile(re.escape(filtered)))
    assert window.page.locator("input[name=kind][value=mcp]").is_checked()


def test_every_stop_can_be_seen_and_has_a_name(visit: Open) -> None:
    window = visit()
    for address in ("/", "/artifacts/?kind=mcp", "/artifacts/mixtral-8x22b/"):
        window.goto(address)
        for _ in range(40):
            window.page.keyboard.press("Tab")
            if window.focused("e === document.body"):
                break
            what = window.focused("e.outerHTML.slice(0, 160)")
            label = window.focused(
                "(e.labels?.[0]?.textContent || e.getAttribute('aria-label') || e.textContent || '').trim()"
            )
            assert label, what
            assert window.focused(OUTLINED), what
            assert window.focused("e.getBoundingClientRect().width > 0 || e.closest('label') !== null"), what


def test_the_filters_of_a_narrow_window_open_and_close(visit: Open) -> None:
    window = visit(width=390)
    window.goto("/artifacts/")
    facets = window.page.locator("#facets")
    assert not facets.is_visible()
    window.tab_to("button[popovertarget=facets]")
    window.page.keyboard.press("Enter")
    assert facets.is_visible()
    window.page.keyboard.press("Escape")
    assert not facets.is_visible()
    assert window.focused("e.getAttribute('popovertarget')") == "facets"
    window.page.keyboard.press("Enter")
    window.tab_to("#facets input[name=kind][value=mcp]")
    window.page.keyboard.press("Space")
    window.tab_to("#facets button[type=submit]")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(re.compile(r"kind=mcp"))
