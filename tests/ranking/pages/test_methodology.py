"""How is the rank computed? Told from the live formula, never written by hand beside it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from catalog.kinds import KINDS
from ranking import generations
from ranking.configurations import publish
from ranking.formulas import shipped_formula, shipped_text
from ranking.models import Configuration
from ranking.signals import SIGNALS
from tests.catalog.pages.markup import empty_headings
from tests.catalog.pages.test_every_page import PLACEHOLDERS
from tests.ranking.pages.conftest import Look
from tests.ranking.pages.evidence import World
from tests.ranking.pages.test_rank_page import number

pytestmark = pytest.mark.django_db


def test_every_signal_stands_with_the_weight_of_every_kind(look: Look, db: None) -> None:
    table = look("/methodology/").one("table", class_="weights")
    groups = [heading.split(", ") for heading in table.texts("th", scope="col")[1:-1]]
    plural = {spec.plural: kind for kind, spec in KINDS.items()}
    told = {}
    for row in table.all("tr"):
        cells = row.texts("td")[:-1]
        if cells:
            label = next(spec for spec in SIGNALS.values() if row.one("th").text.startswith(spec.label + spec.why))
            for names, cell in zip(groups, cells, strict=True):
                told |= {(plural[name], label.name): float(cell) for name in names if cell != "–"}
    weights = shipped_formula().weights
    assert told == {(kind, name): weight for kind in weights for name, weight in weights[kind].items()}


def test_another_formula_makes_another_page(look: Look, world: World) -> None:
    """With the next generation: until then ranks are the old formula's."""
    before = look("/methodology/").main.text
    now = timezone.now()
    live = shipped_formula()
    text = re.sub(r"^version: .*", 'version: "next"', shipped_text(), flags=re.MULTILINE)
    text = re.sub(r"^(agreement: .*above: )[\d.]+", r"\g<1>0.7", text, flags=re.MULTILINE)
    draft = Configuration.objects.create(version="next", text=text)
    publish(draft, why="Bursts still paid.", now=now)
    assert look("/methodology/").main.text == before
    generations.build(now=now)
    page = look("/methodology/")
    assert "by more than 0.7 standard deviations" in page.main.text
    assert "version next" in page.one("p", class_="lead-in").text
    versions = page.section("versions").texts("dd")
    assert versions == ["Bursts still paid.", Configuration.objects.get(version=live.version).why]


def test_the_whole_formula_can_be_read(look: Look, world: World) -> None:
    code = look("/methodology/").section("numbers").one("code")
    assert unescape("".join(map(str, code.children))) == shipped_text()


def test_the_promise_stands_on_top(look: Look, db: None) -> None:
    assert look("/methodology/").one("p", class_="tagline").text.startswith("No artifact can pay for a higher rank.")


def test_the_example_adds_up(look: Look, world: World) -> None:
    section = look("/methodology/").section("example")
    *steps, total = section.one("p", class_="sum").texts("span", class_="nowrap")
    numbers = [number(text.split()[0]) for text in steps]
    assert 50 + sum(numbers) == pytest.approx(number(total.removeprefix("= ")), abs=0.05 * (len(numbers) + 1))
    product = re.search(r"([\d.]+) × ([\d.]+) × (\u2212?-?[\d.]+) ÷ ([\d.]+) = ([+\u2212]?\d+\.\d)", section.text)
    assert product
    deviation, weight, z, norm, points = map(number, product.groups())
    assert deviation * weight * z / norm == pytest.approx(points, abs=0.1)


def test_a_57_and_a_58_are_a_tie_in_words_and_in_the_picture(look: Look, db: None) -> None:
    section = look("/methodology/").section("ties")
    text = section.one("svg", role="img")["aria-label"]
    assert text.startswith("57 (51–63) and 58 (52–64)")
    assert text.endswith("a tie.")
    percent = int(re.search(r"in (\d+) of a hundred cases", section.text)[1])  # type: ignore[index]
    assert 50 < percent < 90
    assert f"{percent / 100:.2f}" in text


def test_the_priors_origin_is_told(look: Look, db: None) -> None:
    assert "CC-BY-SA-4.0" in look("/methodology/").section("prior").text


def test_without_ranks_there_is_no_example_and_nothing_empty(look: Look, db: None) -> None:
    page = look("/methodology/")
    assert page.all("section", id="example") == page.all("section", id="versions") == []
    assert empty_headings(page.main) == []
    assert PLACEHOLDERS.findall(page.text) == []
    assert Configuration.objects.count() == 0  # reading a page publishes nothing


def test_it_says_what_editors_decide_that_changes_ranks(look: Look, world: World) -> None:
    """Nobody types a rank, but an accepted burst and a quarantine change some: the page may not deny it."""
    text = look("/methodology/").main.text
    assert "nobody can type a rank" in text
    assert "accept a burst" in text
    assert "leave out the readings of a source" in text
    assert "without a trace" not in text, "the record of a decision stays; only its effect ends"
    assert "the record of both decisions stays" in text


def test_the_readings_that_are_not_used_are_a_list(look: Look, world: World) -> None:
    first = look("/methodology/").main.one("ol", class_="method").all("li")[0]
    assert [line.partition(" ")[0] for line in first.one("ul").texts("li")] == ["what"] * 3
