"""Every page, wide and narrow, light and dark: accessible, quiet, within its width, light to load, standing still."""

from __future__ import annotations

import gzip
import time
from functools import cache
from typing import Any
from urllib.request import urlopen

import pytest

from tests.journeys.conftest import PAGES, Demo, Open
from tests.journeys.looks import crumbled, faults, too_wide

#: Of all that the first view needs, compressed as a web server sends it.
HEAVIEST = 150 * 1024
SHIFTED_MOST = 0.02  # cumulative layout shift; 0.1 is what search engines call good
WIDTHS = (390, 768, 1280, 1920)
MISSING = {"not-found": 404, "withdrawn": 410, "comparison-unknown": 404, "comparison-withdrawn": 410}


@cache
def weight(url: str) -> int:
    """Of what pages load beside themselves, mostly the same. Fonts are compressed already; all else travels as gzip."""
    body = urlopen(url).read()
    return len(body) if url.endswith(".woff2") else len(gzip.compress(body))


@pytest.mark.parametrize("name", PAGES)
def test_it_is_accessible_wide_and_narrow_light_and_dark(visit: Open, demo: Demo, name: str) -> None:
    window = visit(expects_errors=name in MISSING)
    response = window.goto(demo.pages[name])
    assert response.status == MISSING.get(name, 200)
    assert faults(window.page) == {}


@pytest.mark.parametrize("name", PAGES)
def test_it_never_scrolls_sideways(visit: Open, demo: Demo, name: str) -> None:
    window = visit(expects_errors=name in MISSING)
    window.goto(demo.pages[name])
    found = {}
    for width in WIDTHS:
        window.page.set_viewport_size({"width": width, "height": 900})
        # Everything that can be opened is open: what is inside has to fit as well.
        window.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        found[width] = too_wide(window.page) + crumbled(window.page)
    assert {width: wide for width, wide in found.items() if wide} == {}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_it_loads_little_and_stands_still(visit: Open, demo: Demo, name: str, width: int) -> None:
    """Also on a slow line: words are drawn in a stand-in of the same size, and what a script does moves nothing."""
    window = visit(width=width, expects_errors=name in MISSING)

    def late(route: Any) -> None:
        time.sleep(0.3)
        route.continue_()

    for of_late in ("**/*.woff2", "**/*.js"):
        window.page.route(of_late, late)
    response = window.goto(demo.pages[name])
    window.page.evaluate("document.fonts.ready")
    window.page.wait_for_timeout(150)  # a shift comes with the first picture after the font
    assert window.page.evaluate("window.shifted") < SHIFTED_MOST
    own = {url for url in window.asked if url != response.url and url.startswith(demo.url)}
    sizes = {url: weight(url) for url in own} | {response.url: len(gzip.compress(response.body()))}
    assert sum(sizes.values()) <= HEAVIEST, sizes
    assert window.elsewhere == []


def test_long_and_foreign_names_lay_out(visit: Open, demo: Demo) -> None:
    """Ten thousand characters, emoji and right-to-left text stay within the page at every width."""
    from catalog.changes import change
    from tests.factories import make_artifact, make_evidence, make_offering, make_publisher

    names = [
        "x" * 10_000,
        "Wort " * 2_000,
        "\u202e\u0645\u0631\u062d\u0628\u0627 " * 50,
        "\U0001f9d1\u200d\U0001f52c" * 500,
    ]
    with change(why="A test."):
        made = [
            make_artifact(kind="prompt", name=n, tagline=n[:160], description=n, publisher=make_publisher(name=n[:200]))
            for n in names
        ]
        for artifact, n in zip(made, names, strict=True):
            words = {"title": n[:300], "description": n, "unique": n, "intents": [n[:300]], "limitations": [n[:300]]}
            make_evidence(offering=make_offering(artifact=artifact, **words), quote=n[:300])
    try:
        window = visit()
        for address in [
            "/kinds/prompt/",
            "/artifacts/?kind=prompt",
            *(artifact.get_absolute_url() for artifact in made),
        ]:
            window.goto(address)
            window.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            for width in WIDTHS:
                window.page.set_viewport_size({"width": width, "height": 900})
                assert too_wide(window.page) == [], (address, width)
            # A name may fill the top of a page, never all of it.
            assert window.page.locator("h1").bounding_box()["height"] < 450
    finally:
        with change(why="A test."):
            for artifact in made:
                artifact.delete()
