"""The editors' day: a dispute settled, a reader answered, two listings made one and parted again."""

from __future__ import annotations

import re
from typing import Any

from django.core.cache import caches

from catalog.desk.duplicates import find_pairs
from catalog.models import Artifact, Pair, Report
from tests.factories import make_artifact, make_offering
from tests.journeys.conftest import Open
from tests.journeys.looks import faults, violations


def test_the_front_page_and_a_queue_are_accessible(desk: Any) -> None:
    for address in ("/admin/", "/admin/queue/disputes/"):
        desk.goto(address)
        assert faults(desk.page) == {}, address


def test_a_dispute_is_settled_by_keyboard_alone(desk: Any) -> None:
    artifact = Artifact.objects.get(slug="mixtral-8x22b")
    desk.goto("/admin/queue/disputes/")
    desk.tab_to(f"a[href$='/{artifact.pk}/dispute/context_window/']", most=200)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/dispute/context_window/"))
    assert violations(desk.page) == []
    desk.tab_to("#id_why")
    desk.page.keyboard.type("The configuration says so.")
    desk.tab_to("button[value=choose]")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/queue/disputes/$"))
    desk.goto("/artifacts/mixtral-8x22b/")
    assert "Settled: The configuration says so." in desk.page.locator("#facts").inner_text()
    desk.goto(f"/admin/catalog/artifact/{artifact.pk}/dispute/context_window/")
    desk.page.fill("#id_why", "Not so sure.")
    desk.page.locator("button[value=reopen]").click()
    desk.page.wait_for_url(re.compile(r"/queue/disputes/$"))


def test_a_reader_reports_and_sees_the_outcome(desk: Any, visit: Open) -> None:
    caches["limits"].clear()
    reader = visit()
    reader.goto("/artifacts/mixtral-8x22b/")
    reader.page.locator("#facts a.report").click()
    reader.page.wait_for_url(re.compile(r"/report/"))
    reader.page.fill("#id_text", "The licence file was added in May; see the repository.")
    reader.page.get_by_role("button", name="Send").click()
    reader.page.wait_for_url(re.compile(r"/reports/"))
    assert violations(reader.page) == []
    outcome = reader.path
    desk.goto("/admin/queue/reports/")
    desk.page.get_by_role("link", name=re.compile("The licence file")).click()
    desk.page.get_by_label("Mended").check()
    desk.page.fill("#id_outcome", "The licence has its source now.")
    desk.page.get_by_role("button", name="Decide").click()
    desk.page.wait_for_url(re.compile(r"/queue/reports/$"))
    reader.goto(outcome)
    assert "The licence has its source now." in reader.page.locator("main").inner_text()
    Report.objects.all().delete()


def test_two_become_one_and_two_again(desk: Any) -> None:
    made = [make_artifact(name="Whisper Heron v3", homepage="https://example.org/heron") for _ in range(2)]
    for artifact in made:
        make_offering(artifact=artifact)
    find_pairs()
    pair = Pair.objects.get(first=made[0], second=made[1])
    try:
        desk.goto("/admin/queue/duplicates/")
        desk.page.get_by_role("link", name=re.compile("Whisper Heron")).click()
        assert violations(desk.page) == []
        desk.page.fill("textarea[name=why]", "The same weights.")
        desk.page.get_by_role("button", name="Merge").click()
        desk.page.wait_for_url(re.compile(r"/queue/duplicates/$"))
        assert desk.goto(f"/artifacts/{made[1].slug}/").url.endswith(f"/artifacts/{made[0].slug}/")
        desk.goto("/admin/catalog/merge/")
        desk.page.get_by_role("link", name=re.compile("Undo number")).first.click()
        desk.page.get_by_role("button", name="Undo").click()
        desk.page.wait_for_url(re.compile(r"/catalog/merge/$"))
        assert desk.goto(f"/artifacts/{made[1].slug}/").url.endswith(f"/artifacts/{made[1].slug}/")
    finally:
        pair.delete()
        Artifact.objects.filter(pk__in=[artifact.pk for artifact in made]).delete()
