"""Queries whose SQL is made once, for pages that ask the same of other rows each time.

To build a query of three joins takes Django several times as long as the database takes to answer it. What is asked
stays written as a queryset; only its ids, or slugs, change from call to call.

PostgreSQL takes a list as one parameter. A hundred of them took its driver as long to put into the text, and the
server to read out of it, as the rows took to find.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.utils import create_namedtuple_class

from catalog import planned

#: Ids and slugs that no row has, for which those of a call are put in.
_FIRST = -(10**15)
#: With more to a list a query is built as ever: its making no longer counts.
MOST = 512


@dataclass(frozen=True)
class _Statement:
    sql: str
    #: Each a value, or where it stands among what a call gives.
    params: tuple[tuple[Any, int | None], ...]
    #: Column and what makes a value of what the database hands out.
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    #: The same for a server that plans it once: values stand in it, and of what a call gives, these are its $1, $2, ...
    planned: str = ""
    places: tuple[int, ...] = ()


class Prepared:
    """`make` takes lists of ids or slugs and returns a queryset with `values_list(..., named=True)`.

    Its filters must be the same whatever the lists hold.
    """

    def __init__(self, make: Callable[..., QuerySet[Any]]) -> None:
        self.make = make
        self._statements: dict[tuple[Any, ...], tuple[_Statement, Any]] = {}

    def rows(self, *lists: Collection[int] | Collection[str]) -> list[Any]:
        """As a list of the queryset would be."""
        if not any(lists):
            return []
        if any(len(ids) > MOST for ids in lists):
            return list(self.make(*lists))
        connection = connections[DEFAULT_DB_ALIAS]
        whole = connection.vendor == "postgresql"
        padded = [list(ids) if whole else _padded(ids) for ids in lists]
        shape = tuple((1 if whole else len(ids), bool(ids) and isinstance(ids[0], str)) for ids in padded)
        statement, row_of = self._statements.get(shape) or self._prepare(shape, whole=whole)
        heads = [ids[:1] or [None] for ids in padded] if whole else padded
        given: list[Any] = [*(one for ids in heads for one in ids), *padded]
        if whole and not planned.is_noted():
            found = planned.rows(statement.planned, [given[place] for place in statement.places])
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    statement.sql, [value if place is None else given[place] for value, place in statement.params]
                )
                found = cursor.fetchall()
        if not statement.converters:
            return [row_of(*row) for row in found]
        rows = []
        for row in found:
            values = list(row)
            for column, convert, expression in statement.converters:
                for one in convert:
                    values[column] = one(values[column], expression, connection)
            rows.append(row_of(*values))
        return rows

    def _prepare(self, shape: tuple[tuple[int, bool], ...], *, whole: bool) -> tuple[_Statement, Any]:
        places: dict[Any, int] = {}
        lists: list[list[Any]] = []
        for size, is_text in shape:
            numbers = range(_FIRST + len(places), _FIRST + len(places) + size)
            lists.append([str(number) for number in numbers] if is_text else list(numbers))
            places |= {one: len(places) + place for place, one in enumerate(lists[-1])}
        found: Any = self.make(*lists)
        compiler = found.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([one for one, _, _ in compiler.select])
        taken = [places.get(value) if isinstance(value, int | str) else None for value in params]
        if whole:
            sql, taken = _with_lists(sql, taken, len(lists))
        statement = _Statement(
            sql,
            tuple(zip(params, taken, strict=True)),
            tuple((column, tuple(convert), expression) for column, (convert, expression) in converters.items()),
            *(_for_planning(sql, params, taken) if whole else ()),
        )
        made = self._statements[shape] = statement, create_namedtuple_class(*found._fields)
        return made


def _with_lists(sql: str, taken: list[int | None], count: int) -> tuple[str, list[int | None]]:
    """What asks for one of a list of one asks for any of a list, which is given whole, behind the heads of all."""
    parts, found = sql.split("%s"), list(taken)
    for at, place in enumerate(taken):
        if place is not None and parts[at].endswith(" IN ("):
            parts[at] = parts[at].removesuffix("IN (") + "= ANY ("
            found[at] = count + place
    return "%s".join(parts), found


def _for_planning(sql: str, params: Sequence[Any], taken: list[int | None]) -> tuple[str, tuple[int, ...]]:
    from psycopg.sql import quote

    places = sorted({place for place in taken if place is not None})
    parts = [part.replace("%%", "%") for part in sql.split("%s")]
    between = [
        quote(value) if place is None else f"${places.index(place) + 1}"
        for value, place in zip(params, taken, strict=True)
    ]
    return "".join(map("".join, zip(parts, [*between, ""], strict=True))), tuple(places)


def _padded(ids: Collection[Any]) -> Sequence[Any]:
    """To the next of 1, 2, 4, 8, ... with the last one again, so that there are few statements to make and to keep."""
    found = list(ids)
    size = 1 << (len(found) - 1).bit_length() if found else 0
    return found + found[-1:] * (size - len(found))
