"""The glyphs: what they draw, and that their words say the same."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import Kind
from catalog.confidence import Level
from catalog.templatetags import glyphs

SPRITE = Path(__file__).parents[2] / "unfragile_site" / "static" / "site" / "icons" / "icons.svg"
SHARES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e3, max_value=1e3)


def parsed(svg: str) -> ElementTree.Element:
    assert "style=" not in svg
    return ElementTree.fromstring(svg)


def words(svg: str) -> str:
    return parsed(svg).attrib["aria-label"]


def classes(svg: str) -> list[str]:
    return [element.attrib.get("class", "") for element in parsed(svg)]


@pytest.mark.parametrize(
    ("score", "low", "high", "text"),
    [
        (72, 66, 78, "Rank 72 of 100, likely between 66 and 78"),
        (72.5, 66.4, 78.5, "Rank 73 of 100, likely between 66 and 79"),
        (72, None, None, "Rank 72 of 100"),
        (0, 0, 4, "Rank 0 of 100, likely between 0 and 4"),
        (None, None, None, "Not ranked yet"),
    ],
)
def test_a_rank_line_says_what_it_draws(score, low, high, text):
    assert words(glyphs.rank_line_svg(score, low, high)) == text


def test_a_rank_line_without_a_score_is_an_empty_line():
    assert classes(glyphs.rank_line_svg(None)) == ["rank-axis", "rank-tick"]


def test_a_tie_shows_as_overlap():
    def band(svg: str) -> tuple[float, float]:
        rect = next(element for element in parsed(svg) if element.attrib["class"] == "rank-band")
        left = float(rect.attrib["x"])
        return left, left + float(rect.attrib["width"])

    one, other, far = (band(glyphs.rank_line_svg(s, s - 4, s + 4)) for s in (57, 58, 80))
    assert other[0] < one[1]
    assert far[0] > other[1]


@given(score=SHARES, low=SHARES, high=SHARES, size=st.sampled_from(["small", "large"]))
def test_a_rank_line_stays_inside_its_picture(score, low, high, size):
    svg = parsed(glyphs.rank_line_svg(score, low, high, size=size))
    width = float(svg.attrib["width"])
    for element in svg:
        for name in ("x", "cx"):
            if name in element.attrib:
                assert 0 <= float(element.attrib[name]) <= width
        assert float(element.attrib.get("width", 0)) <= width


@pytest.mark.parametrize(("level", "filled"), [(Level.LOW, 1), (Level.MEDIUM, 2), (Level.HIGH, 3), (Level.NONE, 0)])
def test_pips_are_filled_by_level(level, filled):
    assert classes(glyphs.confidence_svg(level)).count("pip") == filled


def test_pips_say_why():
    svg = glyphs.confidence_svg(Level.HIGH, "two sources, one of them <code>")
    assert words(svg) == "High confidence: two sources, one of them <code>"
    assert "<code>" not in svg


@pytest.mark.parametrize("state", sorted(set(glyphs.STATES) - {"known"}))
def test_each_state_but_known_has_a_mark_and_a_word(state):
    assert words(glyphs.state_svg(state)) == glyphs.STATES[state]


def test_a_known_value_is_plain():
    assert glyphs.state_svg("known") == ""


def test_a_badge_says_how_and_when():
    assert words(glyphs.badge_svg("proven", "DNS record", "today")) == "Proven owner: by DNS record, last checked today"
    assert words(glyphs.badge_svg("lapsed")) == "The owner’s proof has lapsed"


def test_a_sparkline_runs_true_to_time():
    points = [(dt.date(2026, 1, day), value) for day, value in ((1, 10), (2, 20), (31, 30))]
    svg = glyphs.sparkline_svg(points, label="Stars", width=126)
    path = next(element for element in parsed(svg) if element.attrib["class"] == "spark-line")
    xs = [float(pair.split()[0]) for pair in re.split("[ML]", path.attrib["d"]) if pair]
    assert xs == [3, 7, 123]
    assert words(svg) == "Stars: from 10 on 1 January 2026 to 30 on 31 January 2026, 3 readings"


@pytest.mark.parametrize("points", [[], [(dt.date(2026, 1, 1), 5.0)]])
def test_too_few_readings_make_no_line(points):
    assert glyphs.sparkline_svg(points, label="Stars") == ""


def test_a_flat_series_runs_through_the_middle():
    svg = glyphs.sparkline_svg([(dt.date(2026, 1, 1), 5), (dt.date(2026, 1, 2), 5)], label="Stars", height=32)
    assert 'd="M3 16L157 16"' in svg


@given(SHARES)
def test_a_bar_is_never_longer_than_its_ground(share):
    rest, fill = parsed(glyphs.bar_svg(share))
    assert 0 <= float(fill.attrib["width"]) <= float(rest.attrib["width"])


def test_a_bar_without_words_is_ornament():
    assert parsed(glyphs.bar_svg(0.5)).attrib["aria-hidden"] == "true"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1234567, "1\u202f234\u202f567"),
        (-1200, "\u22121\u202f200"),
        (None, ""),
    ],
)
def test_figures_have_thin_spaces_and_a_real_minus(value, text):
    assert glyphs.figure(value) == text


def test_every_kind_and_every_icon_in_use_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()))
    assert {f"kind-{kind}" for kind in Kind.values} <= drawn
    templates = Path(__file__).parents[2] / "templates"
    used = {name for page in templates.rglob("*.html") for name in re.findall(r'{% icon "([\w-]+)"', page.read_text())}
    assert used
    assert used <= drawn


def test_an_icon_names_itself_only_when_asked():
    assert parsed(glyphs.icon_svg("search", sprite="/icons.svg")).attrib["aria-hidden"] == "true"
    assert words(glyphs.icon_svg("cross", sprite="/icons.svg", label="remove")) == "remove"


def test_at_gives_the_address_that_url_gives() -> None:
    for name in ("catalog:artifact-detail", "catalog:artifact-alternatives", "catalog:source-detail"):
        assert glyphs.at(name, "a-slug-10") == reverse(name, args=["a-slug-10"])


def test_a_citation_names_the_source_and_the_day_and_trusts_neither() -> None:
    source = SimpleNamespace(
        title="<b>Card</b>", url="https://example.org/a?b=1&c=2", link="https://example.org/a?b=1&c=2"
    )
    html = glyphs.cited(source, dt.date(2026, 5, 3))
    link = parsed(html.replace("&nbsp;", " ")).find("a")
    assert link.attrib == {"href": source.link, "rel": "nofollow noopener"}
    assert link.findtext("bdi") == "<b>Card</b>"
    assert html.endswith('</a>, <time datetime="2026-05-03">3 May 2026</time></span>')


def test_a_citation_of_a_document_that_is_not_online_leads_to_our_page_and_may_lack_a_day() -> None:
    html = glyphs.cited(SimpleNamespace(title="Minutes", url="", link="/sources/minutes/"), None)
    assert html == '<span class="source"><a href="/sources/minutes/"><bdi>Minutes</bdi></a></span>'
