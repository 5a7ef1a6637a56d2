"""The state of the catalog: one read, which is also the check of a connection that was kept open."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connections

from catalog import state as module
from catalog.models import CatalogState
from catalog.state import live_state


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_has_closed_is_opened_again(monkeypatch: Any) -> None:
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 7})
    read, closed = module._row, []

    def broken_once() -> Any:
        if not closed:
            raise OperationalError("the server closed the connection unexpectedly")
        return read()

    monkeypatch.setattr(module, "_row", broken_once)
    monkeypatch.setattr(connections["default"], "close", lambda: closed.append(True))
    assert live_state().version == 7
    assert closed == [True]


@pytest.mark.django_db
def test_within_a_transaction_nothing_is_tried_again(monkeypatch: Any) -> None:
    def broken() -> Any:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(module, "_row", broken)
    monkeypatch.setattr(connections["default"], "close", lambda: pytest.fail("the transaction was thrown away"))
    with pytest.raises(OperationalError):
        live_state()


@pytest.mark.django_db(transaction=True)
def test_no_second_question_is_asked_about_the_connection(monkeypatch: Any) -> None:
    monkeypatch.setattr(connections["default"], "health_check_enabled", True)
    monkeypatch.setattr(connections["default"], "health_check_done", False)
    monkeypatch.setattr(connections["default"], "is_usable", lambda: pytest.fail("the connection was tried beforehand"))
    live_state()
