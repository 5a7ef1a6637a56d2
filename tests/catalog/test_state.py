"""The state of the catalog: one read, which is also the check of a connection that was kept open."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connections, transaction
from django.test import Client

from catalog import relating
from catalog import state as module
from catalog.changes import change
from catalog.models import CatalogState
from catalog.publishing import go_live
from catalog.state import State, live_state, recent_state
from tests.factories import make_artifact, make_generation


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_has_closed_is_opened_again(monkeypatch: Any) -> None:
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 7})
    read, closed = module._row, []

    def broken_once() -> Any:
        if not closed:
            raise OperationalError("the server closed the connection unexpectedly")
        return read()

    monkeypatch.setattr(module, "_row", broken_once)
    monkeypatch.setattr(module, "_planned_row", broken_once)
    monkeypatch.setattr(connections["default"], "close", lambda: closed.append(True))
    assert live_state().version == 7
    assert closed == [True]


@pytest.mark.django_db
def test_within_a_transaction_nothing_is_tried_again(monkeypatch: Any) -> None:
    def broken() -> Any:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(module, "_row", broken)
    monkeypatch.setattr(module, "_planned_row", broken)
    monkeypatch.setattr(connections["default"], "close", lambda: pytest.fail("the transaction was thrown away"))
    with pytest.raises(OperationalError):
        live_state()


@pytest.mark.postgres  # SQLite has no server to lose
@pytest.mark.django_db(transaction=True)
def test_a_server_that_ended_the_connection_is_asked_over_another() -> None:
    """The short way to PostgreSQL notices as any cursor would, and knows its query again afterwards."""
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 7})
    assert live_state().version == 7
    lost = connections["default"].connection
    other = connections["default"].copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [lost.info.backend_pid])
    other.close()
    assert [live_state().version for _ in range(3)] == [7, 7, 7]
    assert connections["default"].connection is not lost


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_query_that_cannot_be_asked_by_its_name_is_asked_as_any_other(monkeypatch: Any) -> None:
    """Behind a pooler that keeps no names, for one."""
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 7})

    def unknown() -> Any:
        raise ProgrammingError("prepared statement does not exist")

    monkeypatch.setattr(module, "_planned_row", unknown)
    assert live_state().version == 7


@pytest.mark.django_db
def test_the_state_is_the_same_whether_anybody_notes_the_query(django_assert_num_queries: Any) -> None:
    CatalogState.objects.all().delete()
    assert live_state() == State(version=0, generation_id=None)
    CatalogState.objects.create(pk=1, version=7, related_version=3)
    with django_assert_num_queries(1):
        noted = live_state()
    assert live_state() == noted == State(version=7, generation_id=None, related_version=3)


@pytest.mark.django_db(transaction=True)
def test_no_second_question_is_asked_about_the_connection(monkeypatch: Any) -> None:
    monkeypatch.setattr(connections["default"], "health_check_enabled", True)
    monkeypatch.setattr(connections["default"], "health_check_done", False)
    monkeypatch.setattr(connections["default"], "is_usable", lambda: pytest.fail("the connection was tried beforehand"))
    live_state()


@pytest.mark.postgres  # a file is asked faster than a lease could be told
@pytest.mark.django_db(transaction=True)
def test_what_was_read_a_moment_ago_is_gone_by_until_the_lease_is_over(monkeypatch: Any) -> None:
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 7})
    assert recent_state() is None
    assert live_state() == recent_state()
    with transaction.atomic():
        assert recent_state() is None
    now = time.monotonic() + module.LEASE
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert recent_state() is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_transaction_lends_its_state_to_nobody() -> None:
    with transaction.atomic():
        CatalogState.objects.update_or_create(pk=1, defaults={"version": 7})
        assert live_state().version == 7
    assert recent_state() is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_answer_that_was_on_its_way_for_long_does_not_outlive_a_later_one(monkeypatch: Any) -> None:
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 8})
    later = live_state()
    earlier = time.monotonic() - module.LEASE / 2
    monkeypatch.setattr(time, "monotonic", lambda: earlier)
    monkeypatch.setattr(module, "_planned_row", lambda: (7, None, 0, None))
    assert live_state().version == 7
    assert recent_state() == later


def _edits() -> None:
    with change(why="A test."):
        make_artifact()


def _goes_live() -> None:
    with transaction.atomic():
        go_live(make_generation())


def _relates() -> None:
    make_artifact()
    relating.relate(is_forced=True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moves", [_edits, _goes_live, _relates])
def test_whoever_moves_the_state_waits_for_the_lease_once_it_is_committed(
    moves: Callable[[], None], monkeypatch: Any
) -> None:
    waited: list[tuple[float, State, bool]] = []

    def sleep(seconds: float) -> None:
        waited.append((seconds, live_state(), connections["default"].in_atomic_block))

    monkeypatch.setattr(module.time, "sleep", sleep)
    moves()
    assert waited[-1] == (module.LEASE, live_state(), False), "by then everybody else can see it"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_has_made_an_edit_is_shown_nothing_older(client: Client) -> None:
    """Kept pages are handed out by a state that was read before the edit; the edit ends when that holds no longer."""
    artifact = make_artifact(name="Before")
    address = f"/artifacts/{artifact.slug}/"
    for number in range(5):
        before = client.get(address)
        again = client.get(address, headers={"If-None-Match": before["ETag"]})
        assert again.status_code == 304
        with change():
            artifact.name = f"After {number}"
            artifact.save()
        assert f"After {number}" in client.get(address).text
        assert client.get(address, headers={"If-None-Match": before["ETag"]}).status_code == 200
