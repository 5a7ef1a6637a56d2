"""What was the rank in an earlier week? What was written down then, and plainly not today's."""

from __future__ import annotations

import datetime as dt

import pytest

from ranking.models import Snapshot
from tests.ranking.pages.conftest import Look
from tests.ranking.pages.evidence import World

pytestmark = pytest.mark.django_db
ADDRESS = "/artifacts/full/rank/?at={}"


def test_a_week_shows_what_was_written_down_for_it(look: Look, world: World) -> None:
    """Any day of the week shows its Monday's record, also where that differs from today's."""
    row = Snapshot.objects.filter(artifact=world.full).order_by("on")[1]
    row.score, row.low, row.high, row.momentum, row.survival = 12.0, 10.0, 15.0, 33.0, 0.44
    row.points = {"new_stars": -30.0, "downloads": -8.0}
    row.adoption = 7.0
    row.save()
    page = look(ADDRESS.format(row.on + dt.timedelta(days=3)))
    assert page.main.one("p", class_="tagline").text.startswith("Rank 12 (10–15)")
    assert [it.text for it in page.section("waterfall").all("span", class_="fall-points")] == [
        "50.0", "\u221230.0", "\u22128.0", "12.0",
    ]  # fmt: skip
    assert "Momentum 33" in page.main.text
    assert "44\u202f%" in page.main.text
    assert page.main.one("dl", class_="components").all("dd")[0].text == "7"


def test_it_says_that_it_is_an_earlier_week_and_leads_to_todays(look: Look, world: World) -> None:
    first, second, third = Snapshot.objects.filter(artifact=world.full).order_by("on")
    page = look(ADDRESS.format(second.on))
    assert "This is an earlier week" in page.main.text
    links = [a.attributes["href"] for a in page.main.all("a")]
    assert "/artifacts/full/rank/" in links
    assert f"/artifacts/full/rank/?at={first.on}" in links
    assert f"/artifacts/full/rank/?at={third.on}" in links


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("2001-01-01", "The first rank of it that was written down is of"),
        ("9999-12-31", "No rank of it was written down in the week of"),
        ("yesterday", "one is written as 2026-01-31"),
        ("2026-02-30", "one is written as 2026-01-31"),
        ("", "one is written as 2026-01-31"),
        ("0001-01-01", "The first rank of it that was written down is of"),
    ],
)
def test_a_day_without_a_record_is_told_in_a_sentence(look: Look, world: World, asked: str, why: str) -> None:
    page = look(ADDRESS.format(asked), status=404)
    assert why in page.main.text
    assert "/artifacts/full/rank/" in [a.attributes["href"] for a in page.main.all("a")]


def test_todays_page_leads_to_every_week(look: Look, world: World) -> None:
    links = [a.attributes.get("href") for a in look("/artifacts/full/rank/").section("history").all("a")]
    weeks = Snapshot.objects.filter(artifact=world.full).order_by("-on").values_list("on", flat=True)
    assert links == [f"/artifacts/full/rank/?at={on}" for on in weeks]
