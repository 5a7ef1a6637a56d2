"""What the server is handed, which Django's test client would tidy up first."""

from __future__ import annotations

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

#: Ending an answer looks after connections, which a test has to be allowed.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("method", "has_body"), [("GET", True), ("HEAD", False)])
def test_a_head_is_answered_with_the_length_and_without_the_body(method: str, has_body: bool) -> None:
    from unfragile_site.wsgi import application

    told: dict[str, str] = {}

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> None:
        told.update(headers, status=status)

    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": "/healthz"}
    setup_testing_defaults(environ)
    answer = application(environ, start)
    body = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    assert told["status"] == "200 OK"
    assert told["Content-Length"] == str(len(b'{"status": "ok"}'))
    assert bool(body) is has_body
