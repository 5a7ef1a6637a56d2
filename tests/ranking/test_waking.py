"""Edits and choices are found soon: the worker is asked once, however many there are."""

from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from ranking import waking
from ranking.models import MatchIndex

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(current_app.tasks[waking.INDEX], "apply_async", lambda **given: found.append(given))
    return found


def test_many_edits_ask_once(asked):
    MatchIndex.objects.create(number=1, made_at=timezone.now(), catalog=1, is_live=True)
    for _ in range(5):
        waking.artifact_changed(artifact_ids=frozenset({1}))
    assert len(asked) == 1
    assert asked[0]["countdown"] == waking.SOON


def test_without_an_index_nobody_is_asked(asked):
    waking.artifact_changed(artifact_ids=frozenset({1}))
    assert asked == []


def test_a_broker_that_is_away_costs_a_line(monkeypatch, caplog):
    def broken(**given: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(current_app.tasks[waking.INDEX], "apply_async", broken)
    waking.wake(waking.INDEX)
    assert "could not be asked" in caplog.text
