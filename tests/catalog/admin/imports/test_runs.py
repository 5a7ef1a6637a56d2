"""Imports at the desk: asked for, watched, braked, let go, stopped, undone; and rules of their sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog import tasks
from catalog.choices import RunState
from catalog.digest import catalog_digest
from catalog.importers import batches, runs, steering
from catalog.models import Artifact, Entry, Fact, ImportRule, ImportRun
from tests.catalog.admin.imports.shared import RULE, START, here, newest, page_of, sign_in, text
from tests.catalog.importers.test_runs import HUB, LATER, NOW, model, models, ten

pytestmark = pytest.mark.django_db


# --- a try ------------------------------------------------------------------------------------------------------------


def test_a_try_shows_what_would_become_of_each_entry_and_writes_nothing(
    desk: Client, press: Any, tmp_path: Path
) -> None:
    """One is new, one would say something else, one is gone, one is refused; the rest stays. Then it is imported."""
    runs.start(HUB, ten(tmp_path, 8), now=NOW)
    digest = catalog_digest()
    rows = [model(number) for number in range(7)]
    rows[2] = model(2, pipeline_tag="fill-mask")
    rows += [model(11), {"likes": 5}]
    page = press(START, here(models(tmp_path, rows), **{"try": "1"}))
    run = newest()
    assert (run.is_dry_run, run.state, run.by.username) == (True, "done", "senior-editor")  # type: ignore[union-attr]
    assert (run.new_count, run.changed_count, run.refused_count, run.gone_count) == (1, 1, 1, 1)
    assert catalog_digest() == digest
    assert "It is a try: nothing is written." in page
    assert "text generation" in text(desk.get(page_of(run) + "?show=changed"))
    assert "<ins><bdi>fill mask" in text(desk.get(page_of(run) + "?show=changed"))
    assert "heron/model-11" in text(desk.get(page_of(run) + "?show=new"))
    assert "heron/model-7" in text(desk.get(page_of(run) + "?show=gone"))
    page = press(page_of(run), {"import": "1"})
    real = newest()
    assert (real.is_dry_run, real.state, real.new_count, real.changed_count, real.gone_count) == (
        False, "done", 1, 1, 1,
    )  # fmt: skip
    assert "Asked for it after a try." in page
    assert "<del><bdi>text generation" in text(desk.get(page_of(real) + "?show=changed"))
    assert catalog_digest() != digest


def test_a_try_tells_where_an_import_would_wait(press: Any, tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path), now=NOW)
    page = press(START, here(ten(tmp_path, 5), **{"try": "1"}))
    assert "An import would wait here for your word." in page
    assert "5 of 10 entries are not there any more." in page
    assert newest().state == "done"
    assert newest().unchanged_count == 5


def test_the_command_s_try_tells_the_brake_as_well_and_leaves_nothing_behind(tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path), now=NOW)
    result = runs.start(HUB, ten(tmp_path, 5), now=LATER, is_dry_run=True)
    assert result.brakes == ["5 of 10 entries are not there any more."]
    assert sum(line.startswith("gone") for line in result.shown) == 5
    assert ImportRun.objects.count() == 1


# --- the brake, stopping, taking up -----------------------------------------------------------------------------------


def test_a_braked_run_waits_until_an_editor_lets_it_go(press: Any, tmp_path: Path) -> None:
    """The page keeps what the brake said, and who let it go on."""
    runs.start(HUB, ten(tmp_path), now=NOW)
    page = press(START, here(ten(tmp_path, 5), write="1"))
    assert "The brake holds it. Nothing is written until somebody says so." in page
    assert newest().state == "waiting"
    page = press(page_of(newest()), {"confirm": "1"})
    assert newest().state == "done"
    assert "an editor let it go on" in page
    assert "senior-editor: <bdi>Let it go on, although: 5 of 10 entries are not there any more." in page


def test_what_the_brake_holds_can_be_looked_at_first(press: Any, tmp_path: Path) -> None:
    """As a try of the same file: it names each entry, and the import still waits."""
    runs.start(HUB, ten(tmp_path), now=NOW)
    page = press(START, here(ten(tmp_path, 5), write="1"))
    held = newest()
    assert "See what it would change" in page
    assert "0 read" not in page
    page = press(page_of(held), {"try": "1"})
    assert (newest().is_dry_run, newest().state) == (True, "done")
    assert "The source names these no longer." in page
    assert "heron/model-9" in page
    held.refresh_from_db()
    assert held.state == "waiting"
    press(page_of(held), {"confirm": "1"})
    press(page_of(held), {"try": "1"})
    assert ImportRun.objects.filter(is_dry_run=True).count() == 1, "what has been let go is not tried"


def test_what_is_said_no_longer_is_told_in_words(press: Any, tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path), now=NOW)
    press(START, here(ten(tmp_path, 9), write="1"))
    page = press(page_of(newest()), {})
    assert "said no longer, from" in page
    assert "dropped on" not in page


def test_of_two_clicks_one_lets_it_go_and_the_other_is_told(desk: Client, press: Any, tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path), now=NOW)
    press(START, here(ten(tmp_path, 5), write="1"))
    run = newest()
    steering.confirm(ImportRun.objects.get(pk=run.pk), now=timezone.now())  # somebody else's click
    page = press(page_of(run), {"confirm": "1"})
    assert "It is not waiting for your word." in page
    assert newest().state == "asked"


def test_of_each_source_one_import_is_under_way(desk: Client, tmp_path: Path) -> None:
    """Two at once would each take for gone what the other has seen. Tries are in nobody's way."""
    place = ten(tmp_path)
    assert desk.post(START, here(place, write="1")).status_code == 302
    assert "An import of this source is under way already." in text(desk.post(START, here(place, write="1")))
    assert desk.post(START, here(place)).status_code == 302
    assert ImportRun.objects.filter(is_dry_run=False).count() == 1


def test_two_workers_cannot_take_one_run(tmp_path: Path) -> None:
    run = steering.ask("huggingface", ten(tmp_path), now=NOW)
    assert steering.hold(run.pk, now=NOW)
    assert steering.hold(run.pk, now=NOW) is None
    tasks.run_import(run.pk)  # the second task finds it taken
    assert not Artifact.objects.exists()


def test_a_worker_that_was_given_up_writes_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped and taken up while its first worker was in a batch: from then on that one gives way."""
    monkeypatch.setattr(runs, "BATCH", 3)
    write, calls = runs.write, []

    def interrupted(*args: Any, **options: Any) -> Any:
        out = write(*args, **options)
        calls.append(1)
        if len(calls) == 1:
            run = newest()
            steering.stop(run)
            steering.take_up(run, now=timezone.now())
            assert steering.hold(run.pk, now=timezone.now())
        return out

    monkeypatch.setattr(runs, "write", interrupted)
    runs.start(HUB, ten(tmp_path), now=NOW)
    assert len(calls) == 1
    assert (newest().state, newest().done_count, newest().attempt) == ("running", 3, 2)


def test_stopped_while_it_waits_for_a_worker_it_does_nothing(press: Any, tmp_path: Path) -> None:
    run = steering.ask("huggingface", ten(tmp_path), now=NOW)
    page = press(page_of(run), {"stop": "1"})
    assert "Stopped. What was written before stays" in page
    tasks.run_import(run.pk)
    assert not Artifact.objects.exists()
    page = press(page_of(run), {"take_up": "1"})
    assert Artifact.objects.count() == 10
    assert newest().state == "done"


def test_a_long_run_goes_on_in_its_next_turn_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH", 4)
    run = steering.ask("huggingface", ten(tmp_path), now=NOW)
    held = steering.hold(run.pk, now=NOW)
    assert held
    assert runs.work(held, HUB, now=NOW, turn=-1).state == RunState.ASKED
    assert Artifact.objects.count() == 4
    tasks.run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.read_count, run.new_count, Artifact.objects.count()) == ("done", 10, 10, 10)


def test_taken_up_when_its_source_has_changed_it_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the first four of another file would be an entry that nobody has looked at: it would pass for gone."""
    monkeypatch.setattr(runs, "BATCH", 4)
    place = ten(tmp_path)
    run = steering.ask("huggingface", place, now=NOW)
    held = steering.hold(run.pk, now=NOW)
    assert held
    runs.work(held, HUB, now=NOW, turn=-1)
    models(tmp_path, [model(number) for number in range(9, -1, -1)])  # the other way round
    tasks.run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.read_count, run.gone_count, Artifact.objects.count()) == ("done", 10, 0, 10)
    assert not Fact.objects.exclude(dropped_on=None).exists()
    assert not Entry.objects.filter(digest="gone").exists()


def test_a_silent_run_can_be_taken_up_and_stands_in_nobody_s_way(press: Any, desk: Client, tmp_path: Path) -> None:
    """Its worker was killed: its page offers to take it up, and another import may begin."""
    run = steering.ask("huggingface", ten(tmp_path), now=NOW)
    steering.hold(run.pk, now=NOW)  # ... and never heard of again, which was months ago
    assert 'name="take_up"' in text(desk.get(page_of(run)))
    press(START, here(ten(tmp_path), write="1"))
    run.refresh_from_db()
    assert (run.state, newest().state) == ("failed", "done")
    assert "fell silent" in run.error


def test_a_run_that_is_alive_is_not_taken_up(desk: Client, tmp_path: Path) -> None:
    run = steering.ask("huggingface", ten(tmp_path), now=timezone.now())
    steering.hold(run.pk, now=timezone.now())
    page = text(desk.get(page_of(run)))
    assert 'name="take_up"' not in page
    assert "data-under-way" in page
    with pytest.raises(steering.CannotRun):
        steering.take_up(run, now=timezone.now())


def test_what_cannot_be_read_is_told_and_waits_at_the_desk(desk: Client, press: Any, tmp_path: Path) -> None:
    """Until the source has been read again, or somebody gives it up."""
    broken = tmp_path / "models.json"
    broken.write_text("[{")
    page = press(START, here(str(broken), write="1"))
    assert "This is not JSON" in page
    assert newest().state == "refused"
    assert "huggingface, an import" in text(desk.get("/admin/queue/imports/"))
    assert "<b>1</b> Imports" in text(desk.get("/admin/"))
    runs.start(HUB, ten(tmp_path), now=NOW)
    assert "Nothing waits here." in text(desk.get("/admin/queue/imports/"))


def test_an_entry_that_nobody_can_write_is_told_with_its_reason_and_spoils_no_other(
    press: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    details = batches.upsert_details

    def picky(records: Any, *args: Any, **options: Any) -> None:
        if any(record.name == "model-6" for record in records.artifacts):
            raise ValueError("whatever")
        details(records, *args, **options)

    monkeypatch.setattr(batches, "upsert_details", picky)
    page = press(START, here(ten(tmp_path), write="1"))
    assert "9 new" in page
    assert "Refused (1)" in page
    assert "The tables do not take it: ValueError." in page


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_an_undoing_says_what_it_will_do_and_what_stays(desk: Client, press: Any, tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path, 4), now=NOW)
    edited = Artifact.objects.get(slug="model-0")
    edited.tagline = "It stands still."
    edited.save()
    address = page_of(newest()) + "undo/"
    page = text(desk.get(address))
    assert "<b>3</b> artifacts that this run made" in page
    assert "<b>1</b> artifact of this run that somebody has edited" in page
    assert "model-0" in page
    assert Artifact.objects.count() == 4, "nothing is written by looking"
    assert "This field is required" in text(desk.post(address, {}))
    page = press(address, {"why": "The wrong file."})
    assert list(Artifact.objects.all()) == [edited]
    assert newest().state == "undone"
    assert "Undid it. The wrong file." in page
    assert "Only a run that has ended" in text(desk.get(address))


def test_an_undoing_that_fails_undoes_nothing_and_can_be_asked_for_again(
    desk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.start(HUB, ten(tmp_path, 2), now=NOW)
    run, digest = newest(), catalog_digest()
    steering.ask_undo(run, now=timezone.now())
    with monkeypatch.context() as broken:
        broken.setattr("catalog.importers.undoing._remove", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.undo_import(run.pk)
    run.refresh_from_db()
    assert (run.state, catalog_digest()) == ("failed", digest)
    steering.ask_undo(run, now=timezone.now())
    tasks.undo_import(run.pk)
    tasks.undo_import(run.pk)  # twice changes nothing further
    run.refresh_from_db()
    assert (run.state, Artifact.objects.count()) == ("undone", 0)


def test_a_try_cannot_be_undone(tmp_path: Path) -> None:
    run = steering.ask("huggingface", ten(tmp_path), now=NOW, is_dry_run=True)
    tasks.run_import(run.pk)
    with pytest.raises(steering.CannotRun, match="wrote nothing"):
        steering.ask_undo(run, now=NOW)


# --- who, and how much it costs ---------------------------------------------------------------------------------------


def test_an_editor_watches_and_does_not_steer(client: Client, tmp_path: Path) -> None:
    sign_in(client, "Editor")
    runs.start(HUB, ten(tmp_path), now=NOW)
    runs.start(HUB, ten(tmp_path, 5), now=LATER)
    page = text(client.get(page_of(newest())))
    assert "5 of 10 entries" in page
    assert 'name="confirm"' not in page
    assert client.post(page_of(newest()), {"confirm": "1"}).status_code == 403
    assert client.post(START, here(ten(tmp_path))).status_code == 403
    assert client.get(page_of(newest()) + "undo/").status_code == 403
    assert client.post(RULE, {"publishes": "at_once", "how_often": "never", "why": "x"}).status_code == 403
    assert newest().state == "waiting"
    assert not ImportRule.objects.exists()


def test_a_page_of_rows_costs_as_many_queries_as_a_page_of_one(
    desk: Client, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    runs.start(HUB, ten(tmp_path, 1), now=NOW)
    rows = [model(number, pipeline_tag="fill-mask") for number in range(45)]
    cost = {}
    for name, place in (("one", models(tmp_path, rows[:1])), ("many", models(tmp_path, rows))):
        runs.start(HUB, place, now=LATER, is_confirmed=True)
        for shown in ("new", "changed"):
            with django_assert_max_num_queries(20) as counted:
                desk.get(f"{page_of(newest())}?show={shown}")
            cost[name, shown] = len(counted)
        with django_assert_max_num_queries(60) as counted:
            desk.get(page_of(newest()) + "undo/")
        cost[name, "undo"] = len(counted)
    assert cost["many", "new"] <= cost["one", "changed"]
    assert cost["many", "undo"] <= cost["one", "undo"] + 2


def test_pages_of_rows_are_filtered_and_turned(desk: Client, tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path, 60), now=NOW)
    page = text(desk.get(page_of(newest()) + "?show=new&page=2"))
    assert "Page 2 of 2" in page
    assert page.count('<th scope="row">') == 10
    assert text(desk.get(page_of(newest()) + "?show=bird&page=x"))


def test_the_list_leads_to_each_run_and_an_unknown_one_is_not_found(desk: Client, tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path), now=NOW)
    page = text(desk.get("/admin/catalog/importrun/"))
    assert page_of(newest()) in page
    assert "10 new" in page
    assert desk.get("/admin/catalog/importrun/99999/").status_code == 404
    assert desk.get("/admin/catalog/importrun/x/change/").status_code == 404
