"""Which one for me? The page shows the table as it is: what differs first, and every value with its way on."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact, Price, Related
from catalog.publishing import rename_slug, withdraw
from tests.catalog.pages.markup import Element, Page
from tests.catalog.pages.shelves import Shelves, make_shelves
from tests.factories import (
    make_artifact,
    make_capability,
    make_fact,
    make_generation,
    make_offering,
    make_price,
    make_standing,
)
from tests.ranking.pages.conftest import Look
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
ADDRESS = "/compare/full-vs-rival/"


@pytest.fixture
@remembered
def shelves(db: None) -> Shelves:
    return make_shelves()


def row(page: Page, name: str) -> list[Element]:
    """The cells of a row, by its name."""
    return page.one("tr", id=f"row-{name}").all("td")


def ranked(*artifacts: Artifact, scores: tuple[float, ...]) -> None:
    generation = make_generation()
    for artifact, score in zip(artifacts, scores, strict=True):
        make_standing(generation=generation, artifact=artifact, score=score, low=score - 4, high=score + 4)


# --- what it shows ----------------------------------------------------------------------------------------------------


def test_the_sides_are_named_and_lead_to_their_pages(look: Look, shelves: Shelves) -> None:
    heading = look(ADDRESS).one("h1")
    assert heading.text == "Full against Rival"
    assert [link["href"] for link in heading.all("a")] == ["/artifacts/full/", "/artifacts/rival/"]


def test_ranks_stand_on_one_scale_where_they_compare(look: Look, shelves: Shelves) -> None:
    """One above the other, so that a tie is seen as bands that overlap."""
    ranked(shelves.full, shelves.rival, scores=(60, 59))
    page = look(ADDRESS)
    assert [link["href"] for link in page.one(class_="scale").all("a")] == [
        "/artifacts/full/rank/",
        "/artifacts/rival/rank/",
    ]
    assert "tie" in page.one(class_="verdict").text


def test_ranks_of_different_kinds_stand_on_no_common_scale(look: Look, shelves: Shelves) -> None:
    other = make_artifact(slug="stack", kind="dataset")
    ranked(shelves.full, other, scores=(60, 20))
    page = look("/compare/full-vs-stack/")
    assert page.all(class_="scale") == []
    assert "among datasets" in page.one(class_="apart").text
    assert "not comparable by rank" in page.main.text
    assert page.one("details", open="")  # what only one kind has is what there is to read


def test_rows_that_differ_stand_open_and_the_rest_is_folded(look: Look, shelves: Shelves) -> None:
    make_fact(artifact=shelves.full, name="max_output", value=8_192)
    make_fact(artifact=shelves.rival, name="max_output", value=4_096)
    page = look(ADDRESS)

    def is_folded(name: str) -> bool:
        element: Element | None = page.one("tr", id=f"row-{name}")
        while element is not None and element.tag != "details":
            element = element.parent
        return element is not None

    assert not is_folded("max_output")
    assert is_folded("kind")
    assert is_folded("architecture")  # known of one only
    assert not is_folded("context_window")  # disputed


def test_a_value_is_the_link_to_its_source(look: Look, shelves: Shelves) -> None:
    cells = row(look(ADDRESS), "architecture")
    assert cells[0].one("a")["href"] == "https://acme.example/card"
    assert "Model card" in cells[0].one("a")["title"]


def test_a_disputed_value_opens_to_what_every_source_says(look: Look, shelves: Shelves) -> None:
    cell = row(look(ADDRESS), "context_window")[0]
    assert "disputed" in cell.one("summary").text
    said = [line.text.replace("\u202f", "") for line in cell.all("li")]
    assert len(said) == 2
    assert any("32768" in line and "Model card" in line for line in said)
    assert any("65536" in line and "Founding documents" in line for line in said)


def test_what_is_unknown_is_marked_and_never_blank(look: Look, shelves: Shelves) -> None:
    """Unknown is not no: a missing offering shows the mark of the unknown, and says why."""
    other = make_capability(slug="drawing", name="Drawing")
    make_offering(artifact=shelves.full, capability=other)
    page = look(ADDRESS)
    cells = row(page, "capability.drawing")
    assert cells[1].all("svg", class_="state-mark-unknown")
    assert "Nobody has shown" in cells[1].one("button").all("svg")[0]["aria-label"]
    told = [cell.children[1] for cell in page.main.all("td")]  # the first child says whose it is
    assert [cell for cell in told if isinstance(cell, str) or not (cell.text or cell.all("svg", role="img"))] == []


def test_a_capability_opens_to_all_that_is_said_of_it(look: Look, shelves: Shelves) -> None:
    cell = row(look(ADDRESS), "capability.summarisation")[0]
    told = cell.one("details").text
    for words in (
        "It condenses long reports.",
        "Keeps the numbers.",
        "Rival is quicker.",
        "long reports",
        "poetry",
        "Invents a figure",
        "It summarises.",
    ):
        assert words in told


def test_what_only_one_does_comes_before_what_both_do(look: Look, shelves: Shelves) -> None:
    make_offering(artifact=shelves.full, capability=make_capability(slug="drawing", name="Drawing"))
    groups = look(ADDRESS).section("capabilities").texts("th", scope="rowgroup")
    assert groups == ["Shown of only one", "Both do"]


def test_cells_are_tied_to_their_headers(look: Look, shelves: Shelves) -> None:
    page = look(ADDRESS)
    for table in page.main.all("table"):
        assert [head.text for head in table.one("thead").all("th", scope="col")] == ["What", "Full", "Rival"]
        for line in table.all("tr"):
            if line.all("td"):
                assert len(line.all("th", scope="row")) == 1
                assert len(line.all("td")) == 2
        assert table.one("caption").text


def test_a_finding_leads_to_rows_that_are_there(look: Look, shelves: Shelves) -> None:
    ranked(shelves.full, shelves.rival, scores=(80, 40))
    for address in (ADDRESS, f"{ADDRESS}?only=differences"):
        page = look(address)
        links = [link["href"] for line in page.all("ul", class_="findings") for link in line.all("a")]
        assert links
        assert [href for href in links if not page.all("tr", id=href.removeprefix("#"))] == []


def test_failure_modes_stand_abreast(look: Look, shelves: Shelves) -> None:
    sides = look(ADDRESS).section("failures").all("h3")
    assert [side.text for side in sides] == ["Full", "Rival"]
    assert "Check the figures." in look(ADDRESS).section("failures").text


def test_others_that_could_do_it_lead_to_a_wider_comparison(look: Look, shelves: Shelves) -> None:
    third = make_artifact(slug="third", name="Third")
    Related.objects.create(
        artifact=shelves.full, other=third, overlap=0.5, shared=[], shared_count=2, is_alternative=True, position=5
    )
    links = [link["href"] for link in look(ADDRESS).section("others").all("a")]
    assert links == ["/artifacts/third/", "/compare/full-vs-rival-vs-third/"]


def test_whose_place_several_others_can_take_is_said_once(look: Look, shelves: Shelves) -> None:
    for place, (slug, of) in enumerate({"third": "both", "fourth": "both", "fifth": "full"}.items(), 5):
        other = make_artifact(slug=slug, name=slug.title())
        for artifact in (shelves.full, shelves.rival)[: 2 if of == "both" else 1]:
            Related.objects.create(
                artifact=artifact, other=other, overlap=0.5, shared=[], shared_count=2, is_alternative=True,
                position=place,
            )  # fmt: skip
    section = look(ADDRESS).section("others")
    assert section.texts("p") == ["In the place of Full or Rival:", "In the place of Full:"]
    assert [len(group.all("li")) for group in section.all("ul")] == [2, 1]


def test_who_needs_something_different_searches_the_match_graph(look: Look, shelves: Shelves) -> None:
    form = look(ADDRESS).one("section", class_="otherwise").one("form")
    assert (form["action"], form.one("input")["name"]) == ("/search/", "q")


# --- what the reader asks ---------------------------------------------------------------------------------------------


def test_a_month_has_a_row_and_stays_in_the_form(look: Look, shelves: Shelves) -> None:
    make_price(artifact=shelves.rival, provider="Elsewhere", amount="1.00")
    make_price(artifact=shelves.rival, provider="Elsewhere", amount="1.00", meter="output_tokens")
    page = look(f"{ADDRESS}?input_tokens=10000000")
    assert [cell.one("bdi").text for cell in row(page, "price.workload")] == ["$20.00 a month", "$10.00 a month"]
    fields = {field["name"]: field["value"] for field in page.section("mine").all("input", type="number")}
    assert fields == {"input_tokens": "10000000", "output_tokens": ""}, "no price is asked by the call"


def test_nothing_is_asked_of_a_month_where_no_price_is_counted_by_it(look: Look, shelves: Shelves) -> None:
    """A download is free for any number of tokens."""
    Price.objects.all().delete()
    make_price(artifact=shelves.full, amount="0", meter="download")
    mine = look(ADDRESS).section("mine")
    assert mine.all("input", type="number") == []
    assert "My month" not in mine.text


def test_on_paper_there_is_no_form_and_no_heading_over_it() -> None:
    print_layer = (
        (settings.BASE_DIR / "unfragile_site/static/site/css/compare.css").read_text().partition("@layer print")
    )
    hidden = print_layer[2].partition("{ display: none; }")[0]
    assert ".mine," in hidden


def test_the_figures_of_an_outcome_say_what_they_are(look: Look, shelves: Shelves) -> None:
    """Beside a rank of 66 a bare 68 reads as another rank."""
    ranked(shelves.full, shelves.rival, scores=(66, 50))
    assert (
        "By your weights, out of 100; the rank is another figure:" in look(f"{ADDRESS}?w_price=40").section("mine").text
    )
    mine = look(f"{ADDRESS}?licence=copyleft").section("mine").one("div", class_="outcome")
    assert mine.text.count("Full has a permissive licence") == 1, "the reason it is ruled out for, once"
    assert "out of 100" not in mine.text, "no figure, nothing to say of it"


def test_each_form_carries_what_the_other_asks(look: Look, shelves: Shelves) -> None:
    """Whoever weighs keeps their month, and the other way round."""
    page = look(f"{ADDRESS}?input_tokens=5&licence=permissive&w_price=40&only=differences")
    month, weights = page.section("mine").all("form")
    assert {field["name"]: field["value"] for field in month.all("input", type="hidden")} == {
        "w_price": "40",
        "only": "differences",
    }
    assert {field["name"]: field["value"] for field in weights.all("input", type="hidden")} == {
        "input_tokens": "5",
        "licence": "permissive",
        "only": "differences",
    }
    sliders = {field["name"]: field["value"] for field in weights.all("input", type="range")}
    assert (sliders["w_price"], sliders["w_quality"]) == ("40", "0")
    assert [output.text for output in weights.all("output")] == list(sliders.values())


def test_what_the_reader_said_is_forgotten_and_nothing_else(look: Look, shelves: Shelves) -> None:
    page = look(f"{ADDRESS}?input_tokens=5&licence=permissive&w_price=40&only=differences")
    (forget,) = (link["href"] for link in page.section("mine").all("a") if link.text == "Forget all this")
    assert forget == f"{ADDRESS}?only=differences"


def test_only_differences_leaves_out_the_rest(look: Look, shelves: Shelves) -> None:
    whole, less = look(ADDRESS), look(f"{ADDRESS}?only=differences&input_tokens=7")
    assert whole.all("tr", id="row-kind")
    assert less.all("tr", id="row-kind") == []
    assert less.all("tr", id="row-capability.summarisation") == []
    assert less.all("tr", id="row-context_window")
    assert less.one("a", class_="switch")["href"] == f"{ADDRESS}?input_tokens=7#facts"
    assert whole.one("a", class_="switch")["href"] == f"{ADDRESS}?only=differences#facts"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("input_tokens=-5", "Input tokens a month: write a whole number from 0 to"),
        ("input_tokens=many", "whole number"),
        ("w_price=0&w_quality=0", "All weights are 0"),
        ("w_price=1000", "Price: write a number from 0 to 100."),
        ("licence=cheap", "cheap"),
        ("calls=" + "9" * 300, ""),
        ("capability=" + quote("<b>"), ""),
    ],
)
def test_what_is_not_understood_is_named_and_left_out(look: Look, shelves: Shelves, query: str, words: str) -> None:
    page = look(f"{ADDRESS}?{query}")
    assert words in " ".join(page.texts("li", class_="message-warning"))
    assert page.texts("li", class_="message-warning")


# --- take it with you -------------------------------------------------------------------------------------------------


def test_its_files_and_this_day_are_a_click_away(client: Client, look: Look, shelves: Shelves) -> None:
    """Each with what the reader asked, but for what only the page can do."""
    page = look(f"{ADDRESS}?input_tokens=7&only=differences")
    today = timezone.now().date()
    links = [link["href"] for link in page.one("section", class_="away").all("a")]
    assert links == [
        f"{ADDRESS}?input_tokens=7&only=differences&at={today}",
        *(f"/compare/full-vs-rival.{suffix}?input_tokens=7" for suffix in ("md", "csv", "json", "png")),
    ]
    assert [client.get(link).status_code for link in links[1:]] == [200] * 4
    assert look(ADDRESS).one("p", class_="citation").text.startswith("Full and Rival. Unfragile")


def test_a_shared_link_comes_with_its_picture(look: Look, shelves: Shelves) -> None:
    page = look(ADDRESS)
    assert page.meta("og:image").endswith("/compare/full-vs-rival.png")
    assert page.meta("twitter:card") == "summary_large_image"


# --- where it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["rival-vs-full", "full-v1-vs-rival", "rival-vs-full-vs-full-v1", "rival-vs-full-vs-full", "Full-vs-RIVAL"]
)
def test_every_other_spelling_leads_to_the_one_address(client: Client, shelves: Shelves, key: str) -> None:
    """Slugs of today by the alphabet; what the reader asks goes along."""
    response = client.get(f"/compare/{key}/?input_tokens=5&only=differences")
    assert response.status_code == 301
    assert response["Location"] == f"{ADDRESS}?input_tokens=5&only=differences"


def test_its_files_are_found_in_capitals_too(client: Client, shelves: Shelves) -> None:
    response = client.get("/compare/FULL-vs-Rival.json?calls=5")
    assert (response.status_code, response["Location"]) == (301, "/compare/full-vs-rival.json?calls=5")
    assert client.get("/compare/FULL-vs-Nobody/").status_code == 404


def test_a_renamed_artifact_takes_its_comparisons_along(client: Client, shelves: Shelves) -> None:
    rename_slug(shelves.rival, "zenith", why="It is called so now.")
    assert client.get(ADDRESS)["Location"] == "/compare/full-vs-zenith/"


@pytest.mark.parametrize(
    ("key", "status", "words"),
    [
        ("full", 400, "Choose one more"),
        ("full-vs-full", 400, "Both names are the same artifact"),
        ("full-vs-full-v1", 400, "Both names are the same artifact"),
        ("a-vs-b-vs-c-vs-d-vs-e", 400, "not 5"),
        ("full-vs-rivol", 404, "Nothing here is called “rivol”"),
        ("full-vs-draft", 404, "Nothing here is called “draft”"),
        ("full-vs-withdrawn", 410, "Withdrawn was withdrawn"),
        ("full-vs-" + "x" * 3_000, 400, "longer than any comparison"),
        ("full-vs-" + quote("<script>alert(1)</script>".replace("/", "")), 404, "Nothing here is called"),
        ("-vs-", 400, "Choose one more"),
        (quote("\u202efull\x00-vs-b"), 404, "Nothing here is called"),
    ],
)
def test_what_cannot_be_compared_says_what_to_do(
    client: Client, shelves: Shelves, key: str, status: int, words: str
) -> None:
    """A helpful page with the right status, a form with what was understood, and no server error."""
    response = client.get(f"/compare/{key}/")
    assert response.status_code == status
    page = Page(response)
    assert words in page.main.text
    assert page.main.one("form", class_="picker")
    assert page.meta("robots") == "noindex"


def test_near_names_are_proposed_for_one_that_is_unknown(client: Client, shelves: Shelves) -> None:
    page = Page(client.get("/compare/full-vs-rivol/"))
    assert page.main.all("input", type="checkbox")[0]["value"] == "rival"
    assert [field["value"] for field in page.main.all("input", class_="field") if field["value"]] == ["Full"]


def test_a_withdrawn_one_is_named_with_the_way_to_its_tombstone(client: Client, shelves: Shelves) -> None:
    withdraw(shelves.rival, reason="Its maker asked for it.")
    page = Page(client.get(ADDRESS))
    assert "/artifacts/rival/" in page.hrefs()
    assert "Full" in [field["value"] for field in page.main.all("input", class_="field")]


def test_a_pair_with_little_to_say_is_not_for_search_engines(look: Look, shelves: Shelves) -> None:
    make_artifact(slug="other", kind="dataset", licence="MIT")
    assert look("/compare/full-vs-other/").meta("robots") == "noindex"
    assert look(ADDRESS).all("meta", name="robots") == []  # they share a capability


@pytest.mark.parametrize("count", [3, 4])
def test_three_and_four_stand_side_by_side_too(look: Look, shelves: Shelves, count: int) -> None:
    key = "-vs-".join(["base", "full", "rival", "sparse"][:count])
    page = look(f"/compare/{key}/")
    assert all(len(line.all("td")) in (0, count) for line in page.main.all("tr"))
    assert re.search(rf"\bsides-{count}\b", page.main.all("table")[0]["class"])
