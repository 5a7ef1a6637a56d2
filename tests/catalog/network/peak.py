"""A process that fetches one hostile answer, and prints how that ended and by how many KiB its memory has grown.

Started by test_bounds.py: `python -m tests.catalog.network.peak PORT FOLDER`.
"""

from __future__ import annotations

import itertools
import re
import socket
import sys
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from catalog.network import IMPORTS, CannotFetch, Door, fetch
from catalog.network.pace import Pace


def peak() -> int:
    """KiB. Not by getrusage, where a child begins with what its parent had."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


def main(port: int, folder: Path) -> None:
    """A refused connection goes first, so that all that is loaded for a fetch has been."""
    ports = itertools.chain([1], itertools.repeat(port))
    door = Door(
        resolver=lambda name, seconds: [ip_address("93.184.215.14")],
        dialer=lambda address, at, seconds: socket.create_connection(("127.0.0.1", next(ports)), timeout=seconds),
        pace=Pace(folder / "network.sqlite3"),
    )
    why, before = "", 0
    for _ in range(2):
        before = peak()
        try:
            fetch("http://registry.dev/", profile=replace(IMPORTS, seconds=5), door=door)
        except CannotFetch as error:
            why = error.why
    print(why, peak() - before)  # noqa: T201 - for the test that reads it


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
