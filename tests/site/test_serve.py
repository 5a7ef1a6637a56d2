"""`manage.py serve` from the outside: it starts, answers, heals, stops, and keeps its data."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as site

from unfragile_site import supervisor
from unfragile_site.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parents[2]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find what is left running")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A served site of its own: a port, a folder, and what it has said."""

    def __init__(self, environment: dict[str, str], said: Path) -> None:
        self.port = free_port()
        self.environment = environment | {"PORT": str(self.port)}
        self.said_file = said
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", "serve", *arguments]
        with self.said_file.open("wb") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=said, stderr=said)
        # It loads and ranks the demo catalog first, while other tests share the machine.
        self.wait_until(lambda: "Stop it with Ctrl-C." in self.said(), "the greeting", 150)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(30)

    def said(self) -> str:
        return self.said_file.read_text()

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def answers(self, path: str) -> bool:
        try:
            return self.get(path)[0] == 200
        except OSError:
            return False

    def heartbeat_age(self) -> float | None:
        return json.loads(self.get("/readyz")[1])["heartbeat_age_seconds"]

    def wait_until(self, condition: Callable[[], object], what: str, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}. It said:\n{self.said()}"
            assert self.process is None or self.process.poll() is None, f"it ended. It said:\n{self.said()}"
            time.sleep(0.1)

    def processes(self, having: str = "") -> list[int]:
        """Every process that carries this site's environment, by the words of its command line."""
        mark = f"VAR_DIR={self.environment['VAR_DIR']}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    environment = (folder / "environ").read_bytes().split(b"\0")
                    command = (folder / "cmdline").read_bytes().decode()
                except OSError:
                    continue  # it has just ended
                if mark in environment and command and having in command:
                    found.append(int(folder.name))
        return sorted(found)


@pytest.fixture
def served(clean_environment: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    made = Site(clean_environment, tmp_path / "said")
    yield made
    if made.process and made.process.poll() is None:
        made.process.kill()
        made.process.wait()
    for left in made.processes():
        os.kill(left, signal.SIGKILL)


def test_a_busy_port_is_one_plain_sentence(run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("manage.py", "serve", PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {port} on 127.0.0.1 is in use. Stop what runs there, or choose another: make run PORT={port + 1}"
    )


@linux_only
def test_a_life_of_the_site(served: Site, run) -> None:
    served.start("--no-demo")
    status, page = served.get("/accounts/login/")
    assert status == 200
    [style, *_] = re.findall(rb'href="(/static/[^"]+\.css)"', page)
    assert re.search(rb"\.[0-9a-f]{12}\.css$", style), "static files carry their digest in their name"
    assert served.get(style.decode())[0] == 200
    served.wait_until(lambda: served.heartbeat_age() is not None, "a task that went through broker and worker")

    # Longer than what gunicorn itself would take, which answers such a one with a bare line.
    status, page = served.get(f"/compare/{'a' * 9_000}/")
    assert (status, b"That address is too long" in page, b"Put a comparison together" in page) == (414, True, True)
    status, body = served.get(f"/api/v1/comparisons/?artifacts={'a,' * 4_500}")
    assert (status, json.loads(body)["detail"]) == (414, "The address may have 8,000 characters.")

    # Each child is started again when it dies, and leaves nothing behind.
    web, worker = served.processes("gunicorn")[0], served.processes("celery")[0]
    os.kill(worker, signal.SIGKILL)
    os.kill(web, signal.SIGKILL)
    served.wait_until(lambda: served.answers("/healthz") and web not in served.processes(), "the web server again")
    served.wait_until(lambda: "The worker process ended with status -9" in served.said(), "a word about the worker")
    served.wait_until(
        lambda: len(served.processes("celery")) == 3 and worker not in served.processes(), "worker, its child and beat"
    )

    run("manage.py", "createsuperuser", "--noinput", "--username=erin", "--email=", DJANGO_SUPERUSER_PASSWORD="x" * 12)
    assert served.stop(signal.SIGTERM) == 0
    assert served.processes() == []

    # The second start has nothing to prepare, and finds what the first has left.
    served.start("--no-demo")
    assert "Preparing" not in served.said()
    assert "Collecting" not in served.said()
    users = run(
        "manage.py",
        "shell",
        "--no-imports",
        "-c",
        "from django.contrib.auth.models import User as U; print(U.objects.get())",
    )
    assert users.stdout.strip() == "erin"
    assert served.stop(signal.SIGINT) == 0
    assert served.processes() == []


@linux_only
def test_nothing_survives_a_killed_supervisor(served: Site) -> None:
    served.start("--no-demo")
    served.wait_until(lambda: served.heartbeat_age() is not None, "the worker")
    assert served.stop(signal.SIGKILL) == -signal.SIGKILL
    served.process = None
    served.wait_until(lambda: served.processes() == [], "the end of all children")


@linux_only
@pytest.mark.redis
def test_with_redis_the_same_tasks_travel_through_it(served: Site) -> None:
    served.environment["REDIS_URL"] = site.REDIS_URL
    served.start("--no-demo")
    served.wait_until(lambda: served.heartbeat_age() is not None, "a task that went through Redis")
    assert not list(Path(served.environment["VAR_DIR"]).glob("broker/messages/*"))
    assert served.stop() == 0


@linux_only
def test_the_demo_is_loaded_once_and_its_tour_comes_last(served: Site) -> None:
    served.start()
    for_people = [line for line in served.said().splitlines() if not line.startswith("{")]
    assert for_people[-1] == "Stop it with Ctrl-C."
    assert served.answers("/")
    assert served.stop() == 0

    served.start()
    assert "Preparing" not in served.said()
    assert served.answers("/")
    assert served.stop() == 0


class TestSupervisor:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch) -> None:
        monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.001)
        monkeypatch.setattr(supervisor, "TICK", 0.01)

    def test_gives_up_on_a_child_that_keeps_dying(self) -> None:
        said: list[str] = []
        made = Supervisor(
            [Child("web", [sys.executable, "-c", "raise SystemExit(3)"])],
            ready=lambda: False,
            on_ready=lambda: None,
            say=said.append,
        )
        assert made.run() == 1
        assert len(said) == supervisor.MOST_FAST_DEATHS
        assert said[0].startswith("The web process ended with status 3. Starting it again")
        assert said[-1].startswith("The web process died 5 times right after its start.")

    def test_starts_the_others_when_the_first_answers_and_says_so_once(self, tmp_path: Path) -> None:
        sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
        made = Supervisor(
            [Child("web", sleeper), Child("worker", sleeper)],
            ready=lambda: True,
            on_ready=lambda: made.stop(signal.SIGTERM, None),
            say=lambda text: None,
        )
        assert made.run() == 0
        assert all(child.process and child.process.returncode == -signal.SIGTERM for child in made.children)

    def test_insists_when_a_child_does_not_listen(self, monkeypatch) -> None:
        monkeypatch.setattr(supervisor, "GRACE", 0.2)
        deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
        child = Child("web", [sys.executable, "-c", deaf])
        started = time.monotonic()
        made = Supervisor(
            [child],
            ready=lambda: time.monotonic() > started + 0.5,
            on_ready=lambda: made.stop(signal.SIGTERM, None),
            say=lambda text: None,
        )
        assert made.run() == 0
        assert child.process
        assert child.process.returncode == -signal.SIGKILL
