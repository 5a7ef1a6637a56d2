"""What the environment lacks before the site may be served: numbered checks, each with a hint.

`manage.py check` reports them; wsgi, asgi, serve and the Celery processes call refuse_to_start_on_errors().
Settings import without them on purpose, so that there is somebody left to say what is missing.
"""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks

from catalog.network import misread

TAG = "unfragile"
ENVIRONMENTS = ("local", "production", "test")

# Number and hint for each of settings.REQUIRED.
HINTS = {
    "SECRET_KEY": ("E001", "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(64))'"),
    "ALLOWED_HOSTS": ("E002", "Name the hosts readers use, separated by commas: ALLOWED_HOSTS=unfragile.example"),
    "DATABASE_URL": ("E003", "For example DATABASE_URL=postgres://unfragile:PASSWORD@localhost:5432/unfragile"),
    "DEFAULT_FROM_EMAIL": ("E004", "The sender of mail: DEFAULT_FROM_EMAIL='Unfragile <hello@unfragile.example>'"),
    "EMAIL_URL": ("E005", "The mail server: EMAIL_URL=smtp+tls://USER:PASSWORD@mail.example:587"),
    "SITE_URL": ("E006", "The address readers know, without a path: SITE_URL=https://unfragile.example"),
}


@register(TAG)
def complete_environment(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Outside production the embedded site has a safe default for everything."""
    found: list[CheckMessage] = []
    for variable in settings.MISSING:
        number, hint = HINTS[variable]
        found.append(Error(f"{variable} is not set.", hint=hint, id=f"unfragile.{number}"))
    if settings.PRODUCTION and "SITE_URL" not in settings.MISSING and urlsplit(settings.SITE_URL).scheme != "https":
        found.append(
            Error(
                f"SITE_URL is {settings.SITE_URL}, which is not an https:// address.",
                hint=HINTS["SITE_URL"][1],
                id="unfragile.E006",
            )
        )
    return found


@register(TAG)
def known_environment(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A misspelt environment must not quietly become the lenient one."""
    if settings.ENVIRONMENT in ENVIRONMENTS:
        return []
    return [
        Error(
            f"UNFRAGILE_ENV is {settings.ENVIRONMENT!r}.",
            hint=f"Use one of: {', '.join(ENVIRONMENTS)}.",
            id="unfragile.E007",
        )
    ]


@register(TAG)
def no_debug_pages_in_production(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not (settings.PRODUCTION and settings.DEBUG):
        return []
    return [
        Error(
            "DEBUG is on in production: error pages would show settings and data to everyone.",
            hint="Remove DEBUG from the environment.",
            id="unfragile.E008",
        )
    ]


@register(TAG)
def readable_network_rules(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """What must not be asked, and what may be all the same, has to be understood before anything is."""
    return [
        Error(
            f"{name} cannot be read.",
            hint="As NETWORK_ENDPOINTS=http://files:8080,http://127.0.0.1:11434 or OWN_ADDRESSES=192.0.2.7/32.",
            id="unfragile.E009",
        )
        for name in misread()
    ]


@register(TAG)
def shared_cache_and_broker(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION or settings.REDIS_URL:
        return []
    return [
        Warning(
            "REDIS_URL is not set: each process counts limits by itself, and tasks travel through a folder.",
            hint="Fine for one machine with one process. Otherwise: REDIS_URL=redis://localhost:6379/0",
            id="unfragile.W001",
        )
    ]


@register(TAG)
def whole_github_application(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not settings.ACCOUNTS["GITHUB_HALF_SET"]:
        return []
    return [
        Error(
            "Of GITHUB_CLIENT_ID and GITHUB_SECRET one is set and the other is not.",
            hint="Set both, as GitHub gave them, or none: without them nobody signs in by GitHub.",
            id="unfragile.E010",
        )
    ]


@register(TAG)
def second_factor_in_production(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION or settings.ADMIN_SECOND_FACTOR:
        return []
    return [
        Warning(
            "ADMIN_SECOND_FACTOR is off: a guessed password opens the editors' desk.",
            hint="Remove ADMIN_SECOND_FACTOR from the environment; editors are told how to set one up.",
            id="unfragile.W002",
        )
    ]


def refuse_to_start_on_errors() -> None:
    """Say what is missing and leave. Exit status 4 tells gunicorn not to try again."""
    errors = [message for message in run_checks(tags=[TAG]) if message.is_serious()]
    if errors:
        lines = "\n".join(f"  {error.id}: {error.msg}\n      {error.hint}" for error in errors)
        sys.stderr.write(f"Unfragile does not start: its production environment is incomplete.\n{lines}\n")
        raise SystemExit(4)
