"""Where comparisons are put together: by name, with near names where one is not known, and from the tray."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.catalog.pages.markup import Page
from tests.catalog.pages.shelves import Shelves, make_shelves
from tests.factories import make_artifact, make_standing
from tests.ranking.pages.conftest import Look
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def shelves(db: None) -> Shelves:
    return make_shelves()


def fields(page: Page) -> list[str]:
    return [field["value"] for field in page.main.all("input", class_="field")]


@pytest.mark.parametrize(
    "query",
    ["artifact=rival&artifact=full", "artifact=Rival&artifact=FULL", "artifact=full-v1&artifact=+rival+&artifact="],
)
def test_slugs_old_slugs_and_names_lead_to_the_comparison(client: Client, shelves: Shelves, query: str) -> None:
    response = client.get(f"/compare/?{query}")
    assert (response.status_code, response["Location"]) == (302, "/compare/full-vs-rival/")


def test_a_name_that_is_not_known_gets_near_ones_to_choose_from(look: Look, shelves: Shelves) -> None:
    page = look("/compare/?artifact=Rivall&artifact=Full")
    assert "“Rivall”: did you mean" in page.main.text
    assert "rival" in [box["value"] for box in page.main.all("input", type="checkbox")]
    assert fields(page) == ["Full", "", ""]


def test_a_name_that_comes_near_none_is_said_so(look: Look, shelves: Shelves) -> None:
    assert "Nothing comes near “zzzz qqqq”" in look("/compare/?artifact=zzzz+qqqq").main.text
    page = look("/compare/?artifact=zzzz+qqqq&artifact=xxxx+jjjj")
    assert "Nothing comes near “zzzz qqqq” or “xxxx jjjj”." in page.main.texts("p")
    assert page.main.all("fieldset") == [], "a heading over nothing"
    missing = look("/compare/zzzz-qqqq-vs-xxxx-jjjj/", status=404)
    assert "Nothing comes near" not in missing.main.text, "that nothing is called so is said above"


def test_a_name_of_two_artifacts_is_for_the_reader_to_tell_apart(look: Look, shelves: Shelves) -> None:
    for slug in ("one", "two"):
        make_artifact(slug=slug, name="Twin")
    boxes = [box["value"] for box in look("/compare/?artifact=Twin&artifact=rival").main.all("input", type="checkbox")]
    assert {"one", "two"} <= set(boxes)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("artifact=full", "Choose one more"),
        ("artifact=full&artifact=full-v1", "Both names are the same artifact"),
        ("artifact=full&artifact=rival&artifact=base&artifact=sparse&artifact=" + "fifth", "not 5"),
    ],
)
def test_too_few_and_too_many_are_said_so(look: Look, shelves: Shelves, query: str, words: str) -> None:
    make_artifact(slug="fifth")
    assert words in look(f"/compare/?{query}").main.text


@pytest.mark.parametrize("query", ["artifact=" + "x" * 5_000, "artifact=%00%FF", "with=%22;drop", "artifact=%E2%80%AE"])
def test_nonsense_is_no_error(look: Look, shelves: Shelves, query: str) -> None:
    look(f"/compare/?{query}")


def test_drafts_and_withdrawn_ones_are_not_to_be_had(look: Look, shelves: Shelves) -> None:
    for slug in ("draft", "withdrawn"):
        page = look(f"/compare/?artifact={slug}&artifact=full")
        assert slug not in [box["value"] for box in page.main.all("input", type="checkbox")]


def test_the_tray_takes_four_and_gives_them_back(client: Client, shelves: Shelves) -> None:
    """Without a script the links of every page lead here, and the cookie keeps what was put in."""
    for slug in ("full", "rival", "base", "sparse"):
        client.get(f"/compare/?with={slug}")
    assert client.cookies["compare"].value == "full.rival.base.sparse"
    assert fields(Page(client.get("/compare/"))) == ["Full", "Rival", "Base", "Sparse"]
    make_artifact(slug="fifth")
    page = Page(client.get("/compare/?with=fifth"))
    assert "Take one out first" in page.main.text
    assert "Fifth" not in fields(page)
    assert fields(Page(client.get("/compare/?without=rival"))) == ["Full", "Base", "Sparse", ""]
    assert client.cookies["compare"].value == "full.base.sparse"


@pytest.mark.parametrize("cookie", ['"><script>', "nothing.draft.withdrawn", "." * 9_000, "full.full.full", "\x7f"])
def test_a_broken_cookie_is_an_empty_tray(client: Client, shelves: Shelves, cookie: str) -> None:
    client.cookies["compare"] = cookie
    response = client.get("/compare/")
    assert response.status_code == 200
    assert set(fields(Page(response))) <= {"", "Full"}


def test_the_tray_is_never_kept_for_others(client: Client, shelves: Shelves) -> None:
    assert "no-store" in client.get("/compare/?with=full")["Cache-Control"]


def test_it_takes_no_posts(client: Client) -> None:
    assert client.post("/compare/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/compare/").status_code == 405


def test_pairs_that_are_close_are_proposed(look: Look, shelves: Shelves) -> None:
    page = look("/compare/")
    assert "/compare/full-vs-rival/" in page.hrefs()
    # Nothing looks at their bands, so nothing is said of how close their ranks are.
    assert "Close calls" not in page.main.text


def test_an_empty_catalog_has_a_picker_too(look: Look, db: None) -> None:
    assert fields(look("/compare/")) == ["", "", "", ""]
    assert "Nothing comes near" in look("/compare/?artifact=x").main.text


@pytest.mark.parametrize(
    "address",
    ["/artifacts/full/", "/artifacts/", "/kinds/model/", "/categories/text-models/", "/kinds/model/leaderboard/"],
)
def test_every_place_that_names_an_artifact_puts_it_in_the_tray(look: Look, shelves: Shelves, address: str) -> None:
    make_standing(artifact=shelves.full)
    link = next(link for link in look(address).main.all("a", class_="compare-link") if link["data-compare"] == "full")
    assert link["href"] == "/compare/?with=full"
    assert link["aria-label"] == "Compare Full"


def test_alternatives_and_related_ones_lead_to_the_comparison(look: Look, shelves: Shelves) -> None:
    for address in ("/artifacts/full/alternatives/", "/artifacts/full/"):
        assert "/compare/full-vs-rival/" in look(address).hrefs()
