"""What scripts and media add: filters without a new page, a theme that stays, paper, forced colours."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from catalog.models import Artifact, CatalogState
from tests.factories import make_generation, make_standing
from tests.journeys.conftest import Demo, Open
from tests.journeys.looks import faults, violations


def test_a_filter_changes_the_list_and_the_address_but_not_the_page(visit: Open) -> None:
    window = visit()
    window.goto("/artifacts/")
    everything = window.page.locator("#results-count").inner_text()
    window.page.evaluate("window.same = true")
    window.page.locator("label.option", has=window.page.locator("input[name=kind][value=mcp]")).click()
    window.page.wait_for_url(re.compile(r"\?kind=mcp"))
    assert "q=" not in window.path  # what was left empty stays out of the address
    window.until(f"document.querySelector('#results-count').innerText !== {everything!r}")
    assert window.page.evaluate("window.same")
    filtered = window.page.locator("#results-count").inner_text()
    window.page.go_back()
    window.page.wait_for_url(re.compile(r"/artifacts/$"))
    window.until(f"document.querySelector('#results-count')?.innerText === {everything!r}")
    assert not window.page.locator("input[name=kind][value=mcp]").is_checked()
    window.page.go_forward()
    window.until(f"document.querySelector('#results-count')?.innerText === {filtered!r}")
    assert window.page.locator("input[name=kind][value=mcp]").is_checked()


def test_a_shared_address_shows_the_same(visit: Open) -> None:
    window, other = visit(), visit()
    window.goto("/artifacts/")
    window.page.locator("label.option", has=window.page.locator("input[name=kind][value=mcp]")).click()
    window.page.wait_for_url(re.compile(r"kind=mcp"))
    window.until("document.querySelector('input[name=kind][value=mcp]')?.checked")
    other.goto(window.path)
    read = "[...document.querySelectorAll('#results .row h3')].map((e) => e.innerText)"
    assert other.page.evaluate(read) == window.page.evaluate(read)


def test_sorting_sends_itself(visit: Open) -> None:
    window = visit()
    window.goto("/artifacts/?kind=mcp")
    window.page.locator("select[name=sort]").select_option("new")
    window.page.wait_for_url(re.compile(r"sort=new"))
    assert "kind=mcp" in window.path


def test_a_chosen_theme_stays(visit: Open) -> None:
    window = visit(color_scheme="light")
    window.goto("/")
    ground = (
        "getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor"
    )
    light = window.page.evaluate(ground)
    toggle = window.page.locator("[data-theme-toggle]")
    assert toggle.get_attribute("aria-label") == "Use dark colours"
    toggle.click()
    dark = window.page.evaluate(ground)
    assert dark != light
    window.goto("/artifacts/")
    assert window.page.evaluate(ground) == dark
    assert window.page.locator("[data-theme-toggle]").get_attribute("aria-label") == "Use light colours"
    window.page.locator("[data-theme-toggle]").click()
    assert window.page.evaluate(ground) == light


def test_paper_has_the_words_and_not_the_controls(visit: Open, demo: Demo) -> None:
    window = visit()
    window.goto(demo.pages["artifact"])
    window.page.emulate_media(media="print")
    assert not window.page.locator(".masthead nav").is_visible()
    assert not window.page.locator("[data-theme-toggle]").is_visible()
    assert window.page.locator("h1").is_visible()
    # What is closed on the screen is open on paper.
    assert window.page.locator("details.offering .offering-body").first.is_visible()
    assert window.page.pdf(format="A4").startswith(b"%PDF")
    window.goto("/artifacts/")
    assert not window.page.locator("#facets").is_visible()
    assert window.page.locator("#results .row").first.is_visible()


# --- ranks of every size ----------------------------------------------------------------------------------------------


@pytest.fixture
def ranked(demo: Demo) -> Iterator[None]:
    """Every artifact with a rank of its own, for one test; after it the demo's own ranks are live again."""
    own = CatalogState.objects.get(pk=1).live_generation
    generation = make_generation(number=1_000_000)  # far from those that are built
    for number, artifact in enumerate(Artifact.objects.public().order_by("slug")):
        score = 20 + number * 7 % 60
        low, high = score - 4 - number % 9, score + 3 + number % 8
        make_standing(generation=generation, artifact=artifact, score=score, low=low, high=high, quality=None)
    yield
    CatalogState.objects.update(live_generation=own)
    generation.delete()


@pytest.mark.parametrize(
    "address", ["/", "/artifacts/", "/artifacts/mixtral-8x22b/", "/capabilities/web-search/", "/kinds/model/"]
)
def test_ranks_are_accessible_and_fit(visit: Open, ranked: None, address: str) -> None:
    window = visit()
    window.goto(address)
    assert window.page.locator("svg.rank-line").count() > 0
    assert faults(window.page) == {}


def test_forced_colours_keep_the_rank_line(visit: Open, ranked: None) -> None:
    """Where the system chooses two colours, band, dot and axis still differ from the ground."""
    window = visit(forced_colors="active", color_scheme="dark")
    window.goto("/artifacts/mixtral-8x22b/")
    drawn = window.page.evaluate(
        """() => {
            const paint = (name) => {
                const style = getComputedStyle(document.querySelector(`svg.rank-line-large .${name}`));
                return style.stroke !== "none" ? style.stroke : style.fill;
            };
            const parts = ["axis", "dot", "band", "tick"].map((name) => [name, paint(`rank-${name}`)]);
            return { ...Object.fromEntries(parts), ground: getComputedStyle(document.body).backgroundColor };
        }"""
    )
    ground = {drawn.pop("ground"), "none", "rgba(0, 0, 0, 0)"}
    assert {name: colour for name, colour in drawn.items() if colour in ground} == {}
    assert violations(window.page) == []
