"""One question and its answer over a connected socket: HTTP/1.1 by h11, which opens nothing, reads nothing by itself
and knows no proxies, cookies or stored passwords. What limits an answer while it comes is here; how much of it is
wanted, fetching.py says.
"""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import h11

from catalog.network.dialing import Deadline
from catalog.network.errors import CannotFetch, Why
from catalog.network.profiles import HEAD_BYTES, HEAD_FIELDS, KIB
from catalog.network.url import Url

#: Bytes read, or unpacked, at a time.
CHUNK = 16 * KIB
#: Answers before the answer ("100 Continue") that are put up with.
INTERIM = 8


@dataclass(frozen=True)
class Question:
    url: Url
    method: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Head:
    status: int
    #: Names in lower case. Of one that came more than once the values are joined by commas.
    headers: Mapping[str, str]


class Exchange:
    """Use once: `head()`, then `body()`."""

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._socket = opened
        self._deadline = deadline
        # What is not a whole head by then, or a whole line of a chunk, never will be.
        self._http = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)

    def ask(self, question: Question) -> None:
        headers = {"Host": question.url.authority, **question.headers, "Connection": "close"}
        if question.body:
            headers["Content-Length"] = str(len(question.body))
        with _told_apart():
            fields = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
            events: list[h11.Event] = [
                h11.Request(method=question.method, target=question.url.target, headers=fields),
                *([h11.Data(data=question.body)] if question.body else []),
                h11.EndOfMessage(),
            ]
            unsent = memoryview(b"".join(self._http.send(event) or b"" for event in events))
            while unsent:
                self._socket.settimeout(self._deadline.left())
                unsent = unsent[self._socket.send(unsent) :]

    def head(self) -> Head:
        for _ in range(INTERIM):
            event = self._next()
            if isinstance(event, h11.Response):
                return _head(event)
            if not isinstance(event, h11.InformationalResponse) or event.status_code == 101:
                break
        raise CannotFetch(Why.GARBLED, "no answer before the end")

    def body(self) -> Iterator[bytes]:
        """As it comes, with chunking taken off. Ends where the other side has said, or raises."""
        while isinstance(event := self._next(), h11.Data):
            yield bytes(event.data)

    def _next(self) -> h11.Event | type[h11.PAUSED]:
        with _told_apart():
            while (event := self._http.next_event()) is h11.NEED_DATA:
                # Each byte may come in time and all together too late: what is left of the whole counts, every time.
                self._socket.settimeout(self._deadline.left())
                self._http.receive_data(self._socket.recv(CHUNK))
        return event  # type: ignore[return-value]


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except h11.RemoteProtocolError as error:
        is_large = error.error_status_hint == 431
        raise CannotFetch(Why.TOO_LARGE if is_large else Why.GARBLED, str(error)) from error
    except (h11.LocalProtocolError, UnicodeError) as error:  # an etag, say, that was kept and is none
        raise CannotFetch(Why.GARBLED, f"not to be asked so: {error}") from error
    except TimeoutError as error:
        raise CannotFetch(Why.SLOW) from error
    except OSError as error:
        raise CannotFetch(Why.GARBLED, f"broken off: {error}") from error


def _head(event: h11.Response) -> Head:
    fields = event.headers.raw_items()
    if len(fields) > HEAD_FIELDS or sum(len(name) + len(value) for name, value in fields) > HEAD_BYTES:
        raise CannotFetch(Why.TOO_LARGE, "its head")
    headers: dict[str, str] = {}
    for raw_name, raw_value in fields:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Head(event.status_code, headers)


def unpacked(chunks: Iterator[bytes], head: Head, *, most: int) -> Iterator[bytes]:
    """At most so many bytes, one layer of gzip taken off. Raises TOO_LARGE where there is more, packed or unpacked."""
    coding = head.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise CannotFetch(Why.GARBLED, f"packed as {coding[:40]}")
    if int(head.headers.get("content-length", 0)) > most:
        raise CannotFetch(Why.TOO_LARGE, "its body, as it says itself")
    given = 0
    for piece in chunks if coding in ("", "identity") else _gunzipped(chunks, most):
        given += len(piece)
        if given > most:
            raise CannotFetch(Why.TOO_LARGE, "its body")
        yield piece


def _gunzipped(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    gzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    taken = 0
    try:
        for packed in chunks:
            taken += len(packed)
            if taken > most:  # a stream that never unpacks to anything
                raise CannotFetch(Why.TOO_LARGE, "its packed body")
            piece = b""
            # A few packed bytes may hold a thousand times as many: never more of them than one piece. A full piece may
            # have more behind it although nothing packed is left.
            while (packed or len(piece) == CHUNK) and not gzip.eof:
                piece = gzip.decompress(packed, CHUNK)
                packed = gzip.unconsumed_tail
                yield piece
    except zlib.error as error:
        raise CannotFetch(Why.GARBLED, str(error)) from error
    if not gzip.eof or gzip.unused_data:
        raise CannotFetch(Why.GARBLED, "half a gzip, or more than one")
