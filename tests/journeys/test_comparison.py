"""From a list to a verdict: with the tray, by name, by keyboard, on a phone, and all of it without a script."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Open
from tests.journeys.looks import faults

TIE = "/compare/brave-search-mcp-vs-exa-mcp/"
PRICED = "/compare/claude-sonnet-4-5-vs-gpt-5/"
#: The pairs of the founding documents: across kinds, with sizes that contradict each other.
FOUNDING = [
    "/compare/mixtral-8x22b-instruct-vs-the-stack-v2/",
    "/compare/mixtral-8x7b-vs-the-stack-v2/",
    "/compare/mistral-small-3-1-24b-vs-the-stack-v2/",
    "/compare/mixtral-8x22b-vs-stable-diffusion-tutorials/",
]
FOUR = "/compare/gemini-2-5-pro-vs-gpt-5-vs-mistral-small-3-1-24b-vs-mixtral-8x7b/"


def test_two_put_into_the_tray_are_compared(visit: Open) -> None:
    """The tray follows from page to page, gives back what is taken out, and leads to the comparison."""
    window = visit()
    window.goto("/artifacts/?kind=mcp&sort=name")
    window.page.locator(".compare-link[data-compare=brave-search-mcp]").click()
    assert "Choose another" in window.page.locator(".tray").inner_text()
    window.goto("/artifacts/exa-mcp/")
    window.page.locator(".entry-side .compare-link").click()
    window.goto("/artifacts/playwright-mcp/")
    window.page.locator(".entry-side .compare-link").click()
    assert window.page.locator(".tray li").count() == 3
    window.page.get_by_role("button", name="Take Playwright MCP out").click()
    assert window.page.locator(".tray li").count() == 2
    window.page.locator(".tray .button").click()
    assert window.path == TIE
    assert window.page.locator(".tray").count() == 0  # it has served


def test_the_tray_without_a_script(visit: Open) -> None:
    window = visit(java_script_enabled=False)
    for slug in ("brave-search-mcp", "exa-mcp"):
        window.goto(f"/artifacts/{slug}/")
        window.page.locator(".entry-side .compare-link").click()
    window.page.locator(".picker button").click()
    assert window.path == TIE


def test_names_are_proposed_while_one_types(visit: Open) -> None:
    window = visit()
    window.goto("/compare/")
    for field, typed, meant in (("#pick-1", "exa", "Exa MCP"), ("#pick-2", "brave sea", "Brave Search MCP")):
        window.page.locator(field).press_sequentially(typed, delay=20)
        window.page.get_by_role("option", name=meant).wait_for()
        window.page.keyboard.press("ArrowDown")
        window.page.keyboard.press("Enter")  # fills the name in, and sends nothing yet
        assert window.page.locator(field).input_value() == meant
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(re.compile("-vs-"))
    assert window.path == TIE


def test_a_slip_is_put_right_without_a_script(visit: Open) -> None:
    window = visit(java_script_enabled=False)
    window.goto("/compare/?artifact=Brave+Serch+MCP&artifact=Exa+MCP")
    window.page.locator(".meant label", has_text="Brave Search MCP").click()
    window.page.locator(".picker button").click()
    assert window.path == TIE


def test_a_reader_weighs_without_a_script(visit: Open) -> None:
    """The state is in the address, and both forms keep each other's."""
    window = visit(java_script_enabled=False)
    window.goto(PRICED)
    assert window.page.locator("#mine input[name=calls]").count() == 0, "nothing here is paid by the call"
    window.page.locator("#mine input[name=input_tokens]").fill("5000")
    window.page.locator("#mine .month > button").click()
    window.page.locator(".weights > summary").click()
    window.page.locator("#w_freshness").fill("100")
    window.page.locator(".weights button").click()
    assert "input_tokens=5000" in window.path
    assert "w_freshness=100" in window.path
    assert window.page.locator("#w_freshness").input_value() == "100"
    assert window.page.locator(".month input[name=input_tokens]").input_value() == "5000"


def test_a_slider_tells_its_number(visit: Open) -> None:
    window = visit()
    window.goto(TIE)
    window.page.locator(".weights > summary").click()
    window.page.locator("#w_price").focus()
    window.page.keyboard.press("ArrowRight")
    assert (
        window.page.locator("output[for=w_price]").inner_text() == window.page.locator("#w_price").input_value() == "55"
    )
    window.page.locator(".month button").click()
    window.page.wait_for_url(re.compile(r"/compare/[^?]+(\?|#|$)"))
    assert "input_tokens" not in window.path  # what was left empty stays out of the address


def test_a_finding_opens_the_row_it_rests_on(visit: Open) -> None:
    """Also where that row is folded away."""
    window = visit()
    window.goto("/compare/brave-search-mcp-vs-exa-mcp/#row-kind")
    assert window.page.locator("#row-kind").is_visible()
    window.page.locator(".rests-on").first.click()
    row = window.page.evaluate("location.hash.slice(1)")
    assert window.page.locator(f"[id='{row}']").is_visible()


def test_the_matrix_by_keyboard(visit: Open) -> None:
    window = visit()
    window.goto(TIE)
    window.page.locator(".matrix-room").focus()
    window.tab_to(".take > summary")
    assert not window.page.locator(".take-body").first.is_visible()
    window.page.keyboard.press("Enter")
    assert window.page.locator(".take-body").first.is_visible()
    window.tab_to(".tip")
    assert window.focused("getComputedStyle(e.querySelector('.tip-text')).visibility") == "visible"
    window.page.keyboard.press("Escape")
    assert not window.focused("e.classList.contains('tip')")


@pytest.mark.parametrize("address", [TIE, FOUR, *FOUNDING])
def test_with_everything_open_nothing_is_out_of_reach(visit: Open, address: str) -> None:
    window = visit()
    window.goto(address)
    window.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert faults(window.page) == {}


@pytest.mark.parametrize("address", FOUNDING)
def test_across_kinds_every_stop_is_reached_named_and_seen(visit: Open, address: str) -> None:
    """From the first to the last by Tab alone: nothing holds the focus, nothing that has it is hidden."""
    window = visit()
    window.goto(address)
    assert "not comparable by rank" in window.page.locator("main").inner_text()
    stops = []
    for _ in range(400):
        window.page.keyboard.press("Tab")
        if window.focused("e === document.body"):
            break
        what = window.focused("e.outerHTML.slice(0, 120)")
        assert not window.focused("window.before === (window.before = e)"), f"the focus stays on {what}"
        stops.append(what)
        assert window.focused(
            "(e.labels?.[0]?.textContent || e.getAttribute('aria-label') || e.textContent || e.title || '').trim()"
        ), what
        assert window.focused("e.getClientRects().length > 0 || e.closest('label') !== null"), what
    else:
        raise AssertionError("400 stops are not the end of it")
    assert sum(stop.startswith("<summary") for stop in stops) > 5


def test_on_a_phone_the_names_stay_in_sight(visit: Open) -> None:
    """Two sides scroll with the page; four scroll in the matrix's own room and nowhere else."""
    window = visit(width=390)
    window.goto(TIE)
    head = window.page.locator(".matrix thead")
    window.page.evaluate("document.querySelector('.matrix tbody:last-of-type').scrollIntoView()")
    window.page.evaluate("scrollBy(0, 100)")
    assert 0 <= head.bounding_box()["y"] < 5
    window.goto(FOUR)
    assert window.page.evaluate("document.documentElement.scrollWidth") == 390
    room = window.page.locator(".matrix-room")
    assert room.evaluate("e => e.scrollWidth > e.clientWidth")
    room.evaluate("e => e.scrollTo(80, 400)")
    top = room.bounding_box()["y"]
    assert abs(window.page.locator(".matrix thead").bounding_box()["y"] - top) < 5
    for name in ("Gemini 2.5 Pro", "GPT-5", "Mistral Small 3.1 24B", "Mixtral 8x7B"):
        assert window.page.locator(".told .whose", has_text=name).first.is_visible()


def test_on_paper_everything_is_open(visit: Open) -> None:
    window = visit()
    window.goto(TIE)
    window.page.emulate_media(media="print")
    assert not window.page.locator("#mine form").first.is_visible()
    assert not window.page.locator(".wrong").is_visible()
    assert window.page.locator(".take-body").first.evaluate("e => e.getBoundingClientRect().height") > 0
