"""Requests through the site's own WSGI application, timed; and the table they are printed in.

The application is called as a server calls it: with an environment, its answer read to the end and closed. So
everything counts that a reader waits for (middleware, opening and returning of database connections) and nothing of a
test client, which leaves connections open and builds requests and responses of its own.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.db import connection


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    ms: float


class Reader:
    """Without cookies an anonymous reader; with those of a session whoever signed in to it."""

    def __init__(self, application: Any, *, cookies: str = "") -> None:
        self.application = application
        self.cookies = cookies

    def get(self, address: str, *, etag: str = "") -> Answer:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote(path),
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_ACCEPT": "*/*",
            "HTTP_USER_AGENT": "bench",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self.cookies:
            environ["HTTP_COOKIE"] = self.cookies
        if etag:
            environ["HTTP_IF_NONE_MATCH"] = etag
        started: list[Any] = []
        before = time.perf_counter()
        response = self.application(environ, lambda status, headers, exc_info=None: started.extend((status, headers)))
        body = b"".join(response)
        response.close()
        ms = (time.perf_counter() - before) * 1000
        return Answer(int(started[0].split()[0]), dict(started[1]), body, ms)


class Queries:
    """Notes statements while it is open; PRAGMAs and health checks of a new connection are no queries of a page."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def count(self) -> int:
        return len(self.statements)

    def __enter__(self) -> Queries:
        connection.execute_wrappers.append(self._counted)
        return self

    def __exit__(self, *error: object) -> None:
        connection.execute_wrappers.remove(self._counted)

    def _counted(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, params, many, context)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns aligned; the first to the left, the others to the right."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    texts = []
    for first, *others in lines:
        texts.append("  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]))
    return "\n".join([texts[0], "-" * len(texts[0]), *texts[1:]])


def against(ratio: float, goal: float | None) -> str:
    """A ratio beside its goal, and whether that is met."""
    return f"{ratio:5.2f}x" if goal is None else f"{ratio:5.2f}x {'met' if ratio <= goal else 'MISSED'} (<= {goal:g}x)"


def memory_mb() -> tuple[float, float]:
    """What this process itself holds right now, mapped files left out; and the most it ever held, with them."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return tuple(int(status[name].split()[0]) * 1024 / 1e6 for name in ("RssAnon", "VmHWM"))  # type: ignore[return-value]
