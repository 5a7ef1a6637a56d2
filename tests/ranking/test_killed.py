"""kill -9 in the middle of a build, at each step of it, in processes of their own: readers keep what they had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
#: Makes sure that what is live is whole, says which it is, and begins a build that dies at the step named.
SCRIPT = """
import os, signal, sys, django
django.setup()
from django.utils import timezone
from catalog.models import CatalogState, Generation
from ranking import generations
from ranking.models import Build, Lease
from ranking.publish import checksum_of

live = CatalogState.objects.get(pk=1).live_generation if sys.argv[1] != "begin" else None
if sys.argv[1] == "begin":
    from tests.ranking.conftest import make_ranked
    make_ranked(12, now=timezone.now())
else:
    assert checksum_of(live) == live.build.checksum, "what is live is not whole"
    assert live.breakdowns.count() == 12
    print(live.number)
    sys.stdout.flush()
Lease.objects.update(until=None)  # a dead builder's runs out by itself, in ten minutes
step = sys.argv[2]
seen = []
def heard(name):
    seen.append(name)
    if f"{name}{seen.count(name)}" == step:
        os.kill(os.getpid(), signal.SIGKILL)
it = generations.build(now=timezone.now(), clock=timezone.now, step=heard)
print(it.state, Generation.objects.count())
"""
#: Small batches, so that it also dies between two of them.
STEPS = (
    "taken1",
    "cleared1",
    "standings1",
    "standings2",
    "standings3",
    "breakdowns1",
    "breakdowns3",
    "written1",
    "checked1",
)


@pytest.fixture
def environment(tmp_path: Path, transactional_db: None) -> dict[str, str]:
    """A database that other processes can open: the test's own on PostgreSQL, a file on SQLite. What they write into
    the test's own is taken out after it because `transactional_db` stands above: asked for later, it is not heard.
    """
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "unfragile_site.settings", "VAR_DIR": str(tmp_path)}
    environment.pop("REDIS_URL", None)
    if connection.vendor == "postgresql":
        it: dict[str, Any] = connection.settings_dict
        environment["DATABASE_URL"] = f"postgres://{it['USER']}:{it['PASSWORD']}@{it['HOST']}:{it['PORT']}/{it['NAME']}"
    else:
        environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'killed.sqlite3'}"
        command = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return environment


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    script = SCRIPT.replace("it = generations", "generations.AT_ONCE = 5\nit = generations")
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_whatever_step_it_dies_at_the_old_generation_is_served(environment: dict[str, str]) -> None:
    first = run(environment, "begin", "never")
    assert first.stdout.split() == ["published", "1"], first.stderr
    for step in STEPS:
        killed = run(environment, "go on", step)
        assert killed.returncode == -signal.SIGKILL, (step, killed.stdout, killed.stderr)
        assert killed.stdout.split() == ["1"], step
    # Killed right after the switch: the new one is live, and whole.
    after = run(environment, "go on", "published1")
    assert (after.returncode, after.stdout.split()) == (-signal.SIGKILL, ["1"])
    last = run(environment, "go on", "never")
    assert last.returncode == 0, last.stderr
    number, state, kept = last.stdout.split()
    assert int(number) > len(STEPS)
    assert (state, kept) == ("published", "2")
