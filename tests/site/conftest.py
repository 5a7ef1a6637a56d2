"""Commands in a process of their own: settings are read once per process, so each environment needs one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]

# All that production asks for.
PRODUCTION = {
    "UNFRAGILE_ENV": "production",
    "SECRET_KEY": "a-long-secret-that-is-only-here-for-tests-0123456789-abcdefghijklmnop",
    "ALLOWED_HOSTS": "unfragile.example",
    "DATABASE_URL": "postgres://unfragile:secret@127.0.0.1:1/unfragile",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "DEFAULT_FROM_EMAIL": "Unfragile <hello@unfragile.example>",
    "EMAIL_URL": "smtp+tls://user:secret@mail.unfragile.example:587",
    "SITE_URL": "https://unfragile.example",
    "PROXY_COUNT": "1",
}


@pytest.fixture
def production() -> dict[str, str]:
    return dict(PRODUCTION)


@pytest.fixture
def clean_environment(tmp_path: Path) -> dict[str, str]:
    """Nothing of the machine's or the test run's environment but what a process cannot do without."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"VAR_DIR": str(tmp_path / "var")}


@pytest.fixture
def run(clean_environment: dict[str, str]) -> Run:
    """run("manage.py", "check", DEBUG="1") -> the completed process."""

    def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=clean_environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run_python
