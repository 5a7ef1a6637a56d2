"""Counts that fell too far to be believed: held by an import, decided at the desk, over when they stand again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.importers import collapses, runs
from catalog.importers.undoing import undo
from catalog.models import Artifact, Fall, ImportRun, Reading
from tests.cast import erin
from tests.catalog.importers.test_runs import HUB, LATER, NOW, ten

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    person = User.objects.create_user("somebody", is_staff=True)
    person.groups.add(Group.objects.get(name="Editor"))
    client.force_login(person)
    return client


@pytest.fixture
def fall(tmp_path: Path) -> Fall:
    """500 likes became 20."""
    runs.start(HUB, ten(tmp_path, 1), now=NOW)
    again(tmp_path, 20, "08")
    return Fall.objects.get()


def again(tmp_path: Path, likes: int, day: str) -> runs.Result:
    return runs.start(HUB, ten(tmp_path, 1, likes=likes, on=f"2026-06-{day}"), now=LATER)


def likes() -> list[float]:
    return list(Reading.objects.filter(signal="likes").order_by("observed_at").values_list("value", flat=True))


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_a_fall_waits_among_held_readings_and_its_page_shows_both_counts(desk: Client, fall: Fall) -> None:
    queue = text(desk.get("/admin/queue/held/"))
    assert "Likes: 20 after 500" in queue
    assert f"/admin/catalog/fall/{fall.pk}/" in queue
    page = text(desk.get(f"/admin/catalog/fall/{fall.pk}/"))
    assert "<b>20</b> on 8 June 2026" in page
    assert "<b>500</b> on 1 June 2026" in page
    assert "<svg" in page
    assert "This field is required" in text(desk.post(f"/admin/catalog/fall/{fall.pk}/", {"accept": "1"}))
    assert likes() == [500]


def test_accepted_it_is_a_reading_and_what_follows_is_measured_against_it(
    desk: Client, fall: Fall, tmp_path: Path
) -> None:
    sent = {"accept": "1", "why": "The hub threw out bots."}
    assert desk.post(f"/admin/catalog/fall/{fall.pk}/", sent)["Location"] == "/admin/queue/held/"
    assert likes() == [500, 20]
    assert "Nothing waits here." in text(desk.get("/admin/queue/held/"))
    assert again(tmp_path, 21, "15").counts.held == 0
    assert likes() == [500, 20, 21]
    page = text(desk.get(f"/admin/catalog/fall/{fall.pk}/"))
    assert "Accepted" in page
    assert "The hub threw out bots." in page


def test_a_fall_within_a_day_is_held_and_accepted_stands_in_place_of_the_earlier_count(tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path, 1), now=NOW)
    again(tmp_path, 20, "01")
    assert likes() == [500]
    collapses.accept(Fall.objects.get(), by=erin(), why="The hub threw out bots.", now=LATER)
    assert likes() == [20]
    assert again(tmp_path, 21, "08").counts.held == 0


def test_kept_it_is_left_out_and_nobody_is_asked_again(desk: Client, fall: Fall, tmp_path: Path) -> None:
    desk.post(f"/admin/catalog/fall/{fall.pk}/", {"keep": "1", "why": "They are at it again."})
    assert again(tmp_path, 22, "15").counts.held == 0
    assert likes() == [500]
    fall.refresh_from_db()
    assert (fall.state, fall.value, Fall.objects.count()) == ("kept", 22, 1)
    assert "Nothing waits here." in text(desk.get("/admin/queue/held/"))


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_count_that_stands_where_it_stood_passes_by_itself(fall: Fall, tmp_path: Path, is_kept: bool) -> None:
    if is_kept:
        collapses.keep(fall, by=erin(), why="Wait.", now=LATER)
    again(tmp_path, 505, "15")
    fall.refresh_from_db()
    assert (fall.state, likes()) == ("over", [500, 505])
    again(tmp_path, 20, "22")  # another fall is another question
    assert list(Fall.objects.order_by("id").values_list("state", flat=True)) == ["over", "open"]


def test_read_again_it_stays_one_question_with_the_newest_count(fall: Fall, tmp_path: Path) -> None:
    again(tmp_path, 15, "15")
    fresh = Fall.objects.get()
    assert (fresh.pk, fresh.value, str(fresh.observed_on)) == (fall.pk, 15, "2026-06-15")
    with pytest.raises(collapses.CannotDecide, match="read again"):
        collapses.accept(fall, by=erin(), why="I saw 20.", now=LATER)  # from a page of yesterday
    assert likes() == [500]


def test_of_two_clicks_one_decides(desk: Client, fall: Fall) -> None:
    desk.post(f"/admin/catalog/fall/{fall.pk}/", {"keep": "1", "why": "Wait."})
    answer = desk.post(f"/admin/catalog/fall/{fall.pk}/", {"accept": "1", "why": "It did."})
    assert "It has been decided, or read again, meanwhile." in text(answer)
    assert likes() == [500]


def test_a_fall_goes_with_the_run_that_is_undone_and_with_a_withdrawn_listing(desk: Client, fall: Fall) -> None:
    Artifact.objects.update(lifecycle="withdrawn", withdrawn_reason="Old.")
    assert "Nothing waits here." in text(desk.get("/admin/queue/held/"))
    undo(ImportRun.objects.latest("id"), now=LATER)
    fall.refresh_from_db()
    assert fall.state == "over"


def test_what_editors_did_tells_of_it(desk: Client, fall: Fall) -> None:
    desk.post(f"/admin/catalog/fall/{fall.pk}/", {"keep": "1", "why": "They are at it again."})
    assert "Held on. They are at it again." in text(desk.get("/admin/activity/"))
