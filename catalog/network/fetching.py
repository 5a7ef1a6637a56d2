"""Fetches an address within the bounds of a profile: the list of steps, hop by hop. See docs/explanation/network.md."""

from __future__ import annotations

import hashlib
import io
import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.network import url as urls
from catalog.network.dialing import Deadline, Dialer, Resolver, connected, dial, resolve, trusted
from catalog.network.endpoints import is_endpoint, user_agent
from catalog.network.errors import CannotFetch, Why
from catalog.network.exchange import Exchange, Head, Question, unpacked
from catalog.network.pace import Pace
from catalog.network.parsing import json_of
from catalog.network.profiles import Profile
from catalog.network.resting import rest_asked_for
from catalog.network.url import Url

log = logging.getLogger(__name__)

Write = Callable[[bytes], object]
REDIRECTS = (301, 302, 303, 307, 308)
#: Statuses without a body, whatever their headers say.
BODILESS = (204, 304)
#: Failures that count against the host.
OF_THE_HOST = (Why.UNREACHABLE, Why.CERTIFICATE, Why.SLOW, Why.GARBLED)


@dataclass(frozen=True)
class Answer:
    """What the other side said, whatever that is: a 404 and a 500 are answers, too."""

    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    final_url: str
    body: bytes = b""
    #: With `download`: the file, and what is in it.
    path: Path | None = None
    size: int = 0
    sha256: str = ""
    #: Whom we have in fact spoken with.
    address: str = ""

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")

    @property
    def modified(self) -> str:
        return self.headers.get("last-modified", "")

    def json(self) -> Any:
        """Raises CannotFetch where it is none."""
        return json_of(self.body)

    @property
    def is_unchanged(self) -> bool:
        return self.status == 304


def _own_pace() -> Pace:
    return Pace(settings.VAR_DIR / "network.sqlite3")


@dataclass(frozen=True)
class Door:
    """By what the outside is reached. Tests put in their own: servers on loopback answer, and no rule is opened."""

    resolver: Resolver = resolve
    dialer: Dialer = dial
    tls: Callable[[], ssl.SSLContext] = trusted
    pace: Pace = field(default_factory=_own_pace)


def fetch(
    url: str,
    *,
    profile: Profile,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    etag: str = "",
    modified: str = "",
    door: Door | None = None,
) -> Answer:
    """Raises CannotFetch, and nothing else.

    With the etag or the time of modification of an earlier answer, one that has not changed comes back as 304, without
    a body. `headers` and a body go to the host of `url` alone.
    """
    asked = _Asked(profile, door or Door(), method, dict(headers or {}), body, etag, modified)
    kept = io.BytesIO()
    head, final, address = asked.answered(url, kept.write)
    return Answer(head.status, head.headers, str(final), kept.getvalue(), size=kept.tell(), address=address)


def download(
    url: str,
    *,
    profile: Profile,
    to: Path,
    headers: Mapping[str, str] | None = None,
    etag: str = "",
    modified: str = "",
    door: Door | None = None,
) -> Answer:
    """The same for what may be too large for memory: a 200 puts it into the file `to`, whole and in one step. Any other
    answer, and any failure, leaves what is there as it is.
    """
    asked = _Asked(profile, door or Door(), "GET", dict(headers or {}), b"", etag, modified)
    part, digest = to.with_name(f"{to.name}.part"), hashlib.sha256()
    try:
        with part.open("wb") as file:

            def write(piece: bytes) -> None:
                digest.update(piece)
                file.write(piece)

            head, final, address = asked.answered(url, write)
            size = file.tell()
        if head.status != 200:
            return Answer(head.status, head.headers, str(final), address=address)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return Answer(head.status, head.headers, str(final), path=to, size=size, sha256=digest.hexdigest(), address=address)


@dataclass(frozen=True)
class _Asked:
    """What a caller wants: followed from address to address until one has an answer."""

    profile: Profile
    door: Door
    method: str
    headers: Mapping[str, str]
    body: bytes
    etag: str
    modified: str

    def answered(self, url: str, write: Write) -> tuple[Head, Url, str]:
        """A failure takes as long as the profile says at least: how long it took would tell which one it was."""
        pace, began = self.door.pace, self.door.pace.now()
        try:
            return self._followed(urls.split(url), write)
        except CannotFetch as error:
            log.info("not fetched (%s, %s): %s", self.profile.name, error.why, error.detail)
            pace.sleep(max(0.0, began + self.profile.floor - pace.now()))
            raise

    def _followed(self, url: Url, write: Write) -> tuple[Head, Url, str]:
        deadline = Deadline(self.profile.seconds)
        is_at_home, is_ours = True, is_endpoint(url, self.profile)
        self._check(url, is_ours=is_ours)
        for _ in range(self.profile.redirects + 1):
            head, address = self._hop(url, write, deadline, is_at_home=is_at_home, is_ours=is_ours)
            location = head.headers.get("location", "")
            if head.status not in REDIRECTS or not location:
                return head, url, address
            there = url.joined(location)
            if self.method not in ("GET", "HEAD") or (url.scheme, there.scheme) == ("https", "http"):
                raise CannotFetch(Why.REDIRECT, f"{url.host} to {there.scheme} at {there.host}")
            # Whoever answers at an endpoint may send us on within it, and nobody else may send us there.
            is_ours = is_ours and there.origin == url.origin
            try:
                self._check(there, is_ours=is_ours)
            except CannotFetch as error:
                raise CannotFetch(Why.REDIRECT, f"{url.host} to {there.host}: {error.detail}") from error
            # Not even back home: whoever was between may have chosen what is asked for with the caller's headers.
            is_at_home = is_at_home and there.host == url.host
            url = there
        raise CannotFetch(Why.REDIRECT, f"{url.host} is one too many")

    def _check(self, url: Url, *, is_ours: bool) -> None:
        if is_ours:
            return
        hosts = self.profile.hosts
        if url.scheme not in self.profile.schemes or (hosts is not None and url.host not in hosts):
            raise CannotFetch(Why.ADDRESS, f"{url.scheme} at {url.host} is not asked")
        urls.public(url)

    def _hop(self, url: Url, write: Write, deadline: Deadline, *, is_at_home: bool, is_ours: bool) -> tuple[Head, str]:
        """One host's answer, and its address. The body is written out unless it only says where to go."""
        seconds, came = self.profile.seconds, time.monotonic()
        with self.door.pace.turn(url.authority, patience=seconds, lasts=seconds) as turn:
            deadline.extend(time.monotonic() - came)  # waiting for one's turn is no fault of the host's
            try:
                with closing(self._connected(url, deadline, is_ours=is_ours)) as opened:
                    address = str(opened.getpeername()[0])
                    exchange = Exchange(opened, deadline)
                    exchange.ask(self._question(url, is_at_home=is_at_home))
                    head = exchange.head()
                    turn.rest = rest_asked_for(head.headers, head.status, now=self.door.pace.now())
                    if self._has_body(head):
                        for piece in unpacked(exchange.body(), head, most=self.profile.most_bytes):
                            write(piece)
                turn.went_well = head.status < 500
            except CannotFetch as error:
                if error.why in OF_THE_HOST:
                    turn.went_well = False
                raise
        return head, address

    def _connected(self, url: Url, deadline: Deadline, *, is_ours: bool) -> socket.socket:
        door = self.door
        return connected(
            url, deadline=deadline, resolver=door.resolver, dialer=door.dialer, tls=door.tls(), is_endpoint=is_ours
        )

    def _question(self, url: Url, *, is_at_home: bool) -> Question:
        """What the caller says is for the first host only."""
        headers = {
            "User-Agent": user_agent(),
            "Accept": "*/*",
            "Accept-Encoding": "gzip" if self.profile.may_be_packed else "identity",
        }
        if is_at_home:
            headers |= {"If-None-Match": self.etag} if self.etag else {}
            headers |= {"If-Modified-Since": self.modified} if self.modified else {}
            headers |= self.headers
        return Question(url, self.method, headers, self.body if is_at_home else b"")

    def _has_body(self, head: Head) -> bool:
        is_redirect = head.status in REDIRECTS and "location" in head.headers
        return self.profile.has_body and self.method != "HEAD" and head.status not in BODILESS and not is_redirect
