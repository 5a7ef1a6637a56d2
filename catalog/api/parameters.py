"""Reading a query strictly: what is not understood is named, all of it at once, and nothing is guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from rest_framework.exceptions import ValidationError

#: An offset's plus sign that was not escaped arrives as a space.
_UNESCAPED_OFFSET = re.compile(r"(T\d{2}:\d{2}.*) (\d{2}:?\d{2})$")


#: PostgreSQL keeps every character but this one.
_NO_TEXT = "It holds a NUL character, which no text here does."


class Parameters:
    """Collects complaints by parameter; `check` raises them together."""

    def __init__(self, query: QueryDict, *, known: Collection[str], repeatable: Collection[str] = ()) -> None:
        self.query = query
        self.errors: dict[str, list[str]] = defaultdict(list)
        for name in query:
            if name not in known:
                self.refuse(name, f"There is no such parameter; there are {', '.join(sorted(known)) or 'none'}.")
            elif len(query.getlist(name)) > 1 and name not in repeatable:
                self.refuse(name, "Give it once.")
            elif any("\0" in value for value in query.getlist(name)):
                self.refuse(name, _NO_TEXT)

    def refuse(self, name: str, *messages: str) -> None:
        self.errors[name[:60]].extend(messages)

    def check(self) -> None:
        if self.errors:
            raise ValidationError(dict(self.errors))

    def refuse_blanks(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.query and not all(value.strip() for value in self.query.getlist(name)):
                self.refuse(name, "Give it a value, or leave it out.")

    def text(self, name: str) -> str | None:
        """None where it is absent or refused."""
        if name not in self.query:
            return None
        value = str(self.query[name])
        if not value.strip():
            self.refuse(name, "Give it a value, or leave it out.")
            return None
        return None if "\0" in value else value

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        value = self.text(name)
        if value is None or value in choices:
            return value or default
        self.refuse(name, f"There is no “{value[:60]}”; there are {', '.join(choices)}.")
        return default

    def number(self, name: str, *, lowest: int, highest: int, default: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if re.fullmatch(r"\d{1,9}", value, re.ASCII) and lowest <= int(value) <= highest:
            return int(value)
        self.refuse(name, f"Takes a whole number from {lowest} to {highest}, not “{value[:60]}”.")
        return default

    def names(self, name: str, known: Collection[str]) -> frozenset[str] | None:
        """Comma-separated names; None for all."""
        value = self.text(name)
        if value is None:
            return None
        asked = [part.strip() for part in value.split(",")]
        for part in asked:
            if part not in known:
                self.refuse(name, f"There is no field “{part[:60]}”; there are {', '.join(known)}.")
        return frozenset(asked)

    def moment(self, name: str) -> dt.datetime | None:
        """A time with its zone. Without one it is read as UTC, and a day as its first second."""
        value = self.text(name)
        if value is None:
            return None
        found = _moment(_UNESCAPED_OFFSET.sub(r"\1+\2", value.strip()))
        if found is None:
            self.refuse(name, f"Takes a time such as 2026-05-31T00:00:00Z, not “{value[:60]}”.")
        return found


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parse_datetime(text)
        if found is None and (day := parse_date(text)) is not None:
            found = dt.datetime.combine(day, dt.time(), dt.UTC)
    except ValueError:  # well formed, but no such day
        return None
    if found is None:
        return None
    if found.tzinfo is None:
        return found.replace(tzinfo=dt.UTC)
    try:
        return found.astimezone(dt.UTC)
    except OverflowError:  # the first or last day of the calendar, in a zone beyond it
        return dt.datetime.min.replace(tzinfo=dt.UTC) if found.year < 5000 else dt.datetime.max.replace(tzinfo=dt.UTC)
