"""An import at the desk: tried, read, written; braked and let go; undone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from catalog.digest import catalog_digest
from catalog.importers.undoing import undo
from catalog.models import Artifact, Difference, Entry, ImportRun, Source
from tests.journeys.conftest import Demo, Open
from tests.journeys.looks import faults

START = "/admin/catalog/importrun/start/?source=huggingface"


def models(count: int, task: str = "text-generation") -> bytes:
    rows = [
        {"id": f"zz-lab/zz-model-{number}", "likes": 500, "downloads": 900, "pipeline_tag": task}
        for number in range(count)
    ]
    return json.dumps(rows).encode()


@pytest.fixture
def desk(visit: Open, demo: Demo) -> Iterator[Any]:
    """A window in which somebody with all rights has signed in, and nothing of theirs left afterwards."""
    User.objects.create_superuser("petra", password="stronger-through-disorder")
    window = visit()
    window.goto("/admin/login/?next=/admin/catalog/importrule/")
    window.page.fill("#id_login", "petra")
    window.page.fill("#id_password", "stronger-through-disorder")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".desk-queue")
    yield window
    for run in ImportRun.objects.filter(
        importer="huggingface", state__in=["done", "stopped"], is_dry_run=False
    ).order_by("-id"):
        undo(run, now=run.started_at)
    ImportRun.objects.filter(importer="huggingface").delete()
    LogEntry.objects.filter(user__username="petra").delete()
    User.objects.filter(username="petra").delete()


def send(desk: Any, content: bytes, day: str, button: str) -> None:
    desk.page.goto(START)
    file = {"name": f"models.{day}.json", "mimeType": "application/json", "buffer": content}
    desk.page.set_input_files("#id_file", file)
    desk.page.get_by_role("button", name=button).click()
    ended(desk)


def ended(desk: Any) -> None:
    desk.page.wait_for_url(re.compile(r"/importrun/\d+/$"))
    desk.until("document.querySelector('#job:not([data-under-way])')")
    assert faults(desk.page) == {}


def said(desk: Any) -> str:
    return str(desk.page.locator("#job").inner_text())


def test_an_import_is_tried_written_braked_let_go_and_undone(desk: Any) -> None:
    digest = catalog_digest()
    sources = set(Source.objects.values_list("pk", flat=True))
    desk.page.get_by_role("link", name="Import huggingface").click()
    desk.page.wait_for_url(re.compile(r"/importrun/start/"))
    assert desk.page.input_value("#id_importer") == "huggingface"
    assert faults(desk.page) == {}

    send(desk, models(10), "2026-06-01", "Try it: write nothing")
    assert "It is a try: nothing is written." in said(desk)
    assert "zz-lab/zz-model-9" in said(desk)
    assert catalog_digest() == digest

    desk.tab_to("button[name=import]")
    desk.page.keyboard.press("Enter")
    # The try said the same of what it would do.
    desk.until(
        "document.querySelector('#job')?.textContent.includes('10 read: 10 new')"
        " && !document.querySelector('#job').textContent.includes('It is a try')"
    )
    ended(desk)
    assert Artifact.objects.filter(slug__startswith="zz-").count() == 10

    send(desk, models(5, task="fill-mask"), "2026-06-08", "Try it: write nothing")
    assert "An import would wait here for your word." in said(desk)
    desk.page.get_by_role("link", name=re.compile(r"Changed \(5\)")).click()
    desk.page.wait_for_url(re.compile(r"show=changed"))
    assert desk.page.locator("#job del").first.inner_text().startswith("text generation")
    assert desk.page.locator("#job ins").first.inner_text().startswith("fill mask")
    assert faults(desk.page) == {}

    send(desk, models(5, task="fill-mask"), "2026-06-08", "Import")
    assert "5 of 10 entries are not there any more." in said(desk)
    desk.page.get_by_role("link", name="Home").click()
    desk.page.get_by_role("link", name=re.compile(r"1\s*Imports")).click()
    desk.page.get_by_role("link", name="huggingface, an import").click()
    desk.page.get_by_role("button", name="Let it go on all the same").click()
    desk.until("document.querySelector('#job')?.textContent.includes('5 not there any more')")
    assert "an editor let it go on" in said(desk)

    for _ in range(2):  # the newest first
        newest = ImportRun.objects.filter(importer="huggingface", is_dry_run=False).exclude(state="undone").latest("id")
        desk.goto(newest.get_absolute_url())
        desk.page.get_by_role("link", name="Undo it…").click()
        desk.page.wait_for_selector("#id_why")
        assert faults(desk.page) == {}
        desk.page.fill("#id_why", "It was a rehearsal.")
        desk.page.get_by_role("button", name="Undo it").click()
        ended(desk)
        assert "Undone" in said(desk)
    assert catalog_digest() == digest
    assert set(Source.objects.values_list("pk", flat=True)) == sources
    assert not Entry.objects.filter(importer="huggingface").exists()
    assert not Difference.objects.filter(run__importer="huggingface").exists()
