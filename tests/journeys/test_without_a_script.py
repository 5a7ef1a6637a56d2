"""The same journeys in a browser that runs no scripts: forms, links and details do all of it."""

from __future__ import annotations

import re

from tests.journeys.conftest import Open


def test_filter_open_and_page_on(visit: Open) -> None:
    window = visit(java_script_enabled=False)
    window.goto("/artifacts/")
    window.page.locator("input[name=kind][value=mcp]").check()
    window.page.locator("#filter button[type=submit]").click()
    window.page.wait_for_url(re.compile(r"kind=mcp"))
    assert window.page.locator("input[name=kind][value=mcp]").is_checked()
    window.page.locator(".chip").first.click()
    assert "kind=mcp" not in window.path
    window.page.locator("a[rel=next]").click()
    window.page.wait_for_url(re.compile(r"page=2"))
    window.page.locator("#results .row a").first.click()
    offering = window.page.locator("details.offering").first
    assert not offering.locator(".offering-body").is_visible()
    offering.locator("summary").click()
    assert offering.locator(".offering-body").is_visible()


def test_search(visit: Open) -> None:
    window = visit(java_script_enabled=False)
    window.goto("/")
    window.page.locator("main input[name=q]").fill("mixtral")
    window.page.locator("main button[type=submit]").click()
    window.page.wait_for_url(re.compile(r"/search/\?q=mixtral"))
    assert "Mixtral" in window.page.locator(".answer h3").first.inner_text()


def test_the_filters_of_a_narrow_window(visit: Open) -> None:
    """A popover opens by its button alone."""
    window = visit(width=390, java_script_enabled=False)
    window.goto("/artifacts/")
    window.page.locator("button[popovertarget=facets]").click()
    window.page.locator("#facets input[name=kind][value=mcp]").check()
    window.page.locator("#facets button[type=submit]").click()
    window.page.wait_for_url(re.compile(r"kind=mcp"))


def test_nothing_is_offered_that_needs_a_script(visit: Open) -> None:
    window = visit(java_script_enabled=False)
    window.goto("/")
    assert not window.page.locator("[data-theme-toggle]").is_visible()
