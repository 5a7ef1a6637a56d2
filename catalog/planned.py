"""Queries that PostgreSQL plans once for each connection and then knows by name.

Django puts parameters into the text itself, so that the server meets a new text each time: to plan the rows of a list
took it twice as long as to find them. Whoever asks this way makes sure that the database is PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, OperationalError, connection

#: By connection: the name of each query that it knows.
_known: WeakKeyDictionary[Any, dict[str, bytes]] = WeakKeyDictionary()
_numbers = count(1)


def is_noted() -> bool:
    """Whoever notes statements, as tests and the bench do, is to see every one, and sees none of these."""
    return bool(connection.queries_logged or connection.execute_wrappers)


def rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What the query finds, as the driver's own cursor would hand it out. Parameters are called $1, $2, ..."""
    connection.ensure_connection()
    opened: Any = connection.connection
    try:
        return _asked(opened, sql, params)
    except OperationalError:
        raise
    except DatabaseError:
        # A table has changed since it was planned, or a pooler has forgotten it. Within a transaction all is lost.
        if _known.pop(opened, None) is None or connection.in_atomic_block:
            raise
        return _asked(opened, sql, params)


def _asked(opened: Any, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    # Only where the driver is installed is there anything to plan.
    from psycopg.adapt import PyFormat, Transformer

    names = _known.setdefault(opened, {})
    with connection.wrap_database_errors:
        name = names.get(sql)
        if name is None:
            name = b"unfragile_%d" % next(_numbers)
            _checked(opened.pgconn.prepare(name, sql.encode()))
            names[sql] = name
        adapting = Transformer.from_context(opened)
        given = adapting.dump_sequence(params, [PyFormat.TEXT] * len(params)) if params else None
        result = _checked(opened.pgconn.exec_prepared(name, given))
        adapting.set_pgresult(result)
        return adapting.load_rows(0, result.ntuples, tuple)


def _checked(result: Any) -> Any:
    from psycopg import OperationalError
    from psycopg.errors import error_from_result
    from psycopg.pq import DiagnosticField

    if result.error_message:
        # What no server said is of a connection that was lost.
        if not result.error_field(DiagnosticField.SQLSTATE):
            raise OperationalError(result.get_error_message())
        raise error_from_result(result)
    return result
