"""What tests of claims rely on: an artifact whose website and repository answer on loopback, and two name servers."""

from __future__ import annotations

import datetime as dt
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from catalog.models import Artifact
from claims.ownership import places
from claims.places import Place
from claims.proofs import Reach
from tests.auditing import allow_changes
from tests.factories import make_artifact
from tests.loopback import Loopback
from tests.nameservers import Nameserver

NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
HOSTS = ("maker.dev", "www.maker.dev", "api.github.com", "raw.githubusercontent.com", "gitlab.com", "huggingface.co")


@dataclass
class World:
    """Pages by address: (status, body). Everything else is a 404."""

    folder: Path
    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    loopback: Loopback = field(init=False)
    names: tuple[Nameserver, Nameserver] = field(init=False)

    def __post_init__(self) -> None:
        self.loopback = Loopback(self.folder)
        for host in HOSTS:
            self.loopback.serve(host, self._handler(host))
        self.names = (Nameserver().start(), Nameserver().start())

    def _handler(self, host: str) -> Callable[[socket.socket, bytes], None]:
        def answer(opened: socket.socket, request: bytes) -> None:
            path = request.split(b" ")[1].decode()
            status, body = self.pages.get(f"https://{host}{path}", (404, b"not here"))
            extra = b""
            if status in (301, 302):
                extra, body = b"Location: " + body + b"\r\n", b""
            head = b"HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n" % (status, extra, len(body))
            opened.sendall(head + body)

        return answer

    @property
    def reach(self) -> Reach:
        return Reach(self.loopback.door, [one.address for one in self.names])

    def say(self, address: str, body: str | bytes | dict[str, object], *, status: int = 200) -> None:
        if isinstance(body, dict):
            body = json.dumps(body)
        self.pages[address] = (status, body.encode() if isinstance(body, str) else body)

    def put_txt(self, host: str, *texts: str, at: tuple[int, ...] = (0, 1)) -> None:
        for number in at:
            self.names[number].records[f"_unfragile-challenge.{host}"] = [[text] for text in texts]

    def put_repository(self, path: str, *, key: int = 1, owner: int = 7, **said: object) -> None:
        told = {
            "id": key,
            "owner": {"id": owner},
            "full_name": path,
            "default_branch": "main",
            "fork": False,
            "private": False,
            **said,
        }
        self.say(f"https://api.github.com/repos/{path}", told)
        self.say(f"https://api.github.com/repositories/{key}", told)

    def put_file(self, path: str, text: str, *, branch: str = "main") -> None:
        self.say(f"https://raw.githubusercontent.com/{path}/{branch}/.unfragile-challenge", text)

    def close(self) -> None:
        self.loopback.close()
        for one in self.names:
            one.stop()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    there = World(tmp_path)
    yield there
    there.close()


@pytest.fixture
def scribe(db: None) -> Artifact:
    return make_artifact(
        name="Scribe",
        slug="scribe",
        kind="mcp",
        homepage="https://www.maker.dev/scribe",
        repository="https://github.com/maker/scribe",
    )


def place_of(artifact: Artifact, method: str, where: str = "") -> Place:
    return next(one for one in places(artifact) if one.method == method and where in one.where)


@pytest.fixture
def trigger_off(db: None) -> None:
    """Somebody who may change the tables themselves: what they do then is noticed by the digests alone."""
    allow_changes()
