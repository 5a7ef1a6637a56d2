"""Keeps a few processes running until told to stop: what `serve` uses for web server and worker.

A process that dies is started again, ever more slowly; one that keeps dying at once ends the whole. Nothing outlives
the supervisor: every child leads its own process group, which is ended with it. Knows nothing about Django.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

FAST_DEATH = 10.0  # seconds: a child that lived shorter has not really started
MOST_FAST_DEATHS = 5  # in a row, then it is hopeless
FIRST_PAUSE = 0.5  # seconds before a dead child is started again; doubles with each fast death
LONGEST_PAUSE = 10.0  # seconds
GRACE = 15.0  # seconds for a child to finish what it is doing
TICK = 0.1  # seconds between two looks

SUPERVISOR_PID = "UNFRAGILE_SUPERVISOR_PID"
PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def end_with_supervisor() -> None:
    """Called by a child in its own process: have the kernel stop it if the supervisor is killed outright.

    Linux only. Elsewhere a killed supervisor leaves its children behind; one that is stopped never does.
    """
    if sys.platform != "linux" or os.environ.get(SUPERVISOR_PID) != str(os.getppid()):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    fast_deaths: int = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  our own command line
            self.command,
            env=os.environ | self.environment | {SUPERVISOR_PID: str(os.getpid())},
            start_new_session=True,
        )

    def signal(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def sweep(self) -> None:
        """End whatever the process has left in its group."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Supervisor:
    """The first child is started at once, the others when `ready` says that it answers."""

    children: list[Child]
    ready: Callable[[], bool]
    on_ready: Callable[[], None]
    say: Callable[[str], None]
    stopping: bool = field(default=False, init=False)
    is_ready: bool = field(default=False, init=False)

    def run(self) -> int:
        """Returns the exit status: 0 after being told to stop, 1 after giving up."""
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.children[0].start()
            while not self.stopping:
                hopeless = self.look_after_children()
                if hopeless:
                    self.say(
                        f"The {hopeless.name} process died {MOST_FAST_DEATHS} times right after its start. "
                        "The lines above say why. Giving up."
                    )
                    return 1
                if not self.is_ready and self.ready():
                    self.is_ready = True
                    for child in self.children[1:]:
                        child.start()
                    self.on_ready()
                time.sleep(TICK)
            return 0
        finally:
            self.end_children()
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:  # asked twice: no more waiting
            for child in self.children:
                child.signal(signal.SIGKILL)
        self.stopping = True

    def look_after_children(self) -> Child | None:
        """Start again what died and has waited its time. Returns a child that cannot be helped."""
        now = time.monotonic()
        for child in self.children:
            if child.process and child.process.poll() is not None:
                status = child.process.returncode
                child.sweep()  # its own children must not meet their successors
                child.process = None
                child.fast_deaths = child.fast_deaths + 1 if now - child.started_at < FAST_DEATH else 0
                if child.fast_deaths >= MOST_FAST_DEATHS:
                    return child
                pause = min(FIRST_PAUSE * 2**child.fast_deaths, LONGEST_PAUSE)
                child.start_again_at = now + pause
                self.say(f"The {child.name} process ended with status {status}. Starting it again in {pause:.0f} s.")
            elif not child.process and child.start_again_at and now >= child.start_again_at:
                child.start_again_at = 0.0
                child.start()
        return None

    def end_children(self) -> None:
        """Ask first, then insist. Last started, first stopped: the worker before the web server."""
        for child in reversed(self.children):
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and any(c.process and c.process.poll() is None for c in self.children):
            time.sleep(TICK / 2)
        for child in self.children:
            child.sweep()
