"""The match graph at the desk: every page of it is accessible, and feedback is left out and let in again."""

from __future__ import annotations

import re
from typing import Any

from ranking.models import Exclusion, Intent
from tests.journeys.looks import faults


def test_its_pages_are_accessible(desk: Any) -> None:
    intent = Intent.objects.get(slug="transcribe-a-podcast")
    found: dict[str, Any] = {}
    for address in (
        "ranking/intent/",
        f"ranking/intent/{intent.pk}/",
        "ranking/feedback/",
        "ranking/feedback/suspicious/",
        "ranking/exclusion/set/",
        "queue/unmet/",
    ):
        desk.goto(f"/admin/{address}")
        if wrong := faults(desk.page):
            found[address] = wrong
    assert found == {}


def test_feedback_is_left_out_and_let_in_again(desk: Any) -> None:
    """By keyboard: how far it reaches is seen before anything is done."""
    desk.goto("/admin/ranking/exclusion/set/?subject=actor&value=5a3b1e0000000001")
    desk.page.fill("#id_why", "Bought.")
    desk.page.get_by_role("button", name="Show what it leaves out").press("Enter")
    assert re.search(r"\d+ search(es)? and \d+ acts? of feedback", desk.page.locator(".desk-reach").inner_text())
    assert not Exclusion.objects.exists()
    desk.page.get_by_role("button", name="Quarantine them").press("Enter")
    desk.page.wait_for_url(re.compile(r"/exclusion/\d+/"))
    assert "In force" in desk.page.locator(".desk-record").inner_text()
    assert faults(desk.page) == {}
    desk.page.fill("#id_why", "A mistake.")
    desk.page.get_by_role("button", name="Lift it").press("Enter")
    desk.page.wait_for_selector(".messagelist .success")
    assert "Lifted on" in desk.page.locator(".desk-record").inner_text()
