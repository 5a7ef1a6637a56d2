"""Real DNS servers on loopback: what a name's TXT records are is the test's to say, for each server by itself."""

from __future__ import annotations

import socketserver
import struct
import threading
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass
class Nameserver:
    """By name the records, each as its strings; a name that is not here does not exist."""

    records: dict[str, list[list[str]]] = field(default_factory=dict)
    #: The answer to everything, where it is not the usual one.
    rcode: int = dns.rcode.NOERROR
    is_silent: bool = False
    asked: list[str] = field(default_factory=list)
    _servers: list[socketserver.BaseServer] = field(default_factory=list)
    port: int = 0

    def start(self) -> Nameserver:
        answer = self.answer

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, opened = self.request
                said = answer(data, most=512)
                if said:
                    opened.sendto(said, self.client_address)

        class Stream(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                (length,) = struct.unpack("!H", self.request.recv(2))
                said = answer(self.request.recv(length), most=65_535)
                if said:
                    self.request.sendall(struct.pack("!H", len(said)) + said)

        tcp, udp = _paired(Stream, Datagram)
        self.port = udp.server_address[1]
        for server in (udp, tcp):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            self._servers.append(server)
        return self

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def answer(self, data: bytes, *, most: int) -> bytes:
        if self.is_silent:
            return b""
        question = dns.message.from_wire(data)
        name = str(question.question[0].name).removesuffix(".")
        self.asked.append(name)
        reply = dns.message.make_response(question)
        reply.set_rcode(self.rcode if self.rcode or name in self.records else dns.rcode.NXDOMAIN)
        if self.records.get(name):
            texts = [" ".join(f'"{part}"' for part in parts) for parts in self.records[name]]
            reply.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "TXT", *texts))
        wire: bytes = reply.to_wire(max_size=65_535)
        if len(wire) > most:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            wire = reply.to_wire()
        return wire

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)


def _paired(
    stream: type[socketserver.BaseRequestHandler], datagram: type[socketserver.BaseRequestHandler]
) -> tuple[socketserver.ThreadingTCPServer, socketserver.ThreadingUDPServer]:
    """Both on one port, which somebody else may have for one of the two."""
    while True:
        tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), stream)
        try:
            return tcp, socketserver.ThreadingUDPServer(tcp.server_address[:2], datagram)
        except OSError:
            tcp.server_close()
