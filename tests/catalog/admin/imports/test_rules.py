"""Where imports at the desk read from, what is decided about their sources, and the timetable."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalog import tasks
from catalog.importers import files, outcomes, runs, steering
from catalog.importers.registry import FEEDS
from catalog.models import ImportRule, ImportRun, RunRow
from tests.catalog.admin.imports.shared import RULE, START, here, newest, page_of, text
from tests.catalog.importers.test_runs import HUB, LATER, NOW, model, ten

pytestmark = pytest.mark.django_db


# --- where it reads from ----------------------------------------------------------------------------------------------


def test_an_uploaded_file_keeps_its_name_and_its_day(press: Any, tmp_path: Path) -> None:
    content = json.dumps([model(1)]).encode()
    file = SimpleUploadedFile("../../models.2026-06-01.json", content)
    page = press(START, {"importer": "huggingface", "file": file, "write": "1"})
    origin = Path(newest().origin)
    assert origin.name == "models.2026-06-01.json"
    assert origin.is_relative_to(tmp_path / "var" / "imports" / "uploads")
    assert newest().new_count == 1
    assert "models.2026-06-01.json, an uploaded file" in page
    assert str(tmp_path) not in page


def test_what_lies_elsewhere_on_the_machine_is_not_read(desk: Client, settings: Any, tmp_path: Path) -> None:
    """Nor what a link leads to; and nobody learns whether it is there."""
    settings.IMPORT_FOLDERS = [str(tmp_path / "open")]
    (tmp_path / "open").mkdir()
    (tmp_path / "secret.json").write_text("[]")
    (tmp_path / "open" / "link.json").symlink_to(tmp_path / "secret.json")
    said = set()
    for path in (tmp_path / "secret.json", tmp_path / "open" / "link.json", tmp_path / "open" / ".." / "none", "/etc"):
        page = text(desk.post(START, here(str(path), write="1")))
        said.add("It does not lie in a folder that imports may read." in page)
    assert said == {True}
    assert "There is no such file or folder." in text(desk.post(START, here(str(tmp_path / "open" / "none.json"))))
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"importer": "github"}, "github has no address of its own. Say where it is read from."),
        ({"importer": "huggingface", "address": "file:///etc/passwd"}, "An address begins with https:// or http://."),
        ({"importer": "huggingface", "address": "https://x.example/a", "path": "."}, "does not lie in a folder"),
        ({"importer": "nowhere", "address": "https://x.example/a"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_read_from_there_is_said_on_the_form(desk: Client, said: dict[str, Any], words: str) -> None:
    assert words in text(desk.post(START, said))
    assert not ImportRun.objects.exists()


def test_only_one_place_is_given(desk: Client, tmp_path: Path) -> None:
    said = here(ten(tmp_path), address="https://x.example/a")
    assert "Give one of them" in text(desk.post(START, said))


def test_without_folders_nobody_is_asked_for_a_path(desk: Client, settings: Any) -> None:
    settings.IMPORT_FOLDERS = []
    assert 'name="path"' not in text(desk.get(START))


def test_a_source_is_read_from_its_own_address_unless_its_rule_has_another(desk: Client) -> None:
    desk.post(START, {"importer": "models-dev", "write": "1"})
    assert newest().origin == "https://models.dev/api.json"
    ImportRule.objects.create(importer="github", place="https://mirror.example/repos.json")
    desk.post(START, {"importer": "github", "write": "1"})
    assert newest().origin == "https://mirror.example/repos.json"


def test_uploads_and_rows_of_runs_that_ended_long_ago_are_cleared(desk: Client, press: Any, tmp_path: Path) -> None:
    file = SimpleUploadedFile("models.json", json.dumps([model(1)]).encode())
    press(START, {"importer": "huggingface", "file": file, "write": "1"})
    run = newest()
    tasks.clear_jobs()
    assert Path(run.origin).exists()
    assert run.rows.count() == 1
    later = timezone.now() + dt.timedelta(days=31)
    files.clear(now=later)
    outcomes.clear(now=later)
    assert not Path(run.origin).exists()
    assert "is cleared." in text(desk.get(page_of(run)))
    assert "1 new" in text(desk.get(page_of(run)))


# --- rules ------------------------------------------------------------------------------------------------------------


def test_a_rule_is_decided_with_its_reason_and_its_history_is_kept(desk: Client, tmp_path: Path) -> None:
    page = text(desk.get("/admin/catalog/importrule/"))
    assert page.count("Hold for review") == len(FEEDS)
    assert "Only when an editor says so" in page
    assert "until an editor publishes them" in text(desk.get(RULE))
    for publishes, why in (("at_once", "Our own."), ("sufficient", "Too much.")):
        said = {"publishes": publishes, "how_often": "never", "place": "", "why": why}
        assert desk.post(RULE, said).status_code == 302
    assert ImportRule.objects.get().publishes == "sufficient"
    page = text(desk.get(RULE))
    assert "senior-editor: publish at once; only when an editor says so. <bdi>Our own.</bdi>" in page
    assert "<bdi>Too much.</bdi>" in page
    said = {"publishes": "hold", "how_often": "daily", "place": "", "why": "It moves."}
    assert "Say where it is read from" in text(desk.post(RULE, said))
    said["place"] = "https://huggingface.co/api/models?author=mistralai"
    assert desk.post(RULE, said).status_code == 302
    assert "Every day" in text(desk.get("/admin/catalog/importrule/"))


def test_there_is_no_rule_for_what_is_no_source(desk: Client) -> None:
    assert desk.get("/admin/catalog/importrule/of/nowhere/").status_code == 404


# --- the timetable ----------------------------------------------------------------------------------------------------


def test_a_fresh_site_calls_nobody() -> None:
    assert tasks.begin_due(now=NOW) == []
    ImportRule.objects.create(importer="models-dev", publishes="at_once")
    assert tasks.begin_due(now=NOW) == []
    assert not ImportRun.objects.exists()


def test_a_source_that_is_switched_on_is_asked_for_once_in_each_slot() -> None:
    ImportRule.objects.create(importer="models-dev", how_often="daily")
    ImportRule.objects.create(importer="nowhere", how_often="daily", place="https://x.example/")  # no source by now
    (first,) = tasks.begin_due(now=NOW)
    run = ImportRun.objects.get(pk=first)
    assert (run.slot, run.origin, run.state) == ("2026-06-30", "https://models.dev/api.json", "asked")
    ImportRun.objects.update(state="done")
    assert tasks.begin_due(now=NOW + dt.timedelta(hours=1)) == []
    assert len(tasks.begin_due(now=NOW + dt.timedelta(days=1))) == 1


def test_a_run_that_waits_for_a_word_holds_the_timetable_back(tmp_path: Path) -> None:
    """Runs do not pile up behind a brake."""
    ImportRule.objects.create(importer="huggingface", how_often="hourly", place="https://x.example/")
    runs.start(HUB, ten(tmp_path), now=NOW)
    runs.start(HUB, ten(tmp_path, 5), now=LATER)
    assert newest().state == "waiting"
    assert tasks.begin_due(now=LATER) == []
    steering.stop(newest())
    assert len(tasks.begin_due(now=LATER)) == 1


def test_a_run_whose_task_was_lost_is_given_out_again(tmp_path: Path) -> None:
    run = steering.ask("huggingface", ten(tmp_path), now=NOW)
    assert tasks.begin_due(now=NOW) == []
    assert tasks.begin_due(now=LATER) == [run.pk]


def test_the_timetable_s_task_gives_out_ids_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ImportRule.objects.create(importer="huggingface", how_often="weekly", place="https://x.example/")
    given: list[Any] = []
    monkeypatch.setattr(tasks.run_import, "delay", lambda *args: given.append(args))
    tasks.begin_imports()
    tasks.begin_imports()
    assert given == [(newest().pk,)]
    assert RunRow.objects.count() == 0
