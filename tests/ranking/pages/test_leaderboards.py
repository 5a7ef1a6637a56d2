"""Who leads: by the lower end of the band, ties shown as ties, kinds apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.columns import columns
from catalog.kinds import KINDS
from catalog.models import CapabilityAlias, Standing
from catalog.pages.rows import Row
from catalog.pages.standings import Rank
from catalog.publishing import withdraw
from catalog.state import live_state
from ranking.formulas import shipped_formula
from ranking.leaderboards import Board, placed
from ranking.models import Breakdown
from tests.catalog.pages.markup import Page, empty_headings
from tests.factories import make_artifact, make_capability, make_category, make_generation, make_standing
from tests.ranking.pages.conftest import Look
from tests.ranking.pages.evidence import World

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/leaderboards/",
    "/kinds/mcp/leaderboard/",
    "/categories/servers/leaderboard/",
    "/capabilities/search/leaderboard/",
)


@dataclass
class Named:
    """As much of a row as its place depends on."""

    name: str
    standing: Any


def rows(*bands: tuple[float, float, float]) -> list[Row]:
    found = [
        Named(f"A{place}", Rank(score, low, high, None, 1.0, {})) for place, (score, low, high) in enumerate(bands, 1)
    ]
    return cast("list[Row]", found)


def told(*bands: tuple[float, float, float]) -> list[tuple[int, str]]:
    return [(place.number, place.said) for place in placed(rows(*bands), shipped_formula())]


def test_bands_that_overlap_are_one_place() -> None:
    assert told((57, 51, 63), (56, 50, 62)) == [(1, ""), (1, "tied with the one above")]


def test_bands_apart_are_two_places() -> None:
    assert told((80, 78, 82), (60, 58, 62)) == [(1, ""), (2, "below A1")]


def test_what_is_less_sure_is_likely() -> None:
    assert told((60, 56, 64), (54, 50, 58))[1] == (2, "likely below A1")


def test_a_tie_goes_by_its_first_so_that_it_does_not_run_down_the_whole_list() -> None:
    """Each is tied with its neighbour; the third is not with the first, and begins a place of its own."""
    bands = [(60 - 4 * step, 56 - 4 * step, 64 - 4 * step) for step in range(4)]
    assert [number for number, _ in told(*bands)] == [1, 1, 3, 3]
    assert told(*bands)[2][1] == "below A1, yet tied with A2"


def test_whoever_is_tied_with_one_of_a_higher_place_says_so() -> None:
    """A wide band reaches up past those whom a list by its lower end puts before it."""
    assert told((47, 41, 54), (38, 34, 43), (42, 24, 60))[1:] == [
        (2, "likely below A1"),
        (2, "tied with the one above, and with A1"),
    ]


def test_one_may_tie_with_the_first_and_not_with_the_one_above() -> None:
    assert told((45, 40, 50), (60, 39.9, 80.1), (42, 39.8, 44.2))[1:] == [
        (1, "tied with the one above"),
        (1, "tied with A1"),
    ]


def test_a_higher_and_less_certain_rank_further_down_is_never_called_lower() -> None:
    """Lists go by the lower end of the band, so that this can be."""
    assert told((50, 49, 51), (62, 48, 76))[1] == (2, "likely above A1, and less certain")


def test_nobody_has_no_place() -> None:
    assert placed([], shipped_formula()) == ()


# --- pages ------------------------------------------------------------------------------------------------------------


def names(page: Page) -> list[str]:
    return [row.one("bdi").text for table in page.all("table", class_="board-table") for row in table.all("tr")[1:]]


def test_a_kinds_leaderboard_goes_by_the_lower_end(look: Look, world: World) -> None:
    page = look("/kinds/mcp/leaderboard/")
    ranked = Standing.objects.filter(artifact__kind="mcp").order_by("-low").values_list("artifact__name", flat=True)
    assert names(page) == list(ranked)
    assert "Bare" not in page.text
    assert "/artifacts/full/rank/" in page.hrefs()


def test_ties_are_shown_as_ties(look: Look, world: World) -> None:
    Standing.objects.filter(artifact__kind="mcp").update(score=30, low=28, high=32)
    Standing.objects.filter(artifact=world.full).update(score=57, low=51, high=63)
    Standing.objects.filter(artifact=world.burst).update(score=58, low=50, high=66)
    page = look("/kinds/mcp/leaderboard/")
    tied = page.all("tbody", class_="tie")
    assert [row.one("bdi").text for row in tied[0].all("tr")] == ["Full", "Burst"]
    for body in tied:
        first, *others = body.all("tr")
        assert first.all("td")[0].text.isdigit()
        assert all(row.all("td")[0].text.endswith(", a tie") and "tied with" in row.text for row in others)


@pytest.mark.parametrize("address", ["/leaderboards/", *ADDRESSES[2:]])
def test_kinds_are_kept_apart(look: Look, world: World, address: str) -> None:
    page = look(address)
    boards = page.all("table", class_="board-table")
    assert len(boards) == 2
    assert [name for name in names(page) if name == "Model"] == ["Model"]
    assert [row.one("bdi").text for row in boards[1].all("tr")[1:]] == ["Model"]
    assert "not comparable" in page.main.text


@pytest.mark.parametrize("address", [*ADDRESSES, "/rising/"])
def test_without_ranks_there_is_a_word_and_a_way_on(look: Look, db: None, address: str) -> None:
    make_category(slug="servers")
    make_capability(slug="search")
    page = look(address)
    assert page.all("table") == []
    assert page.one("p", class_="empty-title").text
    assert empty_headings(page.main) == []


def test_a_long_one_is_cut_and_says_how_it_goes_on(look: Look, db: None) -> None:
    generation = make_generation()
    for number in range(7):
        make_standing(
            generation=generation, artifact=make_artifact(kind="cli"), score=50 + number, low=45 + number, high=60
        )
    page = look("/leaderboards/")
    assert len(names(page)) == 5
    assert "/kinds/cli/leaderboard/" in page.main.hrefs()
    assert len(names(look("/kinds/cli/leaderboard/"))) == 7


def test_an_unknown_one_is_404_and_a_moved_one_sends_on(client: Client, world: World) -> None:
    CapabilityAlias.objects.create(slug="seeking", capability=world.capability)
    moved = client.get("/capabilities/seeking/leaderboard/")
    assert (moved.status_code, moved["Location"]) == (301, "/capabilities/search/leaderboard/")
    for address in ("/kinds/nothing/leaderboard/", "/categories/nothing/leaderboard/", "/capabilities/x/leaderboard/"):
        assert client.get(address).status_code == 404


def test_pages_of_the_catalog_lead_to_their_leaderboard(look: Look, world: World) -> None:
    for address in ("/kinds/mcp/", "/categories/servers/", "/capabilities/search/"):
        assert f"{address}leaderboard/" in look(address).main.hrefs()


# --- who rises --------------------------------------------------------------------------------------------------------


def test_those_with_momentum_rise_kind_by_kind(look: Look, world: World) -> None:
    Breakdown.objects.update(momentum=50)
    Breakdown.objects.filter(artifact__in=[world.full, world.model]).update(momentum=71)
    Breakdown.objects.filter(artifact=world.stale).update(momentum=64)
    page = look("/rising/")
    tables = {table.one("caption").text: table for table in page.all("table", class_="rising-table")}
    assert [row.one("bdi").text for row in tables["MCP servers by momentum"].all("tr")[1:]] == ["Full", "Stale"]
    assert [row.one("bdi").text for row in tables["Models by momentum"].all("tr")[1:]] == ["Model"]
    drawn = tables["MCP servers by momentum"].all("svg", class_="spark")[0]
    assert drawn["aria-label"].startswith("Rank: from ")


def test_the_front_page_shows_the_first_riser_of_each_kind(look: Look, world: World) -> None:
    Breakdown.objects.update(momentum=70)
    section = next(s for s in look("/").all("section") if s.texts("h2") == ["Rising"])
    assert len(section.all("li")) == 2
    Breakdown.objects.update(momentum=50)


def test_what_is_withdrawn_rises_no_more(look: Look, world: World) -> None:
    withdraw(world.full, reason="Its maker asked for it.")
    assert "/artifacts/full/" not in look("/rising/").hrefs()
    assert "/artifacts/full/" not in look("/leaderboards/").hrefs()


# --- what they cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "most"), [*((a, 5) for a in ADDRESSES), ("/rising/", 3), ("/methodology/", 12)])
def test_a_page_asks_as_often_however_much_there_is(client: Client, world: World, address: str, most: int) -> None:
    client.get("/artifacts/")
    client.get("/leaderboards/")  # from then on a generation's formula is known
    client.get("/rising/")  # and who of it rises
    counts = []
    for _ in range(2):
        cache.clear()
        columns(live_state()).shown.clear()  # rows in memory would cost nothing
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
        generation = world.standing(world.full).generation
        for _ in range(8):
            artifact = make_artifact(kind="cli", categories=[world.category])
            make_standing(generation=generation, artifact=artifact)
        client.get("/artifacts/")
    assert counts[0] == counts[1]
    assert counts[0] <= most


@pytest.mark.parametrize(
    ("bands", "count", "said"),
    [
        ([(80, 78, 82), (60, 58, 62)], 2, ""),
        ([(57, 51, 63), (56, 50, 62)], 2, "tied with A2"),
        ([(57, 51, 63), (56, 50, 62), (55, 49, 61), (20, 18, 22)], 9, "tied with A2 and 1 more"),
        ([(57, 51, 63), (56, 50, 62), (55, 49, 61)], 9, "tied with A2 and at least 1 more"),
        ([(57, 51, 63), (56, 50, 62)], 9, "tied with A2 and more"),
        ([(57, 51, 63)], 1, ""),
    ],
)
def test_who_shares_the_first_place_is_told_with_the_first(
    bands: list[tuple[float, float, float]], count: int, said: str
) -> None:
    assert Board(KINDS["mcp"], count, placed(rows(*bands), shipped_formula())).tied_first == said


def test_the_front_page_marks_a_tied_leader(client: Client) -> None:
    """A leader that nobody can tell from the next is not told as the winner."""
    generation = make_generation()
    for kind, second in (("mcp", 79.0), ("model", 40.0)):
        for name, score in ((f"{kind} one", 80.0), (f"{kind} two", second)):
            artifact = make_artifact(kind=kind, name=name)
            make_standing(generation=generation, artifact=artifact, score=score, low=score - 5, high=score + 5)
    page = Page(client.get("/"))
    leaders = next(section for section in page.all("section") if "Leaders of their kind" in section.texts("h2"))
    found = {row.one("th").text: row.all("td")[0].text for row in leaders.all("tr")[1:]}
    assert "tied with mcp two" in found["MCP servers"]
    assert "tied" not in found["Models"]
