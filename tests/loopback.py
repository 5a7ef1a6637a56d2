"""Real servers on loopback under public names: resolver and dialer are the tests' own, and all rules stay closed."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from catalog.network import Door
from catalog.network.addresses import Address
from catalog.network.pace import Pace

#: What every name resolves to unless a test says otherwise.
PUBLIC = ip_address("93.184.215.14")
#: A certificate for registry.dev, mirror.dev and the hosts that proofs are asked of, with its key. Good for nothing but
#: these tests.
CERTIFICATE = Path(__file__).with_name("loopback.pem")

Handler = Callable[[socket.socket, bytes], None]


@dataclass
class Clock:
    """Time passes by waiting alone, which takes none. What is waited for is noted."""

    ahead: float = 0
    waited: list[float] = field(default_factory=list)

    def now(self) -> float:
        return 1_795_000_000 + self.ahead

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.ahead += seconds


@dataclass
class Loopback:
    """Servers by host name, and a door that leads to them."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    answers: dict[str, list[Address]] = field(default_factory=dict)
    ports: dict[tuple[str, int], int] = field(default_factory=dict)
    #: Every address that was dialled, with its port; and every request, by host.
    dialled: list[tuple[Address, int]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _listening: list[socket.socket] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)

    def serve(self, host: str, handler: Handler, *, port: int = 443) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self._listening.append(listener)
        self.ports[host, port] = listener.getsockname()[1]
        context = None
        if port == 443:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
        threading.Thread(target=self._accept, args=(listener, handler, context), daemon=True).start()

    def _accept(self, listener: socket.socket, handler: Handler, context: ssl.SSLContext | None) -> None:
        while True:
            try:
                opened, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(opened, handler, context), daemon=True).start()

    def _answer(self, opened: socket.socket, handler: Handler, context: ssl.SSLContext | None) -> None:
        with contextlib.suppress(OSError), opened:
            spoken = context.wrap_socket(opened, server_side=True) if context else opened
            with spoken:
                request = b""
                while b"\r\n\r\n" not in request and (more := spoken.recv(65536)):
                    request += more
                self.asked.append(request.decode("latin-1"))
                handler(spoken, request)

    def resolver(self, name: str, seconds: float) -> list[Address]:
        self._names.append(name.removesuffix("."))
        return self.answers.get(self._names[-1], [PUBLIC])

    def dialer(self, address: Address, port: int, seconds: float) -> socket.socket:
        self.dialled.append((address, port))
        there = self.ports.get((self._names[-1] if self._names else str(address), port))
        if there is None:
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", there), timeout=seconds)

    def tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(CERTIFICATE))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    @property
    def pace(self) -> Pace:
        return Pace(self.folder / "network.sqlite3", now=self.clock.now, sleep=self.clock.sleep)

    @property
    def door(self) -> Door:
        return Door(self.resolver, self.dialer, self.tls, self.pace)

    def close(self) -> None:
        for listener in self._listening:
            listener.close()


def saying(text: str, body: bytes = b"") -> Handler:
    """A handler that says this, with the length of its body where it has none stated."""
    head = text.replace("\n", "\r\n").encode("latin-1")
    length = b"" if b"ontent-Length" in head else b"\r\nContent-Length: %d" % len(body)
    return lambda opened, request: opened.sendall(head + length + b"\r\n\r\n" + body)


OK = "HTTP/1.1 200 OK"
