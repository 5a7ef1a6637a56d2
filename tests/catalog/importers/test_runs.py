"""Runs of feeds: braked, confirmed, stopped, taken up, undone; and what they leave alone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from catalog.changes import change
from catalog.choices import PublishRule
from catalog.digest import catalog_digest
from catalog.importers import batches, runs
from catalog.importers.registry import FEEDS
from catalog.importers.undoing import CannotUndo, undo
from catalog.models import (
    Artifact,
    Entry,
    Fact,
    Identifier,
    ImportRule,
    ImportRun,
    Price,
    Proposal,
    Reading,
    RunRow,
    Written,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=7)
HUB, OPENROUTER = FEEDS["huggingface"], FEEDS["openrouter"]


def model(number: int, **said: Any) -> dict[str, Any]:
    name = f"heron/model-{number}"
    return {"id": name, "modelId": name, "likes": 500, "downloads": 900, "pipeline_tag": "text-generation"} | said


def models(place: Path, rows: list[dict[str, Any]], *, on: str = "2026-06-01") -> str:
    file = place / f"models.{on}.json"
    file.write_text(json.dumps(rows))
    return str(file)


def ten(place: Path, count: int = 10, *, on: str = "2026-06-01", **said: Any) -> str:
    return models(place, [model(number, **said) for number in range(count)], on=on)


# --- brakes -----------------------------------------------------------------------------------------------------------


def test_a_source_that_shrinks_by_more_than_a_fifth_waits(tmp_path: Path) -> None:
    """Seven of ten are left: nothing is written until somebody confirms; then what is gone is marked, and stays."""
    runs.start(HUB, ten(tmp_path), now=NOW)
    digest = catalog_digest()
    result = runs.start(HUB, ten(tmp_path, 7), now=LATER)
    assert (result.state, result.brakes) == ("waiting", ["3 of 10 entries are not there any more."])
    assert catalog_digest() == digest
    result = runs.confirm(ImportRun.objects.latest("id"), HUB, now=LATER)
    assert (result.state, result.counts.unchanged) == ("done", 7)
    assert Artifact.objects.count() == 10
    gone = Fact.objects.filter(artifact__slug="model-9")
    assert gone.exists()
    assert set(gone.values_list("dropped_on", flat=True)) == {LATER.date()}
    assert not Fact.objects.filter(artifact__slug="model-1").exclude(dropped_on=None).exists()


def test_a_source_that_shrinks_by_a_fifth_does_not_wait(tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path), now=NOW)
    assert runs.start(HUB, ten(tmp_path, 8), now=LATER).state == "done"


def test_a_source_that_changes_much_of_one_fact_waits(tmp_path: Path) -> None:
    """Four of ten tasks are three tenths and more."""
    runs.start(HUB, ten(tmp_path), now=NOW)
    rows = [model(number, **({"pipeline_tag": "fill-mask"} if number < 4 else {})) for number in range(10)]
    result = runs.start(HUB, models(tmp_path, rows), now=LATER)
    assert (result.state, result.brakes) == ("waiting", ["Task: 4 of 10 values would change."])
    rows[3] = model(3)
    assert runs.start(HUB, models(tmp_path, rows), now=LATER).state == "done"


def test_what_is_meant_to_move_stops_nothing(tmp_path: Path) -> None:
    """Every model was changed since: that is what dates of change are for."""
    runs.start(HUB, ten(tmp_path, lastModified="2026-05-01"), now=NOW)
    assert runs.start(HUB, ten(tmp_path, lastModified="2026-05-30"), now=LATER).counts.changed == 10


def test_the_command_says_that_it_waits_by_its_status(tmp_path: Path, capsys: Any) -> None:
    call_command("import_source", "huggingface", "--from", ten(tmp_path))
    place = ten(tmp_path, 5)
    with pytest.raises(CommandError) as waits:
        call_command("import_source", "huggingface", "--from", place)
    assert waits.value.returncode == 3
    call_command("import_source", "huggingface", "--from", place, "--confirm")
    assert capsys.readouterr().out.splitlines()[-1] == "read=5 new=0 changed=0 unchanged=5 refused=0 held=0"
    assert ImportRun.objects.count() == 2  # the one that waited went on


# --- stopping ---------------------------------------------------------------------------------------------------------


def test_a_run_is_stopped_after_a_batch_and_taken_up_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No batch is written twice, and in the end the catalog is as if nothing had happened."""
    monkeypatch.setattr(runs, "BATCH", 3)
    write, calls = runs.write, []

    def stopping(*args: Any, **options: Any) -> Any:
        out = write(*args, **options)
        calls.append(len(args[0]))
        if len(calls) == 2:
            ImportRun.objects.update(state="stopped")
        return out

    monkeypatch.setattr(runs, "write", stopping)
    place = ten(tmp_path)
    result = runs.start(HUB, place, now=NOW)
    assert (result.state, Artifact.objects.count()) == ("stopped", 6)
    result = runs.take_up(ImportRun.objects.get(), HUB, now=NOW)
    assert (result.state, result.counts.read, result.counts.new) == ("done", 10, 10)
    assert calls == [3, 3, 3, 1]


def test_a_run_that_failed_is_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before it failed stays, with how far it is."""
    monkeypatch.setattr(runs, "BATCH", 4)
    write, calls = runs.write, []

    def failing(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("the disk is full")
        return write(*args, **options)

    monkeypatch.setattr(runs, "write", failing)
    place = ten(tmp_path)
    with pytest.raises(OSError, match="disk"):
        runs.start(HUB, place, now=NOW)
    run = ImportRun.objects.get()
    assert (run.state, run.done_count, Artifact.objects.count()) == ("failed", 4, 4)
    assert runs.take_up(run, HUB, now=NOW).counts.new == 10


def test_what_has_ended_is_neither_stopped_nor_confirmed(tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path), now=NOW)
    run = ImportRun.objects.get()
    with pytest.raises(runs.CannotRun):
        runs.stop(run)
    with pytest.raises(runs.CannotRun):
        runs.confirm(run, HUB, now=NOW)


def test_one_entry_that_the_tables_do_not_take_spoils_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever no rule foresaw is refused alone, and the row says so."""
    details = batches.upsert_details

    def picky(records: Any, *args: Any, **options: Any) -> None:
        if any(record.name == "model-6" for record in records.artifacts):
            raise DatabaseError("value too long")
        details(records, *args, **options)

    monkeypatch.setattr(batches, "upsert_details", picky)
    counts = runs.start(HUB, ten(tmp_path), now=NOW).counts
    assert (counts.new, counts.refused) == (9, 1)
    row = RunRow.objects.get(outcome="refused")
    assert (row.key, row.sentences) == ("heron/model-6", ["The tables do not take it: DatabaseError."])


# --- what stands ------------------------------------------------------------------------------------------------------


def test_a_locked_fact_is_never_touched(tmp_path: Path) -> None:
    """Neither by another value nor by the source's silence."""
    runs.start(HUB, ten(tmp_path, 5), now=NOW)
    Fact.objects.filter(artifact__slug="model-1", name="task").update(value="translation", is_locked=True)
    runs.start(HUB, ten(tmp_path, 5, pipeline_tag="fill-mask"), now=LATER, is_confirmed=True)
    runs.start(HUB, ten(tmp_path, 5, pipeline_tag=None, library_name="x"), now=LATER, is_confirmed=True)
    fact = Fact.objects.get(artifact__slug="model-1", name="task")
    assert (fact.value, fact.dropped_on, fact.is_stated) == ("translation", None, True)
    assert Fact.objects.get(artifact__slug="model-2", name="task").dropped_on == LATER.date()


def test_what_a_person_edited_is_proposed_and_not_overwritten(tmp_path: Path) -> None:
    """The name that an editor gave stays; what the source calls it waits for a word."""
    runs.start(OPENROUTER, openrouter(tmp_path, name="Heron: Old"), now=NOW)
    artifact = Artifact.objects.get()
    with change(why="Mended."):
        artifact.name = "The heron"
        artifact.save()
    result = runs.start(OPENROUTER, openrouter(tmp_path, name="Heron: Newer"), now=LATER)
    artifact.refresh_from_db()
    assert (artifact.name, result.counts.held, Proposal.objects.count()) == ("The heron", 1, 1)


def openrouter(place: Path, **said: Any) -> str:
    file = place / "openrouter.2026-06-01.json"
    row = {"id": "heron/heron-2", "name": "Heron: Heron 2", "context_length": 32_000, "pricing": {"prompt": "0.000001"}}
    file.write_text(json.dumps({"data": [row | said]}))
    return str(file)


def test_the_same_thing_from_two_sources_is_one_artifact_with_both_their_facts(tmp_path: Path) -> None:
    """They are joined by an id; where they differ, the page says so."""
    runs.start(HUB, models(tmp_path, [model(1)]), now=NOW)
    runs.start(OPENROUTER, openrouter(tmp_path, hugging_face_id="heron/model-1"), now=NOW)
    artifact = Artifact.objects.get()
    assert artifact.name == "model-1"  # the first one's words stay
    assert {"huggingface", "openrouter"} <= set(artifact.identifiers)
    assert set(artifact.facts.values_list("source__slug", flat=True)) == {"huggingface-hub", "openrouter-models"}
    assert Entry.objects.count() == 2


def test_two_spellings_of_one_id_are_not_written_over_each_other(tmp_path: Path) -> None:
    """Whichever source is read last: both told again, the catalog is as it was."""
    runs.start(HUB, models(tmp_path, [model(1)]), now=NOW)
    runs.start(OPENROUTER, openrouter(tmp_path, hugging_face_id="Heron/Model-1"), now=NOW)
    digest = catalog_digest()
    for task in ("fill-mask", "text-generation"):
        runs.start(HUB, models(tmp_path, [model(1, pipeline_tag=task)]), now=NOW)
    assert catalog_digest() == digest
    for name in ("Other", "Heron 2"):
        runs.start(OPENROUTER, openrouter(tmp_path, hugging_face_id="Heron/Model-1", name=name), now=NOW)
    assert catalog_digest() == digest


def test_the_older_file_and_then_the_newer_ends_as_the_newer_alone(tmp_path: Path) -> None:
    """What is stated now is the same; what was said before is kept besides."""

    def stated() -> set[Any]:
        facts = Fact.objects.filter(is_stated=True, dropped_on=None).values_list("artifact__slug", "name", "value")
        prices = Price.objects.current(LATER.date()).values_list("artifact__slug", "meter", "amount", "tier")
        return {*map(str, facts), *map(str, prices)}

    newer = {"context_length": 64_000, "pricing": {"completion": "0.000003"}}
    runs.start(OPENROUTER, openrouter(tmp_path, **newer), now=LATER)
    alone = stated()
    undo(ImportRun.objects.get(), now=LATER)
    runs.start(OPENROUTER, openrouter(tmp_path, top_provider={"max_completion_tokens": 4096}), now=NOW)
    runs.start(OPENROUTER, openrouter(tmp_path, **newer), now=LATER, is_confirmed=True)
    assert stated() == alone
    assert Fact.objects.get(name="max_output").dropped_on == LATER.date()
    assert Price.objects.get(meter="input_tokens").valid_to == LATER.date()


def test_what_is_said_again_is_stated_again(tmp_path: Path) -> None:
    runs.start(OPENROUTER, openrouter(tmp_path), now=NOW)
    digest = catalog_digest()
    runs.start(OPENROUTER, openrouter(tmp_path, context_length=None, pricing={}), now=NOW)
    assert Fact.objects.get(name="context_window").dropped_on == NOW.date()
    runs.start(OPENROUTER, openrouter(tmp_path), now=LATER)
    assert catalog_digest() == digest


# --- readings ---------------------------------------------------------------------------------------------------------


def test_a_count_that_collapses_is_held_and_one_that_falls_is_not(tmp_path: Path) -> None:
    """500 likes become 20: held. 900 downloads become 100: believed. A missing count is no reading."""
    runs.start(HUB, ten(tmp_path, 1), now=NOW)
    result = runs.start(HUB, ten(tmp_path, 1, likes=20, downloads=100, on="2026-06-08"), now=LATER)
    assert (result.counts.held, result.counts.changed) == (1, 0)
    assert RunRow.objects.get(outcome="held").sentences == ["Likes: 20 after 500 on 2026-06-01; held, not believed."]
    assert list(Reading.objects.filter(signal="likes").values_list("value", flat=True)) == [500]
    assert set(Reading.objects.filter(signal="downloads_month").values_list("value", flat=True)) == {900, 100}
    runs.start(HUB, ten(tmp_path, 1, likes=None, downloads=110, on="2026-06-15"), now=LATER)
    assert Reading.objects.filter(signal="likes").count() == 1


def test_readings_are_dated_by_the_file_and_never_summed(tmp_path: Path) -> None:
    """The same file a week later is the same reading; a later file is another one."""
    for now in (NOW, LATER):
        runs.start(HUB, ten(tmp_path, 1), now=now)
    runs.start(HUB, ten(tmp_path, 1, likes=510, on="2026-06-08"), now=LATER)
    readings = Reading.objects.filter(signal="likes").order_by("observed_at").values_list("observed_at__date", "value")
    assert list(readings) == [(dt.date(2026, 6, 1), 500), (dt.date(2026, 6, 8), 510)]


# --- publishing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "lifecycle"),
    [(PublishRule.AT_ONCE, "published"), (PublishRule.WHEN_SUFFICIENT, "in_review"), (PublishRule.HOLD, "in_review")],
)
def test_the_source_s_rule_says_what_becomes_of_new_ones(tmp_path: Path, rule: str, lifecycle: str) -> None:
    """Without a capability it has not what readers need."""
    ImportRule.objects.create(importer="huggingface", publishes=rule)
    runs.start(HUB, ten(tmp_path, 1), now=NOW)
    assert Artifact.objects.get().lifecycle == lifecycle


def test_updates_of_published_ones_are_applied_and_do_not_send_them_back(tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path, 1), now=NOW)
    Artifact.objects.update(lifecycle="published")
    runs.start(HUB, ten(tmp_path, 1, pipeline_tag="fill-mask"), now=LATER)
    assert Artifact.objects.get().lifecycle == "published"
    assert Fact.objects.get(name="task").value == "fill mask"


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_an_undone_update_stands_as_it_stood(tmp_path: Path) -> None:
    """New ones go, changed ones are put back, ended ones go on; exact on a catalog that nobody touched."""
    runs.start(HUB, ten(tmp_path, 8), now=NOW)
    digest = catalog_digest()
    rows = [model(number, pipeline_tag="fill-mask", likes=600) for number in range(2, 12)]
    runs.start(HUB, models(tmp_path, rows, on="2026-06-08"), now=LATER, is_confirmed=True)
    assert catalog_digest() != digest
    undone = undo(ImportRun.objects.latest("id"), now=LATER)
    assert catalog_digest() == digest
    assert undone.kept == 0
    with pytest.raises(CannotUndo):
        undo(ImportRun.objects.latest("id"), now=LATER)


def test_what_was_edited_since_is_left_by_an_undo(tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path, 2), now=NOW)
    edited = Artifact.objects.get(slug="model-0")
    with change(why="Mended."):
        edited.tagline = "It stands still."
        edited.save()
    undone = undo(ImportRun.objects.get(), now=LATER)
    assert list(Artifact.objects.all()) == [edited]
    assert undone.kept == 3  # the artifact, its publisher, and the source that it still cites


def test_what_goes_with_a_new_artifact_is_not_noted_row_by_row(tmp_path: Path) -> None:
    runs.start(HUB, ten(tmp_path, 5), now=NOW)
    labels = list(Written.objects.values_list("label", flat=True))
    assert sorted(set(labels)) == ["catalog.artifact", "catalog.publisher", "catalog.source"]
    assert Identifier.objects.count() == 5


def test_a_run_can_be_undone_after_its_source_was_read_again(tmp_path: Path) -> None:
    """Nightly runs that find nothing changed do not make an earlier one final; another source's word does."""
    empty = catalog_digest()
    runs.start(HUB, ten(tmp_path, 2), now=NOW)
    first = ImportRun.objects.get()
    runs.start(HUB, ten(tmp_path, 2), now=LATER)
    assert undo(first, now=LATER).kept == 0
    assert catalog_digest() == empty
    runs.start(HUB, ten(tmp_path, 2), now=LATER)
    first = ImportRun.objects.latest("id")
    runs.start(OPENROUTER, openrouter(tmp_path, hugging_face_id="heron/model-1"), now=LATER)
    undo(first, now=LATER)
    assert list(Artifact.objects.values_list("name", flat=True)) == ["model-1"]


def test_an_undone_name_is_sorted_as_it_was(tmp_path: Path) -> None:
    runs.start(OPENROUTER, openrouter(tmp_path, name="Heron: Old"), now=NOW)
    runs.start(OPENROUTER, openrouter(tmp_path, name="Heron: Younger"), now=LATER)
    undo(ImportRun.objects.latest("id"), now=LATER)
    assert (Artifact.objects.get().name, Artifact.objects.get().sort_name) == ("Old", "old")


def test_a_held_count_stays_held_when_the_file_is_read_again(tmp_path: Path) -> None:
    """Counted twice on one day, the same day's other count is no later reading either."""
    runs.start(HUB, ten(tmp_path, 1), now=NOW)
    for _ in range(2):
        assert runs.start(HUB, ten(tmp_path, 1, likes=20), now=LATER).counts.held == 1
    assert Reading.objects.get(signal="likes").value == 500
