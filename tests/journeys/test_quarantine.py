"""A source's readings left out of ranks and let in again by clicking: seen, asked for, confirmed by another, lifted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from catalog.models import Source
from ranking import generations, setting_aside
from ranking.models import Breakdown, Quarantine
from tests.journeys.conftest import Open
from tests.journeys.looks import faults

NOW = timezone.now()


@pytest.fixture
def source() -> Iterator[Source]:
    """What most of the demo's ranks rest on."""
    yield Source.objects.get(slug="demo-figures")
    Quarantine.objects.all().delete()
    User.objects.filter(username="sonja").delete()
    generations.build(now=timezone.now())


def ranks() -> tuple[str, int, list[Any]]:
    """What a generation built now says, to the last point: its digest, how many it ranks, and why."""
    build = generations.build(now=NOW)
    assert build is not None
    assert build.problems == ""
    rows = Breakdown.objects.filter(generation=build.generation).order_by("artifact")
    return build.checksum, build.ranked, list(rows.values_list("artifact", "momentum", "survival", "body"))


def test_readings_are_left_out_and_let_in_again_with_the_very_same_ranks(
    desk: Any, visit: Open, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_aside, "ALONE_NUMBER", 1)  # so that it takes two, however small the demo is
    before = ranks()
    desk.goto(f"/admin/catalog/source/{source.pk}/change/")
    desk.page.get_by_role("link", name="Quarantine its readings").click()
    desk.page.fill("#id_why", "It counts its own visits.")
    desk.page.get_by_role("button", name="Show what it leaves out").click()
    assert "a second senior editor has to confirm it" in desk.page.locator(".desk-reach").inner_text()
    assert faults(desk.page) == {}
    assert not Quarantine.objects.exists()
    desk.page.get_by_role("button", name="Ask for it").click()
    desk.page.wait_for_url(re.compile(r"/quarantine/\d+/$"))
    assert "Waits for a second person" in desk.page.locator(".desk-record").inner_text()
    assert desk.page.get_by_role("button", name="Confirm it").count() == 0
    assert ranks() == before

    User.objects.create_superuser("sonja", password="stronger-through-disorder")
    other = visit()
    other.goto(f"/admin/login/?next={desk.path}")
    other.page.fill("#id_login", "sonja")
    other.page.fill("#id_password", "stronger-through-disorder")
    other.page.keyboard.press("Enter")
    other.page.get_by_role("button", name="Confirm it").click()
    other.page.wait_for_selector(".messagelist")
    assert "In force, confirmed by sonja" in other.page.locator(".desk-record").inner_text()
    left_out = ranks()
    assert left_out[0] != before[0]
    assert left_out[1] < before[1]
    generations.build(now=timezone.now())  # of a time at which it stood
    other.goto("/artifacts/mixtral-8x22b/rank/")
    assert "It counts its own visits." in other.page.locator("main").inner_text()

    desk.page.reload()
    assert faults(desk.page) == {}
    desk.page.fill("#id_why", "Their numbers were right.")
    desk.page.get_by_role("button", name="Lift it").click()
    desk.page.wait_for_selector(".messagelist")
    assert "Lifted on" in desk.page.locator(".desk-record").inner_text()
    assert ranks() == before
    generations.build(now=timezone.now())
    other.goto("/artifacts/mixtral-8x22b/rank/")
    assert "It counts its own visits." not in other.page.locator("main").inner_text()
