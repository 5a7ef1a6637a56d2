"""What the environment makes of the settings. Every case is a process of its own."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

SHOW = """
import json
from django.conf import settings
names = {names!r}
print(json.dumps({{name: getattr(settings, name, None) for name in names}}, default=str))
"""


@pytest.fixture
def settings_of(run):
    def settings_of(*names: str, **environment: str) -> dict[str, Any]:
        done = run("-c", SHOW.format(names=names), DJANGO_SETTINGS_MODULE="unfragile_site.settings", **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return settings_of


def test_without_any_environment_the_site_is_safe_and_local(settings_of, tmp_path: Path) -> None:
    found = settings_of("DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "DATABASES", "STORAGES", "CELERY_BROKER_URL")
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert len(found["SECRET_KEY"]) > 50
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "var" / "db.sqlite3")
    assert "Manifest" in found["STORAGES"]["staticfiles"]["BACKEND"]
    assert found["CELERY_BROKER_URL"].startswith("filesystem:")


def test_the_secret_is_made_once_and_kept_from_others(settings_of, tmp_path: Path) -> None:
    first, second = settings_of("SECRET_KEY"), settings_of("SECRET_KEY")
    kept = tmp_path / "var" / "secret_key"
    assert first == second == {"SECRET_KEY": kept.read_text()}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret_key"]


def test_production_never_falls_back_to_the_kept_secret(settings_of, tmp_path: Path) -> None:
    first = settings_of("SECRET_KEY", UNFRAGILE_ENV="production")
    assert first != settings_of("SECRET_KEY", UNFRAGILE_ENV="production")
    assert not (tmp_path / "var" / "secret_key").exists()


def test_production_is_strict(settings_of, production: dict[str, str]) -> None:
    found = settings_of(
        "DEBUG",
        "ALLOWED_HOSTS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_NAME",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_PROXY_SSL_HEADER",
        "CSRF_TRUSTED_ORIGINS",
        "EMAIL_HOST",
        "EMAIL_USE_TLS",
        "DATABASES",
        "CACHES",
        **production,
    )
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["unfragile.example"]
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is found["SECURE_SSL_REDIRECT"] is True
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://unfragile.example"]
    assert (found["EMAIL_HOST"], found["EMAIL_USE_TLS"]) == ("mail.unfragile.example", True)
    assert found["DATABASES"]["default"]["CONN_MAX_AGE"] is None
    assert found["DATABASES"]["default"]["CONN_HEALTH_CHECKS"] is True
    assert found["CACHES"]["default"]["BACKEND"].endswith("RedisCache")


def test_no_proxy_no_trust_in_its_header(settings_of, production: dict[str, str]) -> None:
    found = settings_of("SECURE_PROXY_SSL_HEADER", "REST_FRAMEWORK", **production | {"PROXY_COUNT": "0"})
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["REST_FRAMEWORK"]["NUM_PROXIES"] == 0


def test_an_empty_variable_counts_as_not_set(settings_of, tmp_path: Path) -> None:
    empty = dict.fromkeys(("DATABASE_URL", "EMAIL_URL", "PORT", "ALLOWED_HOSTS", "DEBUG", "SECRET_KEY_FALLBACKS"), "")
    found = settings_of("PORT", "DATABASES", "ALLOWED_HOSTS", "SECRET_KEY_FALLBACKS", **empty)
    assert found["PORT"] == 8000
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "var" / "db.sqlite3")
    assert found["ALLOWED_HOSTS"][0] == "localhost"
    assert found["SECRET_KEY_FALLBACKS"] == []


def test_the_port_reaches_the_sites_own_address(settings_of) -> None:
    assert settings_of("SITE_URL", PORT="8123")["SITE_URL"] == "http://127.0.0.1:8123"


def test_sqlite_waits_for_its_turn_to_write(settings_of) -> None:
    options = settings_of("DATABASES")["DATABASES"]["default"]["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
    assert "journal_mode=WAL" in options["init_command"]


def test_sqlite_really_runs_that_way(run, tmp_path: Path) -> None:
    done = run(
        "manage.py",
        "shell",
        "--no-imports",
        "-c",
        "from django.db import connection as c\n"
        "u = c.cursor()\n"
        "for name in ('journal_mode', 'synchronous', 'foreign_keys', 'temp_store'):\n"
        "    print(name, u.execute(f'PRAGMA {name}').fetchone()[0])\n",
    )
    assert done.stdout.split("\n")[:4] == ["journal_mode wal", "synchronous 1", "foreign_keys 1", "temp_store 2"]


def test_no_task_may_outlive_half_the_visibility_timeout() -> None:
    """Redis would hand it to a second worker while the first still runs."""
    assert settings.CELERY_TASK_TIME_LIMIT <= settings.VISIBILITY_TIMEOUT / 2
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT


def test_redis_gets_one_visibility_timeout_in_all_three_places(settings_of) -> None:
    found = settings_of(
        "CELERY_BROKER_TRANSPORT_OPTIONS",
        "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS",
        "CELERY_VISIBILITY_TIMEOUT",
        REDIS_URL="redis://127.0.0.1:1/0",
    )
    assert {
        found["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"],
        found["CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS"]["visibility_timeout"],
        found["CELERY_VISIBILITY_TIMEOUT"],
    } == {settings.VISIBILITY_TIMEOUT}


def test_every_task_of_the_timetable_exists() -> None:
    from unfragile_site.celery import app
    from unfragile_site.schedule import BEAT_SCHEDULE

    app.loader.import_default_modules()
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_requirements_name_no_index() -> None:
    root = Path(settings.BASE_DIR)
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (root / name).read_text()
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_the_settings_stay_one_readable_file() -> None:
    lines = (Path(settings.BASE_DIR) / "unfragile_site" / "settings.py").read_text().splitlines()
    assert len(lines) < 300
