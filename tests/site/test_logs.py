"""A line for machines is one JSON object; a line for people is short. Both know the request, neither tells too much."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from unfragile_site.logs import JsonFormatter, PlainFormatter, request_id


def record(message: str = "took %s", *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("catalog.importers", logging.WARNING, __file__, 1, message, arguments, None)
    vars(made).update(extra)
    return made


@pytest.fixture
def in_request():
    token = request_id.set("abc12345")
    yield
    request_id.reset(token)


def test_a_line_is_one_json_object() -> None:
    line = JsonFormatter().format(record("two\nlines %s", "“é”"))
    assert "\n" not in line
    assert "é" in line
    made = json.loads(line)
    assert made["message"] == "two\nlines “é”"
    assert (made["level"], made["logger"]) == ("warning", "catalog.importers")
    assert made["time"].endswith("+00:00")
    assert "request_id" not in made


@pytest.mark.usefixtures("in_request")
def test_a_line_knows_its_request() -> None:
    assert json.loads(JsonFormatter().format(record("x")))["request_id"] == "abc12345"
    assert PlainFormatter().format(record("x")).endswith("[abc12345]")


def test_only_known_extra_fields_are_written() -> None:
    made = json.loads(JsonFormatter().format(record("x", status=200, path="/", password="hunter2")))
    assert (made["status"], made["path"]) == (200, "/")
    assert "hunter2" not in str(made)


def test_an_exception_is_kept_with_its_line() -> None:
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        made = record("x")
        made.exc_info = sys.exc_info()
    assert "ZeroDivisionError" in json.loads(JsonFormatter().format(made))["exception"]
    assert "ZeroDivisionError" in PlainFormatter().format(made)


def test_a_line_for_people_is_short() -> None:
    line = PlainFormatter().format(record("took %s", "3 s", status=200))
    assert line.endswith("WARNING catalog.importers: took 3 s status=200")
