"""What tests of claims rely on: an artifact whose website and repository answer on loopback, and two name servers."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from catalog.models import Artifact
from claims import checking, ownership
from claims.choices import Outcome
from claims.models import Claim
from claims.ownership import places
from claims.places import Place
from claims.proofs import Reach, Seen
from tests import auditing, cast
from tests.auditing import allow_changes
from tests.factories import make_artifact
from tests.loopback import Loopback
from tests.nameservers import Nameserver
from tests.remembered import remembered

NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
HOSTS = ("maker.dev", "www.maker.dev", "api.github.com", "raw.githubusercontent.com", "gitlab.com", "huggingface.co")


REPOSITORY = "maker/scribe"
MANIFEST = """unfragile: "1.0"
artifact:
  slug: scribe
  name: Scribe
  kind: mcp
  tagline: Writes minutes of meetings
  licence: MIT
  homepage: https://www.maker.dev/scribe/
  repository: https://github.com/maker/scribe
  ids: {npm: "@maker/scribe"}
capabilities:
  - capability: text.minutes
    title: Minutes of a meeting
    description: Who said what, and what was decided.
    intents: [write minutes, sum up a call]
"""


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

    def put_file(
        self, path: str, text: str | bytes, *, branch: str = "main", name: str = ".unfragile-challenge"
    ) -> None:
        self.say(f"https://raw.githubusercontent.com/{path}/{branch}/{name}", text)

    def put_manifest(self, text: str | bytes) -> None:
        self.put_file(REPOSITORY, text, name="unfragile.yml")

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
@remembered
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


def held_by(person: User, artifact: Artifact, *, now: dt.datetime = NOW, method: str = "dns") -> Claim:
    """A claim that was proven just now, without anybody looking."""
    proof = ownership.open_claim(artifact, place_of(artifact, method), by=person, now=now)
    ownership.took_place(proof.pk, Seen(Outcome.PRESENT, "there"), host="maker.dev", by=person, now=now)
    return Claim.objects.get(pk=proof.claim_id)


@pytest.fixture
def letters_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction is never kept, so nothing would ever be sent."""
    monkeypatch.setattr("claims.notices.on_commit", lambda send: send())


class Many:
    """Threads, each with a connection of its own: to the test's database, or to a copy of it in a file on SQLite, whose
    connections to memory would be in each other's way. What they did is therefore read by a thread, too.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.is_ready = folder, False

    def at_once(self, times: int, act: Callable[[], object]) -> list[object]:
        """What each has brought, or how it failed. All begin together."""
        if connection.vendor == "sqlite" and not self.is_ready:
            file = self.folder / "many.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(file)])
            connections.settings["default"]["NAME"] = str(file)
        self.is_ready = True
        barrier, brought = threading.Barrier(times), list[object]()

        def run() -> None:
            try:
                barrier.wait()
                brought.append(act())
            except Exception as error:
                brought.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(times)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return brought

    def read(self, ask: Callable[[], object]) -> object:
        return self.at_once(1, ask)[0]


@pytest.fixture
def many(transactional_db: None, tmp_path: Path) -> Iterator[Many]:
    name = connections.settings["default"]["NAME"]
    yield Many(tmp_path)
    # Before anything closes the connection to memory: under another name it would be closed in earnest.
    connections.settings["default"]["NAME"] = name
    auditing.empty()


@pytest.fixture
def by_repository(world: World, scribe: Artifact) -> Claim:
    """Olga's, proven by a file in the repository."""
    proof = ownership.open_claim(scribe, place_of(scribe, "repository"), by=cast.olga(), now=NOW)
    world.put_repository(REPOSITORY)
    world.put_file(REPOSITORY, proof.token)
    found = checking.look_for(proof, now=NOW, reach=world.reach)
    assert found is not None
    assert found.outcome == "present"
    return Claim.objects.select_related("artifact").get()
