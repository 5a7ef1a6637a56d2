"""What changed since about a week ago: of which day it is, and that every step has its name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from catalog.changes import change
from ranking import snapshots, weeks
from ranking.models import Snapshot
from tests.ranking.pages.conftest import Look
from tests.ranking.pages.evidence import World
from tests.ranking.pages.test_rank_page import ADDRESS, number

pytestmark = pytest.mark.django_db


def turn_pages() -> None:
    with change() as it:
        it.is_touched = True


def test_what_counts_no_more_is_told_by_its_name(look: Look, world: World) -> None:
    """Its points have gone: else they would stand there as many small steps."""
    for week in Snapshot.objects.filter(artifact=world.full):
        week.points["arena"] = -4.5
        week.points["of_an_older_formula"] = 2.25
        week.save()
    turn_pages()
    section = look(ADDRESS.format("full")).section("changes")
    told = {item.text.split(":")[0]: number(item.one("span", class_="amount").text) for item in section.all("li")}
    assert "does not count any more" in section.text
    assert 4.5 in told.values()
    assert -2.2 in told.values() or -2.3 in told.values()


def test_a_week_that_was_written_down_later_tells_of_that_day(look: Look, world: World) -> None:
    today = timezone.now().date()
    Snapshot.objects.exclude(artifact=world.full).delete()
    old = Snapshot.objects.filter(artifact=world.full, on__lt=today - dt.timedelta(days=6)).latest("on")
    Snapshot.objects.exclude(pk=old.pk).delete()
    Snapshot.objects.update(number=999, taken_on=today - dt.timedelta(days=4))
    turn_pages()
    page = look(ADDRESS.format("full"))
    assert page.section("changes").all("time")[0]["datetime"] == str(today - dt.timedelta(days=4))
    assert str(today - dt.timedelta(days=4)) in {it["datetime"] for it in page.section("history").all("time")}
    Snapshot.objects.update(taken_on=today - dt.timedelta(days=1))
    turn_pages()
    assert look(ADDRESS.format("full")).all("section", id="changes") == [], "yesterday is no week ago"


def test_what_was_read_on_the_day_it_was_written_down_was_known_to_it(
    look: Look, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weeks, "LEAST_AGO", 0)
    week = Snapshot.objects.filter(artifact=world.full).latest("on")
    Snapshot.objects.exclude(pk=week.pk).delete()
    read_on = world.full.readings.filter(signal="downloads_month").latest("observed_at").observed_at.date()
    week.points["downloads"] -= 3
    for number_, reason in ((snapshots.RECONSTRUCTED, "read again"), (999, "not read since")):
        week.number, week.on, week.taken_on = number_, read_on, None
        week.save()
        turn_pages()
        (told,) = [x.text for x in look(ADDRESS.format("full")).section("changes").all("li") if "Downloads" in x.text]
        assert reason in told
