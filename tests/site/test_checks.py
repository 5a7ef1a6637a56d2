"""An incomplete production environment is named by number, and nothing is served on it."""

from __future__ import annotations

import pytest
from django.conf import settings as site
from django.core.checks import run_checks

from unfragile_site.checks import HINTS, TAG, refuse_to_start_on_errors

DOORS = {
    "serve": ["manage.py", "serve"],
    "gunicorn": [
        "-m",
        "gunicorn",
        "unfragile_site.wsgi",
        "--config",
        "python:unfragile_site.server",
        "--bind",
        "127.0.0.1:0",
    ],
    "asgi": ["-c", "import unfragile_site.asgi"],
    "worker": ["-m", "celery", "-A", "unfragile_site", "worker", "-P", "solo"],
    "beat": ["-m", "celery", "-A", "unfragile_site", "beat"],
}


@pytest.fixture(autouse=True)
def second_factor(settings) -> None:
    """As in production by default."""
    settings.ADMIN_SECOND_FACTOR = True


def found_ids() -> list[str]:
    return [message.id for message in run_checks(tags=[TAG])]


def test_every_required_variable_has_a_number_and_a_hint() -> None:
    assert list(HINTS) == site.REQUIRED
    numbers = [number for number, _ in HINTS.values()]
    assert len(set(numbers)) == len(numbers)


def test_here_nothing_is_missing() -> None:
    assert found_ids() == []


@pytest.mark.parametrize("variable", list(HINTS))
def test_a_missing_variable_is_named_with_a_hint(variable: str, settings) -> None:
    settings.PRODUCTION, settings.MISSING, settings.REDIS_URL = True, [variable], "redis://"
    settings.SITE_URL = "https://unfragile.example"
    [message] = run_checks(tags=[TAG])
    assert message.id == f"unfragile.{HINTS[variable][0]}"
    assert message.msg == f"{variable} is not set."
    assert message.hint


def test_an_address_without_tls_is_refused(settings) -> None:
    settings.PRODUCTION, settings.REDIS_URL, settings.SITE_URL = True, "redis://", "http://unfragile.example"
    assert found_ids() == ["unfragile.E006"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NETWORK_ENDPOINTS", "files:8080"),
        ("NETWORK_ENDPOINTS", "ftp://files"),
        ("NETWORK_ENDPOINTS", "http://user@files:8080"),
        ("OWN_ADDRESSES", "unfragile.example"),
        ("OWN_ADDRESSES", "192.0.2.7/8"),
    ],
)
def test_rules_of_the_network_that_cannot_be_read_are_refused(name: str, value: str, settings) -> None:
    setattr(settings, name, [value])
    assert found_ids() == ["unfragile.E009"]


def test_a_misspelt_environment_is_refused(settings) -> None:
    settings.ENVIRONMENT = "prodution"
    assert found_ids() == ["unfragile.E007"]


def test_debug_in_production_is_refused(settings) -> None:
    settings.PRODUCTION, settings.DEBUG = True, True
    settings.REDIS_URL, settings.SITE_URL = "redis://", "https://unfragile.example"
    assert found_ids() == ["unfragile.E008"]


def test_production_without_redis_is_a_warning_that_does_not_stop_it(settings) -> None:
    settings.PRODUCTION, settings.REDIS_URL, settings.SITE_URL = True, "", "https://unfragile.example"
    assert found_ids() == ["unfragile.W001"]
    refuse_to_start_on_errors()


def test_a_desk_without_a_second_factor_is_a_warning_in_production(settings) -> None:
    settings.PRODUCTION, settings.REDIS_URL, settings.SITE_URL = True, "redis://", "https://unfragile.example"
    settings.ADMIN_SECOND_FACTOR = False
    assert found_ids() == ["unfragile.W002"]
    refuse_to_start_on_errors()


def test_half_a_github_application_is_refused(settings) -> None:
    settings.ACCOUNTS = {**settings.ACCOUNTS, "GITHUB_HALF_SET": True}
    assert found_ids() == ["unfragile.E010"]


def test_check_lists_all_that_is_missing(run) -> None:
    done = run("manage.py", "check", UNFRAGILE_ENV="production")
    assert done.returncode == 1
    for number, _ in HINTS.values():
        assert f"unfragile.{number}" in done.stderr


@pytest.mark.parametrize("door", list(DOORS))
def test_no_door_opens_on_an_incomplete_environment(door: str, run) -> None:
    done = run(*DOORS[door], UNFRAGILE_ENV="production")
    assert done.returncode == 4, done.stderr
    assert "Unfragile does not start" in done.stderr
    assert "unfragile.E001: SECRET_KEY is not set." in done.stderr


def test_deploy_check_is_clean_on_a_complete_environment(run, production: dict[str, str]) -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **production)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


def test_the_secret_is_never_in_what_is_said(run, production: dict[str, str]) -> None:
    del production["ALLOWED_HOSTS"]
    done = run("manage.py", "serve", **production)
    assert done.returncode == 4
    assert production["SECRET_KEY"] not in done.stdout + done.stderr
