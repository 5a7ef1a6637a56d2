"""Many at once: changed with a preview, brought in from a table with errors and then without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from catalog.models import Artifact, Job
from tests.factories import make_artifact
from tests.journeys.conftest import Demo, Open
from tests.journeys.looks import faults

BROKEN = "slug,name,kind,licence\nzz-heron,Heron,app,MIT\nzz-reed,Reed,bird,MIT\n"


@pytest.fixture
def desk(visit: Open, demo: Demo) -> Iterator[Any]:
    """A window in which somebody with all rights has signed in, and nothing of theirs left afterwards."""
    User.objects.create_superuser("petra", password="stronger-through-disorder")
    window = visit()
    window.goto("/admin/login/?next=/admin/catalog/artifact/")
    window.page.fill("#id_login", "petra")
    window.page.fill("#id_password", "stronger-through-disorder")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#result_list")
    yield window
    Job.objects.all().delete()
    Artifact.objects.filter(slug__startswith="zz-").delete()
    User.objects.filter(username="petra").delete()


def test_a_selection_is_changed_after_its_preview(desk: Any) -> None:
    for slug in ("zz-one", "zz-two"):
        make_artifact(slug=slug, name=slug, kind="app", licence="MIT")
    desk.goto("/admin/catalog/artifact/?q=zz-")
    desk.page.check("#action-toggle")
    desk.page.select_option("select[name=action]", "change_selected")
    desk.page.get_by_role("button", name="Go").click()
    desk.page.wait_for_selector("#id_why")
    assert "2 artifacts" in desk.page.locator("#content").inner_text()
    assert faults(desk.page) == {}
    desk.page.select_option("#id_kind", "webapp")
    desk.page.fill("#id_why", "They run in a browser.")
    desk.page.get_by_role("button", name="Show what will change").click()
    desk.page.wait_for_url(re.compile(r"/catalog/job/\d+/$"))
    assert desk.page.locator("#job del").all_inner_texts() == ["App", "App"]
    assert desk.page.locator("#job ins").all_inner_texts() == ["Web app", "Web app"]
    assert faults(desk.page) == {}
    assert set(Artifact.objects.filter(slug__startswith="zz-").values_list("kind", flat=True)) == {"app"}
    desk.tab_to("button[name=write]")
    desk.page.keyboard.press("Enter")
    desk.until("document.querySelector('#job')?.textContent.includes('2 written.')")
    assert set(Artifact.objects.filter(slug__startswith="zz-").values_list("kind", flat=True)) == {"webapp"}


def test_a_table_comes_in_once_its_error_is_mended(desk: Any) -> None:
    desk.goto("/admin/catalog/artifact/")
    desk.page.get_by_role("link", name="Import", exact=True).click()
    desk.page.wait_for_url(re.compile(r"/import/$"))
    assert faults(desk.page) == {}

    def send(content: bytes) -> None:
        desk.page.set_input_files("#id_table", {"name": "birds.csv", "mimeType": "text/csv", "buffer": content})
        desk.page.get_by_role("button", name="Show what it would do").click()

    send(BROKEN.encode("utf-16"))
    desk.page.wait_for_selector(".errorlist")
    assert "This file is UTF-16. Save it again" in desk.page.locator(".errorlist").inner_text()
    send(BROKEN.encode())
    desk.page.wait_for_url(re.compile(r"/catalog/job/\d+/$"))
    assert "There is no kind “bird”" in desk.page.locator("#job table").inner_text()
    assert faults(desk.page) == {}
    desk.page.get_by_role("link", name="Choose another file").click()
    desk.page.wait_for_url(re.compile(r"/import/$"))
    assert not Artifact.objects.filter(slug__startswith="zz-").exists(), "nothing came of the one with the error"
    send(BROKEN.replace("bird", "app").encode())
    desk.page.wait_for_url(re.compile(r"/catalog/job/\d+/$"))
    assert "None refused." in desk.page.locator("#job").inner_text()
    desk.page.get_by_role("button", name="Write 2 rows").click()
    desk.until("document.querySelector('#job')?.textContent.includes('2 written.')")
    rows = Artifact.objects.filter(slug__startswith="zz-").order_by("slug")
    assert [(row.name, row.kind, row.lifecycle) for row in rows] == [
        ("Heron", "app", "draft"),
        ("Reed", "app", "draft"),
    ]


def test_progress_moves_by_itself_and_can_be_left(desk: Any) -> None:
    """Moved from outside, as a worker does: the open page follows, and a page that is opened later shows the same."""
    job = Job.objects.create(
        kind="import",
        by=User.objects.get(username="petra"),
        why="Birds.",
        state="running",
        total=5_000,
        done_count=1_000,
    )
    desk.goto(job.get_absolute_url())
    assert "1,000 of 5,000" in desk.page.locator("#job").inner_text()
    assert faults(desk.page) == {}
    Job.objects.filter(pk=job.pk).update(done_count=2_000)
    desk.until("document.querySelector('#job').textContent.includes('2,000 of 5,000')")
    desk.goto("/admin/catalog/job/")
    desk.page.locator("#result_list a[href*='/catalog/job/']").first.click()
    assert "2,000 of 5,000" in desk.page.locator("#job").inner_text()
    Job.objects.filter(pk=job.pk).update(state="stopped")
    desk.until("document.querySelector('#job').textContent.includes('Stopped')")
