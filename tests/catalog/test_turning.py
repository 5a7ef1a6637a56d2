"""Prices that begin or end by date alone."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from catalog.models import Artifact
from catalog.state import live_state
from catalog.tasks import refresh_prices
from catalog.turning import turn_prices
from tests.factories import make_artifact, make_price

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def shown(artifact: Artifact) -> tuple[str, str]:
    artifact = Artifact.objects.select_related("headline_price").get(pk=artifact.pk)
    price = artifact.headline_price
    return artifact.price_class, str(price.amount.normalize()) if price else ""


def test_a_price_that_ended_leaves_the_lists_and_the_next_one_comes() -> None:
    with time_machine.travel(DAY, tick=False):
        artifact = make_artifact()
        make_price(artifact=artifact, amount="2", valid_to=dt.date(2026, 6, 3))
        make_price(artifact=artifact, amount="3", valid_from=dt.date(2026, 6, 3))
    assert shown(artifact) == ("paid", "2")
    with time_machine.travel(DAY + dt.timedelta(days=1), tick=False):
        assert turn_prices(timezone.now()) == 0
    assert shown(artifact) == ("paid", "2")
    with time_machine.travel(DAY + dt.timedelta(days=2), tick=False):
        assert turn_prices(timezone.now()) == 1
    assert shown(artifact) == ("paid", "3")


def test_without_a_current_price_the_class_is_unknown_again() -> None:
    with time_machine.travel(DAY, tick=False):
        artifact = make_artifact()
        make_price(artifact=artifact, valid_to=dt.date(2026, 6, 2))
    with time_machine.travel(DAY + dt.timedelta(days=30), tick=False):
        refresh_prices()
    assert shown(artifact) == ("unknown", "")


def test_a_second_look_changes_nothing() -> None:
    with time_machine.travel(DAY, tick=False):
        make_price(valid_to=dt.date(2026, 6, 2))
    with time_machine.travel(DAY + dt.timedelta(days=1), tick=False):
        refresh_prices()
        version = live_state().version
        refresh_prices()
        assert live_state().version == version
