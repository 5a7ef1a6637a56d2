"""The list of artifacts: filters, facets with counts, order, pages, and what it says of values it does not know."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.test import Client

from catalog.models import Artifact
from catalog.pages.listing import FACETS, SORTS
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.markup import Element, Page
from tests.catalog.pages.shelves import Shelves
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_generation,
    make_offering,
    make_price,
    make_publisher,
    make_standing,
)
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


def slugs(page: Page) -> list[str]:
    return [row.one("h3").one("a")["href"].split("/")[2] for row in page.main.all("li", class_="row")]


def total(page: Page) -> str:
    return page.one(id="results-count").text


def facet(page: Page, label: str) -> dict[str, str]:
    """The options of a facet with their counts."""
    box = next(d for d in page.all("details", class_="facet") if d.one("legend").text == label)
    return {
        option.one("input")["value"]: option.one(class_="count").text for option in box.all("label", class_="option")
    }


def messages(page: Page) -> list[str]:
    return page.main.texts("li", class_="message")


@pytest.fixture
@remembered
def crowd(db: None) -> None:
    """Four artifacts that differ in everything one can filter by."""
    writing, seeing = make_capability(slug="writing", name="Writing"), make_capability(slug="seeing", name="Seeing")
    shelf = make_category(slug="shelf")
    one = make_artifact(
        slug="one", name="One", licence="MIT", publisher=make_publisher(name="Acme"), categories=[shelf]
    )
    two = make_artifact(slug="two", name="Two", kind="dataset", licence="GPL-3.0-only")
    three = make_artifact(slug="three", name="Three", tagline="A quick one", lifecycle="deprecated")
    make_artifact(slug="four", name="Four", kind="mcp")
    make_offering(artifact=one, capability=writing, input_types=["text", "image"], output_types=["text"])
    make_offering(artifact=one, capability=seeing, input_types=["image"], output_types=["text"])
    make_offering(artifact=two, capability=writing, input_types=["text"], output_types=["code"])
    make_price(artifact=one)
    make_price(artifact=three, amount=0, meter="download")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"one", "two", "three", "four"}),
        ("?kind=model", {"one", "three"}),
        ("?kind=model&kind=mcp", {"one", "three", "four"}),
        ("?kind=model,mcp", {"one", "three", "four"}),
        ("?capability=writing", {"one", "two"}),
        ("?capability=writing&capability=seeing", {"one"}),
        ("?category=shelf", {"one"}),
        ("?licence=permissive", {"one"}),
        ("?licence=copyleft&licence=permissive", {"one", "two"}),
        ("?price=paid", {"one"}),
        ("?price=free", {"three"}),
        ("?input=image", {"one"}),
        ("?input=text&output=code", {"two"}),
        ("?lifecycle=deprecated", {"three"}),
        ("?verified=true", set()),
        ("?verified=false", {"one", "two", "three", "four"}),
        ("?q=acme", {"one"}),
        ("?q=quick", {"three"}),
        ("?q=seeing", {"one"}),
        ("?q=one+acme", {"one"}),
        ("?kind=dataset&capability=seeing", set()),
    ],
)
def test_a_filter_leaves_what_fits(look: Look, crowd: None, query: str, expected: set[str]) -> None:
    page = look(f"/artifacts/{query}")
    assert set(slugs(page)) == expected
    assert total(page) == f"{len(expected)} artifact{'' if len(expected) == 1 else 's'}"
    assert messages(page) == []


@pytest.mark.parametrize(
    ("query", "named", "expected"),
    [
        ("?kind=modle", "Kind: there is no “modle”", {"one", "two", "three", "four"}),
        ("?kind=model&kind=modle", "“modle”", {"one", "three"}),
        ("?kind=model&capability=flying", "Capability: there is no “flying”", {"one", "three"}),
        ("?verified=perhaps&kind=mcp", "“perhaps”", {"four"}),
        ("?sort=best&kind=mcp", "Sort: there is no “best”", {"four"}),
        ("?page=two", "“two” is no page number", {"one", "two", "three", "four"}),
        ("?page=-1", "“-1” is no page number", {"one", "two", "three", "four"}),
        ("?page=%D9%A2", "is no page number", {"one", "two", "three", "four"}),  # a digit, but no ASCII one
        ("?kind=%00", "Kind: there is no", {"one", "two", "three", "four"}),
        ("?category=%00", "Category: there is no", {"one", "two", "three", "four"}),
        ("?q=%00", "It was left out", {"one", "two", "three", "four"}),
        ("?q=" + "x" * 201, "200 characters", {"one", "two", "three", "four"}),
        ("?capability=%ED%A0%80", "Capability: there is no", {"one", "two", "three", "four"}),  # a lone surrogate
    ],
)
def test_a_value_that_does_not_exist_is_named_and_left_out(
    look: Look, crowd: None, query: str, named: str, expected: set[str]
) -> None:
    page = look(f"/artifacts/{query}")
    assert len(messages(page)) == 1
    assert named in messages(page)[0]
    assert set(slugs(page)) == expected


def test_parameters_that_nobody_reads_are_ignored(look: Look, crowd: None) -> None:
    page = look("/artifacts/?utm_source=mail&kind=mcp")
    assert messages(page) == []
    assert slugs(page) == ["four"]


def test_facets_count_what_choosing_a_value_would_give(look: Look, crowd: None) -> None:
    page = look("/artifacts/?kind=model")
    # Kinds widen: each count is what choosing that kind instead would give.
    assert facet(page, "Kind") == {"model": "2", "dataset": "1", "mcp": "1"}
    # Capabilities narrow: each count is what would be left.
    assert facet(page, "Capability") == {"seeing": "1", "writing": "1"}
    assert facet(page, "Price") == {"free": "1", "paid": "1"}


def test_every_count_is_kept_when_its_value_is_chosen(look: Look, crowd: None) -> None:
    page = look("/artifacts/")
    for name, label in {
        "kind": "Kind",
        "licence": "Licence",
        "price": "Price",
        "input": "Takes",
        "output": "Gives",
    }.items():
        for value, count in facet(page, label).items():
            assert total(look(f"/artifacts/?{name}={value}")).split()[0] == count, (name, value)


def test_chosen_values_are_ticked_and_can_be_taken_away(look: Look, crowd: None) -> None:
    page = look("/artifacts/?kind=model&licence=permissive&q=one")
    ticked = {box["value"] for box in page.all("input", type="checkbox") if "checked" in box.attributes}
    assert ticked == {"model", "permissive"}
    chips = {
        chip.text.removesuffix(" remove"): parse_qs(chip["href"].lstrip("?")) for chip in page.all("a", class_="chip")
    }
    assert chips["Models"] == {"licence": ["permissive"], "q": ["one"]}
    assert chips["Permissive"] == {"kind": ["model"], "q": ["one"]}
    assert chips["“one”"] == {"kind": ["model"], "licence": ["permissive"]}


def test_a_chosen_value_stays_in_its_facet_when_nothing_is_left(look: Look, crowd: None) -> None:
    page = look("/artifacts/?kind=mcp&capability=writing")
    assert slugs(page) == []
    assert facet(page, "Capability")["writing"] == "0"


@pytest.mark.parametrize("sort", [name for name in SORTS if name != "rank"])
def test_it_sorts(look: Look, crowd: None, sort: str) -> None:
    page = look(f"/artifacts/?sort={sort}")
    order = {"name": ["four", "one", "three", "two"], "new": ["four", "three", "two", "one"]}
    assert page.one("select", name="sort").one("option", selected="")["value"] == sort
    if sort in order:
        assert slugs(page) == order[sort]


def test_rank_is_an_order_only_once_there_are_ranks(look: Look, crowd: None) -> None:
    page = look("/artifacts/")
    assert "rank" not in {option["value"] for option in page.all("option")}
    assert page.all(class_="rank-line") == []


def test_ranked_lists_of_one_kind_go_by_rank(look: Look, crowd: None) -> None:
    generation = make_generation()
    for slug, score in (("one", 40), ("three", 70)):
        artifact = Artifact.objects.get(slug=slug)
        make_standing(generation=generation, artifact=artifact, score=score, low=score - 5, high=score + 5)
    page = look("/artifacts/?kind=model")
    assert slugs(page) == ["three", "one"]
    assert len(page.main.all("svg", class_="rank-line")) == 2


def test_it_pages_on_without_losing_or_repeating_anything(look: Look, shelves: Shelves) -> None:
    for number in range(30):
        make_artifact(slug=f"page-{number:02}", name=f"Page {number:02}", kind="prompt")
    first = look("/artifacts/?kind=prompt&sort=name")
    second = look(f"/artifacts/{first.one('a', rel='next')['href']}")
    assert slugs(first) + slugs(second) == [f"page-{number:02}" for number in range(30)]
    assert second.all("a", rel="next") == []
    assert parse_qs(second.one("a", rel="prev")["href"].lstrip("?")) == {"kind": ["prompt"], "sort": ["name"]}


def test_a_page_past_the_end_is_the_last_one(look: Look, crowd: None) -> None:
    assert set(slugs(look("/artifacts/?page=999999"))) == {"one", "two", "three", "four"}


def test_words_that_nothing_is_called_lead_to_capabilities(look: Look, crowd: None) -> None:
    """A need in plain words is no name; the nearest capabilities are offered instead."""
    page = look("/artifacts/?q=write+prose+with+good+penmanship")
    assert slugs(page) == []
    assert page.main.one(class_="empty")


def test_a_mistyped_name_leads_to_the_artifact_and_a_need_to_search(look: Look, crowd: None) -> None:
    make_artifact(name="Mistral & Co", slug="mistral-co")
    way = look("/artifacts/?q=mistrl+%26+co").main.one(class_="empty-ways")
    assert "Did you mean Mistral & Co?" in way.text
    assert {"/artifacts/mistral-co/", "/search/?q=mistrl%20%26%20co", "/artifacts/"} <= set(way.hrefs())
    assert "Did you mean" not in look("/artifacts/?q=zzzzqq").main.text


def test_an_empty_list_says_how_to_go_on(look: Look, crowd: None) -> None:
    page = look("/artifacts/?kind=mcp&licence=copyleft")
    assert "Nothing fits all of these filters" in page.main.text
    assert "/artifacts/" in page.main.one(class_="empty").hrefs()


def test_the_same_page_answers_htmx(client: Client, crowd: None) -> None:
    """The browser takes what it needs out of the whole page, so one kept copy serves both."""
    plain = client.get("/artifacts/?kind=model")
    partial = client.get("/artifacts/?kind=model", headers={"HX-Request": "true", "HX-Target": "browse"})
    assert plain.content == partial.content


def test_the_form_works_without_a_script(look: Look, crowd: None) -> None:
    """Every control belongs to one GET form with a button."""
    page = look("/artifacts/?kind=model")
    form = page.one("form", id="filter")
    assert (form["method"], form["action"]) == ("get", "/artifacts/")
    assert form.one("button", type="submit")
    controls = [e for e in page.main.all() if e.tag in ("input", "select")]
    assert {e["name"] for e in controls} <= {"q", "sort", *FACETS}
    assert all(e["form"] == "filter" or is_inside(e, form) for e in controls)


def is_inside(element: Element, other: Element) -> bool:
    return any(e is element for e in other.walk())


def test_rows_say_what_is_not_known(look: Look, crowd: None) -> None:
    """An unknown price is not free, and an unknown licence is not none."""
    rows = {row.one("h3").text: row.text for row in look("/artifacts/").main.all("li", class_="row")}
    assert "price not known" in rows["Four"]
    assert "licence not known" in rows["Four"]
    assert "$2.00 per 1M input tokens" in rows["One"]
    assert "Free to download" in rows["Three"]
    assert "deprecated" in rows["Three"]


def test_a_licence_of_its_own_is_shown_without_the_prefix_for_machines(client: Client, db: None) -> None:
    make_artifact(licence="LicenseRef-Some-Terms")
    text = client.get("/artifacts/").content.decode()
    assert "Some Terms" in text
    assert "LicenseRef" not in text
