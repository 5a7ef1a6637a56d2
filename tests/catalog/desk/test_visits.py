"""When an editor was last at the desk, and what others did since."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from catalog.desk.visits import arrive, news_since
from tests.cast import erin, sven
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_the_first_visit_follows_nothing() -> None:
    assert arrive(erin(), now=NOW) is None


def test_a_visit_goes_on_until_there_is_a_pause() -> None:
    arrive(erin(), now=NOW)
    assert arrive(erin(), now=NOW + dt.timedelta(minutes=20)) is None
    assert arrive(erin(), now=NOW + dt.timedelta(minutes=40)) is None
    assert arrive(erin(), now=NOW + 3 * HOUR) == NOW + dt.timedelta(minutes=40)
    assert arrive(erin(), now=NOW + 3 * HOUR + dt.timedelta(minutes=5)) == NOW + dt.timedelta(minutes=40)


def test_everybody_has_visits_of_their_own() -> None:
    arrive(erin(), now=NOW)
    assert arrive(sven(), now=NOW + HOUR) is None


def test_news_are_what_others_did_since() -> None:
    def saved(by: object, name: str) -> None:
        artifact = make_artifact(name=name)
        artifact._history_user = by  # type: ignore[attr-defined]
        artifact.save()

    saved(sven(), "Before")
    since = timezone.now()
    saved(sven(), "Since")
    saved(erin(), "Mine")
    assert [act.what for act in news_since(erin(), since)][:1] == ["Since"]
    assert all(act.what != "Mine" for act in news_since(erin(), since))
    assert news_since(erin(), None) == []
