"""What programs send as JSON: one small document, read to its end or refused with what is wrong with it."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from catalog.api.errors import TooLong

#: Bytes of a body: every field of ours has fewer.
MAX_BYTES = 64 * 1024


class SmallJsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body: bytes = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLong(MAX_BYTES)
        try:
            return json.loads(body.decode(), parse_constant=_no_number)
        except RecursionError as error:
            raise ParseError("This is no JSON that can be read: it is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"This is no JSON that can be read: {error}.") from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
