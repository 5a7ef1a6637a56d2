"""What every test can rely on: no network but loopback, tasks at once, an empty cache, a browser where there is one.

A test that cannot run on this machine is skipped with its reason. With UNFRAGILE_NO_SKIP=1 (as CI has it) such a skip
is a failure, unless the test is about another database than the one under test.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as site
from django.core.cache import caches
from django.db import connection

from tests.migrated import migrated_once

ROOT = Path(__file__).resolve().parent.parent
NO_SKIP = os.environ.get("UNFRAGILE_NO_SKIP") == "1"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
REAL_DATA_DIR = Path(os.environ.get("REAL_DATA_DIR", ROOT.parent / "shared" / "data"))
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # tests may run as root, where Chromium has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A slow machine is not a wrong answer.
hypothesis.settings.register_profile("site", deadline=None)
hypothesis.settings.load_profile("site")


def vendor() -> str:
    return site.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]


# Marker -> why its tests do not apply here, or an empty string. The two runs of CI cover all of them together.
ELSEWHERE = {
    "redis": "" if site.REDIS_URL else "REDIS_URL is not set",
    "postgres": "" if vendor() == "postgresql" else f"DATABASE_URL names {vendor()}, this is about PostgreSQL",
    "sqlite": "" if vendor() == "sqlite3" else f"DATABASE_URL names {vendor()}, this is about SQLite",
    "real_data": "" if REAL_DATA_DIR.is_dir() else "REAL_DATA_DIR is not there",
}


def pytest_report_header() -> str:
    redis = "yes" if site.REDIS_URL else "no"
    browser = CHROMIUM if CHROMIUM.exists() else "none"
    skips = "failures" if NO_SKIP else "allowed"
    return f"unfragile: database {vendor()}, redis {redis}, browser {browser}, skips {skips}"


def pytest_configure(config: pytest.Config) -> None:
    """Several processes share the work: pytest-django gives each a database, and here each gets a cache to empty."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if site.REDIS_URL and worker:
        for cache in site.CACHES.values():
            location = cache["LOCATION"].rstrip("/").rsplit("/", 1)[0]
            cache["LOCATION"] = f"{location}/{int(worker.removeprefix('gw')) + 1}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker("real_data")
        for marker, reason in ELSEWHERE.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    applies = not any(reason and item.get_closest_marker(marker) for marker, reason in ELSEWHERE.items())
    if NO_SKIP and applies and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped although every test has to run here: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Any:
    report = yield
    if NO_SKIP and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"A whole module was skipped although every test has to run here: {report.longrepr}"
    return report


# --- isolation --------------------------------------------------------------------------------------------------------


def is_loopback(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    return host in {"localhost", "::1"} or host.startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """A test that reaches for the outside fails, on every machine alike."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(original: Any) -> Any:
        def inner(self: socket.socket, address: Any) -> Any:
            if not is_loopback(address):
                self.close()  # not an OSError below, so nobody else would
                raise AssertionError(f"a test tried to connect to {address}")
            return original(self, address)

        return inner

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def own_var_dir(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the code under test writes to disk does not land among the site's own files."""
    site.VAR_DIR = tmp_path_factory.mktemp("var")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[ExitStack]:
    """The last that pytest-django asks for before it makes the database."""
    with ExitStack() as while_made:
        while_made.enter_context(migrated_once())
        yield while_made


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: ExitStack, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """A browser's last request may still hold a connection when the database is to be dropped."""
    django_db_modify_db_settings.close()
    yield
    if vendor() == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Also resets request limits, which are counted there."""
    for cache in (caches["default"], caches["limits"]):
        cache.clear()
    yield
    for cache in (caches["default"], caches["limits"]):
        cache.clear()


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    """What a process has looked at in one test's database is not shown in another's, nor written into it.

    Every database starts at version 0, so a copy held in memory would pass for another's: now and then it did.
    """
    from catalog import artifact_views, columns, state
    from catalog.pages import nearness
    from claims import key_uses
    from ranking import compared, comparison_views, configurations, indexing, leaderboards, notes
    from ranking.graph import actors

    def forget() -> None:
        views = (artifact_views.VIEWS, comparison_views.VIEWS)
        for held in (columns, state, compared, *views, configurations, indexing, leaderboards, notes, actors, key_uses):
            held.forget()  # type: ignore[attr-defined]
        nearness._vectors.cache_clear()

    forget()
    yield
    forget()


# --- what tests may ask for -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of source files; tests that use it are skipped where it is absent."""
    return REAL_DATA_DIR


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all journeys."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (name another with CHROMIUM=)")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django would take every query for one inside a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A fresh page on the live site. Whatever the browser complains about fails the test."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []

    def note(message: Any) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} {message.location.get('url', '')}")

    opened.on("console", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []
