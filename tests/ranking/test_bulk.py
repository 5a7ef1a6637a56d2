"""Millions of readings at once, and rows of a generation while the next are computed: the very same as one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction

from catalog.models import Reading
from ranking import bulk, generations, lease, publish
from ranking.models import Breakdown
from tests.factories import make_artifact, make_generation, make_source
from tests.patience import PATIENCE
from tests.ranking import test_generations as alone
from tests.ranking.conftest import NOW, add_history, make_ranked

pytestmark = pytest.mark.django_db


def breakdowns(*rows: tuple[float, int]) -> dict[str, Any]:
    """Columns of these generations and artifacts, with nothing to say of them."""
    generation, artifact = (np.array(column) for column in zip(*rows, strict=True))
    return {
        "generation_id": generation,
        "artifact_id": artifact,
        "momentum": np.full(len(rows), np.nan),
        "body": ["{}"] * len(rows),
        "points": np.empty((len(rows), 0), np.uint8),
    }


def all_at_once_are_the_same_as_those_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_RANGE", 5)
    source = make_source()
    artifacts = [make_artifact() for _ in range(4)]
    for artifact in artifacts:
        add_history(artifact, source)
    Reading.objects.filter(artifact=artifacts[1]).delete()
    last = Reading.objects.latest("pk").pk - 2
    since = NOW - dt.timedelta(days=80)
    whole = np.sort(bulk.readings(last=last, since=since))
    each = np.sort(bulk.readings(last=last, since=since, artifact_ids=[one.pk for one in artifacts]))
    assert len(whole) == Reading.objects.filter(pk__lte=last, observed_at__gte=since).count() > 0
    assert (whole == each).all()
    assert not len(bulk.readings(last=0, since=since))


def test_all_at_once_are_the_same_as_those_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges that are empty, half full, or hold only what is too old make no difference."""
    all_at_once_are_the_same_as_those_of_each(monkeypatch)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_over_two_connections_they_are_the_same_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rows_of, over = bulk._rows_of, set()

    def noted(body: bytes) -> Any:
        over.add(connection.connection)
        return rows_of(body)

    monkeypatch.setattr(bulk, "_rows_of", noted)
    all_at_once_are_the_same_as_those_of_each(monkeypatch)
    assert len(over - {connection.connection}) >= bulk._LINES
    assert all(one.closed for one in over - {connection.connection})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_where_one_connection_fails_the_others_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_RANGE", 1)
    source, artifact = make_source(), make_artifact()
    add_history(artifact, source)
    first, last = (Reading.objects.order_by(order).values_list("pk", flat=True)[0] for order in ("pk", "-pk"))
    assert last - first > 10
    failed, given_up, read = Event(), Event(), []

    def fails_once(body: bytes) -> Any:
        if not failed.is_set():
            failed.set()
            raise LookupError("of one")
        read.append(body)
        assert given_up.wait(PATIENCE), "nobody heard of it"

    monkeypatch.setattr(bulk, "Event", lambda: given_up)
    monkeypatch.setattr(bulk, "_rows_of", fails_once)
    with pytest.raises(LookupError):
        bulk.readings(last=last, since=NOW - dt.timedelta(days=3_000))
    assert len(read) <= 1, "the one that was being read"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_batches_are_written_over_another_connection_while_the_next_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    generation, artifacts = make_generation(), [make_artifact() for _ in range(8)]
    insert, over, going_on = bulk.insert_columns, set(), Event()

    def noted(*args: Any) -> None:
        assert going_on.wait(PATIENCE), "whoever writes waits for what it writes"
        over.add(connection.connection)
        insert(*args)

    monkeypatch.setattr(bulk, "insert_columns", noted)
    with bulk.writing() as write:
        for artifact in artifacts:
            write(Breakdown, breakdowns((generation.pk, artifact.pk)))
            going_on.set()
    (used,) = over
    assert used is not connection.connection
    assert used.closed
    assert set(Breakdown.objects.values_list("artifact", flat=True)) == {artifact.pk for artifact in artifacts}


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_cannot_be_written_is_told_and_the_rest_dropped() -> None:
    """Also where it was the last one, of which nobody would hear otherwise."""
    generation, artifact = make_generation(), make_artifact()
    good, bad = breakdowns((generation.pk, artifact.pk)), breakdowns((np.nan, artifact.pk))

    def written(*batches: Any) -> None:
        with bulk.writing() as write:
            for batch in batches:
                write(Breakdown, batch)

    for batches in ((good, bad), [bad] * 9):
        with pytest.raises(
            Exception, match=r"(?i)not.null.*generation|generation.*not.null"
        ):  # the driver's own or Django's
            written(*batches)
        assert Breakdown.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_fails_leaves_nothing_that_writes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may, written = Event(), Event(), []

    def slowly(model: Any, columns: Any) -> None:
        begun.set()
        may.wait(PATIENCE)
        written.append(columns)

    class Line(ThreadPoolExecutor):
        def shutdown(self, *args: Any, **named: Any) -> None:
            may.set()  # by now what waits has been dropped
            super().shutdown(*args, **named)

    monkeypatch.setattr(bulk, "_written", slowly)
    monkeypatch.setattr(bulk, "ThreadPoolExecutor", Line)

    def fails() -> None:
        with bulk.writing() as write:
            for number in range(bulk._WAITING):
                write(Breakdown, {"id": np.array([number])})
            assert begun.wait(PATIENCE)
            raise LookupError("the one who computes")

    with pytest.raises(LookupError):
        fails()
    assert [columns["id"].tolist() for columns in written] == [[0]], (
        "the one that was being written, and none of those that waited"
    )


@pytest.mark.django_db(transaction=True)
def test_columns_come_back_as_the_rows_they_are() -> None:
    """Whole numbers, floats and nothing, texts of any script, bytes of any value; also no rows at all."""
    generation, artifacts = make_generation(), [make_artifact() for _ in range(3)]
    points = np.arange(3 * 200, dtype=np.uint8).reshape(3, 200)
    texts = ["", "ein Wort, العربية, 🙂", "x" * 70_000]
    columns = {
        "points": points,
        "body": [json.dumps({"text": text}) for text in texts],
        "survival": np.array([np.nan, 0.1, 1 / 3]),
        "generation_id": np.full(3, generation.pk),
        "momentum": np.array([1e-300, np.nan, -0.5]),
        "artifact_id": np.array([artifact.pk for artifact in artifacts]),
    }
    bulk.insert_columns(Breakdown, columns)
    bulk.insert_columns(Breakdown, {name: column[:0] for name, column in columns.items()})
    rows = list(Breakdown.objects.order_by("artifact"))
    assert [row.artifact for row in rows] == artifacts
    assert {row.generation for row in rows} == {generation}
    assert [row.momentum for row in rows] == [1e-300, None, -0.5]
    assert [row.survival for row in rows] == [None, 0.1, 1 / 3]
    assert [row.body["text"] for row in rows] == texts
    assert [bytes(row.points or b"") for row in rows] == [row.tobytes() for row in points]


def test_within_a_transaction_it_is_written_within_it() -> None:
    generation, artifact = make_generation(), make_artifact()
    with transaction.atomic():
        with bulk.writing() as write:
            write(Breakdown, breakdowns((generation.pk, artifact.pk)))
        assert Breakdown.objects.count() == 1
        transaction.set_rollback(True)
    assert Breakdown.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", alone.STEPS)
def test_whoever_dies_while_another_connection_writes_leaves_the_old_generation_served(step: str) -> None:
    alone.test_whoever_dies_at_any_step_leaves_the_old_generation_served(step)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_build_that_breaks_over_two_connections_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    alone.test_a_broken_build_is_noted_and_changes_nothing(monkeypatch)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_only_publishing_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commit waits for all before it; what a builder wrote until then nobody misses."""
    make_ranked()
    waits: dict[str, list[str]] = defaultdict(list)

    def asked(named: str, do: Any) -> Any:
        def doing(*args: Any, **named_too: Any) -> Any:
            with connection.cursor() as cursor:
                cursor.execute("SHOW synchronous_commit")
                waits[named].append(cursor.fetchone()[0])
            return do(*args, **named_too)

        return doing

    monkeypatch.setattr(bulk, "insert_columns", asked("written", bulk.insert_columns))
    monkeypatch.setattr(lease, "hold_on", asked("alive", lease.hold_on))
    monkeypatch.setattr(publish, "switch", asked("published", publish.switch))
    # Of every connection, since batches are written over another.
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "options", "-c synchronous_commit=on")
    connection.close()
    generations.build(now=NOW)
    connection.close()
    assert set(waits["written"]) == {"off"}
    *while_writing, before_checks, before_publishing = waits["alive"]
    assert set(while_writing) == {"off"}
    assert [before_checks, before_publishing, *waits["published"]] == ["on", "on", "on"]
