"""What the beat does, done by hand: at the desk, and by command."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from ranking import canary
from ranking.admin import builds
from ranking.models import Build, Snapshot
from tests.ranking.admin.test_desk import built, senior, text
from tests.ranking.conftest import make_ranked
from unfragile_site import health

pytestmark = pytest.mark.django_db
__all__ = ["senior"]
LIST = "/admin/ranking/build/"


def test_a_week_is_written_down_once(senior: Client) -> None:
    make_ranked()
    page = text(senior.post(f"{LIST}snapshot/", follow=True))
    assert "There are no ranks yet" in page
    built()
    assert "Written down for this week: 3 ranks, 3 sheets" in text(senior.post(f"{LIST}snapshot/", follow=True))
    assert set(Snapshot.objects.values_list("taken_on", flat=True)) == {timezone.now().date()}
    assert "Written down for this week: 0 ranks, 0 sheets" in text(senior.post(f"{LIST}snapshot/", follow=True))


def test_a_large_catalog_is_written_down_by_the_worker(
    senior: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    make_ranked()
    built()
    monkeypatch.setattr(builds, "MANY", 2)
    with django_capture_on_commit_callbacks() as waiting:
        assert "are being written down" in text(senior.post(f"{LIST}snapshot/", follow=True))
    assert not Snapshot.objects.exists()
    assert len(waiting) == 1


def test_the_canary_tells_whether_ranks_come_out_right(senior: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The canary sings" in text(senior.post(f"{LIST}canary/", follow=True))
    monkeypatch.setattr(canary, "KNOWN", (1.0, 2.0, 3.0))
    assert "they should be (1.0, 2.0, 3.0)" in text(senior.post(f"{LIST}canary/", follow=True))


def test_both_stand_beside_what_builds_one(senior: Client) -> None:
    page = senior.get(LIST).content.decode()
    assert f'formaction="{LIST}snapshot/"' in page
    assert f'formaction="{LIST}canary/"' in page


def test_the_canary_by_command_is_noted_for_readyz(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Any] = []
    monkeypatch.setattr(health, "record_canary", noted.append)
    out = StringIO()
    call_command("canary", stdout=out)
    assert "sings" in out.getvalue()
    assert len(noted) == 1
    monkeypatch.setattr(canary, "KNOWN", (1.0, 2.0, 3.0))
    with pytest.raises(CommandError, match="should be"):
        call_command("canary", stdout=out)
    assert len(noted) == 1


def test_freshness_is_refreshed_though_nothing_was_read() -> None:
    make_ranked()
    built()
    out = StringIO()
    call_command("refresh_freshness", stdout=out)
    assert Build.objects.count() == 2
    assert "3 ranked" in out.getvalue()
