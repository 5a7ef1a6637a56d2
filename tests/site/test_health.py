"""/healthz says that the process is up, /readyz that it can serve and that its worker lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from unfragile_site import health, tasks


@pytest.fixture(autouse=True)
def no_beat_of_others() -> Iterator[None]:
    """Nor is any left: three minutes later it would be one of a worker that has died."""
    health.forget_signs()
    yield
    health.forget_signs()


@pytest.mark.django_db
def test_healthz_touches_no_database(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_before_the_first_beat(client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "heartbeat_age_seconds": None,
        "canary_age_seconds": None,
        "generation_age_seconds": None,
    }


@pytest.mark.django_db
def test_a_worker_never_heard_of_makes_the_site_not_ready_in_time(client) -> None:
    with time_machine.travel("2026-06-01 12:00", tick=False) as clock:
        assert client.get("/readyz").status_code == 200
        clock.shift(timedelta(seconds=170))
        assert client.get("/readyz").status_code == 200
        clock.shift(timedelta(seconds=20))
        assert client.get("/readyz").json()["problems"] == {"worker": "not heard of for more than 180 seconds"}
        tasks.heartbeat.delay()
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_the_heartbeat_task_is_what_readyz_reads(client) -> None:
    tasks.heartbeat.delay()
    assert 0 <= client.get("/readyz").json()["heartbeat_age_seconds"] < 5


@pytest.mark.django_db
def test_a_silent_worker_makes_the_site_not_ready(client) -> None:
    health.record_heartbeat(timezone.now() - timedelta(seconds=200))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "5"
    body = response.json()
    assert (body["title"], body["status"], list(body["problems"])) == ("Not ready", 503, ["worker"])
    assert body["heartbeat_age_seconds"] >= 200


@pytest.mark.django_db
def test_migrations_not_applied(client, monkeypatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one", "two"])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == {"migrations": "2 not applied. Run: manage.py migrate"}


def test_a_database_that_does_not_answer(client, monkeypatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("could not connect to secret-host")

    monkeypatch.setattr(health.connection, "cursor", away)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == {"database": "does not answer"}
    assert "secret-host" not in response.content.decode()


def test_an_unreadable_heartbeat_does_not_fail_the_answer(monkeypatch, settings) -> None:
    class Away:
        def get(self, key: str) -> str:
            raise ConnectionError

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(health, "cache", Away())
        assert health.last_heartbeat() is None
    settings.REDIS_URL = ""


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_read_only(client, path: str) -> None:
    assert client.post(path).status_code == 405
