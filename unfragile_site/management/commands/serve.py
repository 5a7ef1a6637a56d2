"""One command from nothing to a running site: database, static files, demo catalog, web server, worker and beat.

For trying out and for small installations. A larger one runs the same processes by themselves: see compose.yaml.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from unfragile_site import demo_owner, health
from unfragile_site.checks import refuse_to_start_on_errors
from unfragile_site.supervisor import Child, Supervisor

HOST = "127.0.0.1"  # the embedded site is for this machine; put a proxy in front to let others in


class Command(BaseCommand):
    help = "Prepare and serve the site: web server, worker and beat. The port comes from PORT (8000)."
    requires_system_checks = []  # the two that matter here run below, the rest belongs to `check`

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty catalog empty")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_to_start_on_errors()
        port = settings.PORT
        if not is_free(port):
            self.stderr.write(
                f"Port {port} on {HOST} is in use. Stop what runs there, or choose another: make run PORT={port + 1}"
            )
            sys.exit(1)
        is_new = prepare_database(self.say)
        prepare_static_files(self.say)
        with_demo = not (options["no_demo"] or settings.PRODUCTION)
        if with_demo:
            _may_ask_itself()
        tour = load_demo() if with_demo and is_new else ""
        for folder in ("messages", "control", "done"):
            (settings.BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
        health.forget_signs()
        connection.close()

        def greet() -> None:
            # On a site that has its catalog this only writes the tour, so pages need not wait for it.
            self.say(tour or (load_demo() if with_demo else f"{settings.SITE_NAME} is at {settings.SITE_URL}"))
            self.say("Stop it with Ctrl-C.")
            if with_demo:
                demo_owner.prove(now=timezone.now())
            connection.close()

        supervisor = Supervisor(
            children=[
                Child("web", web_command(port)),
                Child("worker", worker_command(), WORKER_ENVIRONMENT),
            ],
            ready=lambda: answers(port),
            on_ready=greet,
            say=self.say,
        )
        sys.exit(supervisor.run())

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _may_ask_itself() -> None:
    """The claim of the demo's owner is proven by a word at this very address, which the door would not ask else."""
    settings.NETWORK_ENDPOINTS = [*settings.NETWORK_ENDPOINTS, settings.SITE_URL]
    os.environ["NETWORK_ENDPOINTS"] = ",".join(settings.NETWORK_ENDPOINTS)


WORKER_ENVIRONMENT = {
    # Its everyday lines would bury the tour in the terminal.
    "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    # Matrix products on several threads would take the cores from the web server for little gain.
    "OPENBLAS_NUM_THREADS": "1",
}


def web_command(port: int) -> list[str]:
    gunicorn = [sys.executable, "-m", "gunicorn", "unfragile_site.wsgi", "--config", "python:unfragile_site.server"]
    return [*gunicorn, "--bind", f"{HOST}:{port}"]


def worker_command() -> list[str]:
    """One worker process and the beat inside it. Nobody else listens, so no gossip and no mingling."""
    # Whoever tries the site as root knows that they do.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges"]
    celery = [*python, "-m", "celery", "--quiet", "-A", "unfragile_site", "worker", "--concurrency", "1"]
    beat = ["--beat", "--schedule", str(settings.VAR_DIR / "beat-schedule")]
    return [*celery, *beat, "--without-gossip", "--without-mingle", "--without-heartbeat"]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    probe = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        probe.request("GET", "/healthz")
        return probe.getresponse().status < 500
    except OSError:
        return False
    finally:
        probe.close()


def prepare_database(say: Callable[[str], None]) -> bool:
    """True if there was something to migrate."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    say("Preparing the database ...")
    call_command("migrate", verbosity=0, interactive=False)
    return True


def static_digest() -> str:
    """Changes when a static file does. Sizes and times are enough, and reading nothing keeps a warm start quick."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepare_static_files(say: Callable[[str], None]) -> None:
    if settings.DEBUG:
        return  # served from where they lie
    note = settings.VAR_DIR / "static.digest"
    digest = static_digest()
    if note.exists() and note.read_text() == digest and settings.STATIC_ROOT.is_dir():
        return
    say("Collecting static files ...")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    note.write_text(digest)


def load_demo() -> str:
    """Load the demo catalog if the database has none. Returns the tour, to be shown when the site answers."""
    told = StringIO()
    call_command("demo", if_empty=True, stdout=told)
    return told.getvalue().strip("\n")
