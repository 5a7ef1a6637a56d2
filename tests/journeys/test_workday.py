"""Sent back and submitted again; one queue cleared by keyboard alone; what others did meanwhile."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.models import User

from catalog.choices import ReportState
from catalog.desk import workflow
from catalog.desk.reports import report
from catalog.models import Artifact, Report, ReviewStep
from tests.factories import make_artifact, make_evidence, make_offering
from tests.journeys.looks import faults, violations


def test_sent_back_mended_and_submitted_again(desk: Any) -> None:
    colleague = User.objects.get(username="ada")
    artifact = make_artifact(
        name="Otter notes", slug="otter-notes", lifecycle="draft", published_at=None, homepage="https://example.org/o"
    )
    make_evidence(offering=make_offering(artifact=artifact))
    workflow.submit(artifact, by=colleague)
    page = desk.page
    desk.goto("/admin/queue/in-review/")
    page.get_by_role("link", name="Otter notes").click()
    page.get_by_role("link", name="Send back").click()
    page.fill("#id_note", "The tagline could say what it is for.")
    page.get_by_role("button", name="Send back").click()
    page.wait_for_url(re.compile("/change/$"))
    assert "The tagline could say what it is for." in page.locator("#content").inner_text()
    page.fill("#id_tagline", "Keeps the notes of a meeting in one place")
    page.get_by_role("button", name="Save and submit for review").click()
    page.wait_for_selector(".messagelist")
    assert "is in review" in page.locator(".messagelist").inner_text()
    artifact.refresh_from_db()
    assert (artifact.lifecycle, artifact.tagline) == ("in_review", "Keeps the notes of a meeting in one place")
    assert list(artifact.review_steps.order_by("id").values_list("step", flat=True)) == [
        "submitted", "sent_back", "submitted",
    ]  # fmt: skip
    ReviewStep.objects.filter(artifact=artifact).delete()
    artifact.delete()


def test_a_queue_is_cleared_by_keyboard_alone(desk: Any) -> None:
    Report.objects.filter(state=ReportState.OPEN).delete()
    for number in range(4):
        report(address="/artifacts/mixtral-8x22b/", text=f"The number in line {number} is not that of the source.")
    page = desk.page
    desk.goto("/admin/queue/reports/")
    assert violations(page) == []
    for _ in range(4):
        page.keyboard.press("j")
        assert desk.focused("e.matches('[data-row]')")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/admin/catalog/report/\d+/"))
        # Nobody has to go through the frame of the page first.
        desk.wait_for_focus("[name=state]")
        page.keyboard.press("Space")
        desk.tab_to("#id_outcome")
        page.keyboard.type("Mended, with the source beside it.")
        desk.tab_to("input[type=submit][value=Decide]")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/admin/queue/reports/$"))
    assert "Nothing waits here." in page.locator("#content").inner_text()
    assert Report.objects.filter(outcome="Mended, with the source beside it.").count() == 4


def test_the_front_page_says_what_others_did_meanwhile(desk: Any) -> None:
    from catalog.models import Visit

    Visit.objects.update(last_at="2026-01-01T00:00:00Z")
    artifact = Artifact.objects.get(slug="ollama")
    artifact._history_user = User.objects.get(username="ada")  # type: ignore[attr-defined]
    artifact.save()
    desk.goto("/admin/")
    news = desk.page.locator(".desk-news")
    assert "ada" in news.inner_text()
    assert artifact.name in news.inner_text()
    assert faults(desk.page) == {}
