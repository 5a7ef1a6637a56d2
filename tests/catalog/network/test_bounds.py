"""What a hostile host can cost at most: time, memory and disk. Real servers on loopback that never behave."""

from __future__ import annotations

import gzip
import itertools
import os
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.network import CLAIMS, IMPORTS, CannotFetch, Profile, Why, download, fetch
from catalog.network.dialing import resolve
from catalog.network.exchange import Head, unpacked
from catalog.network.profiles import KIB, MIB
from tests.loopback import OK, Handler, Loopback, saying
from tests.patience import LONGER, PATIENCE

SHORT = replace(IMPORTS, seconds=1)


def failed(loopback: Loopback, profile: Profile, handler: Handler) -> tuple[Why, float]:
    """Why, and after how many seconds."""
    loopback.serve("registry.dev", handler)
    began = time.monotonic()
    with pytest.raises(CannotFetch) as raised:
        fetch("https://registry.dev/", profile=profile, door=loopback.door)
    return raised.value.why, time.monotonic() - began


def endless(head: str, pieces: Iterator[bytes], pause: float = 0) -> Handler:
    def handler(opened: socket.socket, request: bytes) -> None:
        opened.sendall(head.replace("\n", "\r\n").encode())
        for piece in pieces:
            opened.sendall(piece)
            time.sleep(pause)

    return handler


def bomb(size: int) -> bytes:
    """So many zeros in a thousandth of that."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()


# --- time -------------------------------------------------------------------------------------------------------------

DRIP = itertools.repeat(b"x")


@pytest.mark.parametrize(
    "handler",
    [
        endless(f"{OK}\nContent-Length: 999\n\n", DRIP, 0.1),
        endless(f"{OK}\n\n", DRIP, 0.1),
        endless(f"{OK}\nTransfer-Encoding: chunked\n\n", itertools.repeat(b"1\r\nx\r\n"), 0.1),
        endless(f"{OK}\nTransfer-Encoding: chunked\n\n1;", DRIP, 0.1),
        endless(f"{OK}\nX: ", DRIP, 0.1),
        endless("HTTP", itertools.repeat(b" "), 0.1),
        endless("", itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), 0.3),
        endless("", iter([b""]), LONGER),
        endless(f"{OK}\nContent-Length: 9\n\n", iter([b""]), LONGER),
    ],
    ids=["length", "until-close", "chunks", "chunk-head", "header", "status", "interim", "silent", "silent-body"],
)  # fmt: skip
def test_a_slow_answer_ends_at_the_time_it_has(loopback: Loopback, handler: Handler) -> None:
    """Whatever comes by drops: no drop gives it more time."""
    why, seconds = failed(loopback, SHORT, handler)
    assert why == Why.SLOW
    assert 0.9 <= seconds <= PATIENCE


def test_redirects_share_one_budget_of_time(loopback: Loopback) -> None:
    def handler(opened: socket.socket, request: bytes) -> None:
        time.sleep(0.4)
        saying("HTTP/1.1 302 a\nLocation: /again")(opened, request)

    why, seconds = failed(loopback, SHORT, handler)
    assert why == Why.SLOW
    assert seconds <= PATIENCE


def test_a_handshake_that_never_ends_is_slow(loopback: Loopback) -> None:
    loopback.serve("registry.dev", lambda opened, request: time.sleep(LONGER), port=80)
    loopback.ports["registry.dev", 443] = loopback.ports["registry.dev", 80]
    began = time.monotonic()
    with pytest.raises(CannotFetch) as raised:
        fetch("https://registry.dev/", profile=SHORT, door=loopback.door)
    assert raised.value.why == Why.SLOW
    assert time.monotonic() - began <= PATIENCE


def test_waiting_for_ones_turn_is_no_fault_of_the_host(loopback: Loopback) -> None:
    """Waiting takes real time here: the second waits for longer than it has, and has its whole time after that."""
    clock = loopback.clock

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        time.sleep(3.5)

    loopback.serve("registry.dev", saying(OK))
    door = replace(loopback.door, pace=replace(loopback.pace, sleep=sleep))
    for _ in range(2):
        fetch("https://registry.dev/", profile=replace(IMPORTS, seconds=3), door=door)
    assert clock.waited


def test_the_systems_resolver_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: time.sleep(LONGER) or [])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        resolve("registry.dev.", 0.2)
    assert time.monotonic() - began < PATIENCE


CHUNK = b"3e8\r\n" + b"x" * 1_000 + b"\r\n"
#: A gzip's head, and blocks of no length that are not the last.
NOTHING_PACKED_FOR_EVER = itertools.chain([gzip.compress(b"")[:10]], itertools.repeat(b"\0\0\0\xff\xff" * 99))


# --- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        (saying(f"{OK}\nContent-Length: 16385"), Why.TOO_LARGE),
        (saying(OK, b"x" * (16 * KIB + 1)), Why.TOO_LARGE),
        (endless(f"{OK}\n\n", itertools.repeat(b"x" * 999)), Why.TOO_LARGE),
        (endless(f"{OK}\nTransfer-Encoding: chunked\n\n", itertools.repeat(CHUNK)), Why.TOO_LARGE),
        (saying(f"{OK}\nContent-Encoding: gzip", bomb(MIB)), Why.TOO_LARGE),
        (endless(f"{OK}\nContent-Encoding: gzip\n\n", NOTHING_PACKED_FOR_EVER), Why.TOO_LARGE),
        (saying(f"{OK}\nX: " + "x" * 32 * KIB), Why.TOO_LARGE),
        (saying(OK + "".join(f"\nX-{number}: y" for number in range(101))), Why.TOO_LARGE),
        (endless(f"{OK}\n", (f"X-{number}: y\r\n".encode() for number in itertools.count())), Why.TOO_LARGE),
        (endless(f"{OK}\nX: ", itertools.repeat(b"x" * 999)), Why.TOO_LARGE),
        (endless("", itertools.repeat(b"x" * 999)), Why.TOO_LARGE),
        (endless("", itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")), Why.GARBLED),
        (endless(f"{OK}\nTransfer-Encoding: chunked\n\n0\n", itertools.repeat(b"X: y\r\n" * 99)), Why.TOO_LARGE),
        (saying(f"{OK}\nContent-Encoding: gzip, gzip", gzip.compress(gzip.compress(b"x"))), Why.GARBLED),
        (saying(f"{OK}\nContent-Encoding: br", b"x"), Why.GARBLED),
        (saying(f"{OK}\nContent-Encoding: gzip", b"not packed"), Why.GARBLED),
        (saying(f"{OK}\nContent-Encoding: gzip", gzip.compress(b"x" * 999)[:-9]), Why.GARBLED),
        (saying(f"{OK}\nContent-Encoding: gzip", gzip.compress(b"x") * 2), Why.GARBLED),
        (saying(f"{OK}\nContent-Length: 99", b"half"), Why.GARBLED),
        (saying(f"{OK}\nContent-Length: 1\nContent-Length: 2", b"x"), Why.GARBLED),
        (saying(f"{OK}\nContent-Length: -1", b"x"), Why.GARBLED),
        (saying("HTTP/1.1 101 Switching\nUpgrade: x"), Why.GARBLED),
        (saying("SSH-2.0-OpenSSH"), Why.GARBLED),
        (saying(f"{OK}\nA header without end"), Why.GARBLED),
        (endless("", iter([])), Why.GARBLED),
    ],
)  # fmt: skip
def test_an_answer_out_of_bounds_is_refused_at_once(loopback: Loopback, handler: Handler, why: Why) -> None:
    got, seconds = failed(loopback, replace(CLAIMS, floor=0), handler)
    assert got == why
    assert seconds < 3


def test_a_body_may_be_exactly_as_large_as_allowed(loopback: Loopback) -> None:
    loopback.serve("registry.dev", saying(OK, b"x" * 16 * KIB))
    assert len(fetch("https://registry.dev/", profile=CLAIMS, door=loopback.door).body) == 16 * KIB


@pytest.mark.parametrize("size", [0, 1, 16 * KIB - 1, 16 * KIB, 16 * KIB + 1, 100_000])
@pytest.mark.parametrize("step", [1, 7, 4_096])
def test_a_gzip_is_unpacked_whole_however_it_comes(size: int, step: int) -> None:
    """At the edges of a piece, where what is left to unpack has nothing packed left."""
    text = b"ab" * (size // 2) + b"c" * (size % 2)
    packed = gzip.compress(text)
    chunks = (packed[start : start + step] for start in range(0, len(packed), step))
    assert b"".join(unpacked(chunks, Head(200, {"content-encoding": "gzip"}), most=200_000)) == text


def test_a_download_stops_at_its_cap_and_leaves_nothing(loopback: Loopback, tmp_path: Path) -> None:
    loopback.serve("registry.dev", endless(f"{OK}\n\n", itertools.repeat(b"x" * 65_536)))
    profile = replace(IMPORTS, most_bytes=MIB)
    with pytest.raises(CannotFetch) as raised:
        download("https://registry.dev/", profile=profile, to=tmp_path / "file", door=loopback.door)
    assert raised.value.why == Why.TOO_LARGE
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("file")] == []


# --- memory -----------------------------------------------------------------------------------------------------------

HOSTILE: dict[str, tuple[str, Any]] = {
    "endless": (f"{OK}\n\n", itertools.repeat(b"x" * 65_536)),
    "tiny-chunks": (f"{OK}\nTransfer-Encoding: chunked\n\n", itertools.repeat(b"1\r\nx\r\n" * 4_000)),
    "huge-chunk": (f"{OK}\nTransfer-Encoding: chunked\n\nffffffff\n", itertools.repeat(b"x" * 65_536)),
    "bomb": (f"{OK}\nContent-Encoding: gzip\n\n", [bomb(400 * MIB)]),
    "headers": (f"{OK}\n", itertools.repeat(b"X: y\r\n" * 9_999)),
    "header": (f"{OK}\nX: ", itertools.repeat(b"x" * 65_536)),
    "interim": ("", itertools.repeat(b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 999)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_body_takes_more_than_32_mib(loopback: Loopback, name: str, tmp_path: Path) -> None:
    """The peak of a process of its own, before and after; the 10 MiB that an importer may read are part of it."""
    head, pieces = HOSTILE[name]
    loopback.serve("registry.dev", endless(head, iter(pieces)), port=80)
    port = loopback.ports["registry.dev", 80]
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "unfragile_site.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.catalog.network.peak", str(port), str(tmp_path)],
        capture_output=True, text=True, check=True, timeout=60, env=environment, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    why, grown = done.stdout.split()
    assert why == {"interim": "garbled", "tiny-chunks": "slow"}.get(name, "too_large")
    assert int(grown) <= 32 * 1024
