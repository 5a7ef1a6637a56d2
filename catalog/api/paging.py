"""Cursor paging: a page begins after a row, not at a number, so nothing is skipped or repeated while rows come and go.

An order is one or more segments, walked one after the other: those that have the sort key, by an index, then those
that lack it, by name. A cursor is opaque to clients; it holds the order, the segment, the last row's keys and, where
ranks decide, the generation the walk began with.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.pagination import BasePagination

Row = TypeVar("Row", bound=Model)


class CannotRead(ValueError):
    """The text is not a cursor of this list."""


@dataclass(frozen=True)
class Key:
    """One column of an order. `type` is how its values look in a cursor."""

    column: str
    type: str  # text, number, whole, moment
    descending: bool = False

    def to_text(self, row: Any) -> Any:
        value = getattr(row, self.column)
        return value.isoformat() if self.type == "moment" else value

    def from_text(self, value: Any) -> Any:
        if self.type == "text" and isinstance(value, str) and len(value) <= 300 and "\x00" not in value:
            return value
        if self.type == "whole" and type(value) is int and 0 <= value < 2**63:
            return value
        if self.type == "number" and type(value) in (int, float) and math.isfinite(value):
            return float(value)
        if self.type == "moment" and isinstance(value, str):
            moment = parse_datetime(value)  # raises ValueError on the 30th of February
            if moment is not None and moment.tzinfo is not None:
                return moment.astimezone(dt.UTC)
        raise CannotRead

    def beyond(self, value: Any, *, backward: bool, inclusive: bool = False) -> Q:
        comparison = "lt" if self.descending != backward else "gt"
        return Q(**{f"{self.column}__{comparison}{'e' if inclusive else ''}": value})


@dataclass(frozen=True)
class Segment:
    keys: tuple[Key, ...]  # the last one is unique
    condition: Q = field(default_factory=Q)

    def ordering(self, *, backward: bool) -> list[str]:
        return [f"-{key.column}" if key.descending != backward else key.column for key in self.keys]

    def after(self, values: tuple[Any, ...], *, backward: bool) -> Q:
        """Rows beyond these values. The first key also bounds the whole, so that its index can be entered."""
        beyond = Q()
        for key, value in reversed(list(zip(self.keys, values, strict=True))):
            here = key.beyond(value, backward=backward)
            beyond = here | (Q(**{key.column: value}) & beyond) if beyond else here
        return self.keys[0].beyond(values[0], backward=backward, inclusive=True) & beyond


@dataclass(frozen=True)
class Order:
    name: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Cursor:
    order: str
    segment: int
    values: tuple[Any, ...]
    backward: bool = False
    generation_id: int | None = None

    def to_text(self) -> str:
        packed = json.dumps(
            [self.order, self.generation_id, self.segment, int(self.backward), *self.values], separators=(",", ":")
        )
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @staticmethod
    def from_text(text: str, orders: Callable[[str], Order | None]) -> Cursor:
        """Raises CannotRead on anything this module did not write for one of these orders."""
        try:
            if len(text) > 800:
                raise CannotRead
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            name, generation_id, index, backward, *values = json.loads(packed)
            order = orders(name) if isinstance(name, str) else None
            if (
                order is None
                or type(index) is not int
                or not 0 <= index < len(order.segments)
                or backward not in (0, 1)
            ):
                raise CannotRead
            if generation_id is not None and (type(generation_id) is not int or not 0 < generation_id < 2**63):
                raise CannotRead
            keys = order.segments[index].keys
            if len(values) != len(keys):
                raise CannotRead
            read = tuple(key.from_text(value) for key, value in zip(keys, values, strict=True))
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise CannotRead("This cursor was not made by this list.") from error
        return Cursor(name, index, read, bool(backward), generation_id)


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    next: Cursor | None
    previous: Cursor | None


def page_of(
    queryset: QuerySet[Any],
    order: Order,
    *,
    limit: int,
    cursor: Cursor | None = None,
    generation_id: int | None = None,
    load: Callable[[list[int]], QuerySet[Row]],
) -> Page[Row]:
    """`queryset` decides which rows and where; `load` reads them whole, given their ids.

    Two queries, three where a page spans segments: ids are found on narrow, indexed columns before anything is joined.
    """
    backward = cursor is not None and cursor.backward
    places: dict[int, int] = {}  # ids in order, with the segment each was found in
    for index in _walk(order, cursor):
        segment = order.segments[index]
        here = queryset.filter(segment.condition)
        if cursor is not None and index == cursor.segment:
            here = here.filter(segment.after(cursor.values, backward=backward))
        ids = here.order_by(*segment.ordering(backward=backward)).values_list("pk", flat=True)
        places |= dict.fromkeys(ids[: limit + 1 - len(places)], index)
        if len(places) > limit:
            break
    has_more = len(places) > limit
    shown = list(places)[:limit]
    if backward:
        shown.reverse()
    loaded = {row.pk: row for row in load(shown)} if shown else {}
    found = [(places[pk], loaded[pk]) for pk in shown if pk in loaded]  # one may have gone between the two queries

    def at(position: int, *, back: bool) -> Cursor:
        index, row = found[position]
        values = tuple(key.to_text(row) for key in order.segments[index].keys)
        return Cursor(order.name, index, values, back, generation_id)

    has_next, has_previous = (True, has_more) if backward else (has_more, cursor is not None)
    return Page(
        rows=[row for _, row in found],
        next=at(-1, back=False) if found and has_next else None,
        previous=at(0, back=True) if found and has_previous else None,
    )


def _walk(order: Order, cursor: Cursor | None) -> Iterator[int]:
    if cursor is None:
        yield from range(len(order.segments))
    elif cursor.backward:
        yield from range(cursor.segment, -1, -1)
    else:
        yield from range(cursor.segment, len(order.segments))


ID = Key("id", "whole")
BY_NAME = Segment((Key("sort_name", "text"), ID))


def by_name(name: str = "name") -> Order:
    return Order(name, (BY_NAME,))


def by_key(name: str, column: str, type: str, *, descending: bool = True) -> Order:
    """By one column, ties by id; rows without it come last, by name."""
    has_it = Segment((Key(column, type, descending), ID), Q(**{f"{column}__isnull": False}))
    return Order(name, (has_it, replace(BY_NAME, condition=Q(**{f"{column}__isnull": True}))))


class CursorPaging(BasePagination):
    """How spectacular describes a list; the views page by `page_of`."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        def link(what: str) -> dict[str, Any]:
            return {
                "type": "string",
                "format": "uri",
                "nullable": True,
                "description": f"The address of the {what} page; null where there is none.",
                "example": None,
            }

        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link("next"), "previous": link("previous"), "results": schema},
        }
