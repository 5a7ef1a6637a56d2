"""JSON from a stranger: strict, and not nested deeper than anybody needs."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from catalog.network.errors import CannotFetch, Why

#: Lists and objects within each other. What walks an answer may then do so by recursion.
DEEPEST = 64


def json_of(body: bytes) -> Any:
    """Raises CannotFetch. NaN and Infinity are no JSON, and neither is anything but UTF-8."""
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise CannotFetch(Why.GARBLED, f"no JSON: {type(error).__name__}") from error
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return value
    raise CannotFetch(Why.GARBLED, "JSON that is nested too deep")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
