"""Queries that PostgreSQL knows by name: told once to each connection, taken apart once, and mostly planned once.

Django puts parameters into the text itself, so that the server meets a new text each time: to plan the rows of a list
took it twice as long as to find them. Whoever asks this way makes sure that the database is PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

#: By connection: the queries that it has been told, and their names.
_told: WeakKeyDictionary[Any, dict[str, bytes]] = WeakKeyDictionary()


def is_noted() -> bool:
    """Whoever notes statements, as tests and the bench do, is to see every one, and sees none of these."""
    return bool(connection.queries_logged or connection.execute_wrappers)


def rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What the query finds, as the driver's own cursor would hand it out. Parameters are called $1, $2, ..."""
    # Only where the driver is installed is there anything to ask.
    from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName
    from psycopg.pq import TransactionStatus

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    opened: Any = connection.connection
    if opened.pgconn.transaction_status == TransactionStatus.IDLE and connection.in_atomic_block:
        with connection.cursor() as cursor:  # the driver begins a transaction with its own first statement
            cursor.execute("SELECT 1")
    with connection.wrap_database_errors:
        try:
            return _asked(opened, sql, params)
        except (InvalidSqlStatementName, FeatureNotSupported) as error:
            # Forgotten by a pooler, or made for a table as it was. Within a transaction all is lost.
            name = _told[opened].pop(sql)
            if opened.pgconn.transaction_status != TransactionStatus.IDLE:
                raise
            if isinstance(error, FeatureNotSupported):
                _checked(opened.pgconn.exec_(b'DEALLOCATE "%s"' % name))
            return _asked(opened, sql, params)


def _name_of(sql: str) -> bytes:
    """The same in every process: where a pooler lends one server to many, a name never stands for another's query."""
    return b"unfragile_" + blake2b(sql.encode(), digest_size=16).hexdigest().encode()


def _asked(opened: Any, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    from psycopg.adapt import PyFormat, Transformer
    from psycopg.errors import DuplicatePreparedStatement

    told = _told.setdefault(opened, {})
    name = told.get(sql)
    if name is None:
        name = _name_of(sql)
        with suppress(DuplicatePreparedStatement):  # told by another process over the same connection of a pooler
            _checked(opened.pgconn.prepare(name, sql.encode()))
        told[sql] = name
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
