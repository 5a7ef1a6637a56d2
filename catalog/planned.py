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

_NO_NAME = b""
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
        except (InvalidSqlStatementName, FeatureNotSupported):
            # Forgotten by a pooler, or made for a table as it was. Over this connection it has no name from now on.
            if _told[opened].get(sql) == _NO_NAME:
                raise
            _told[opened][sql] = _NO_NAME
            if opened.pgconn.transaction_status != TransactionStatus.IDLE:
                raise  # what else the transaction did is lost with it
            return _asked(opened, sql, params)


def _asked(opened: Any, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    from psycopg.adapt import PyFormat, Transformer
    from psycopg.pq import TransactionStatus

    pgconn, told = opened.pgconn, _told.setdefault(opened, {})
    if sql not in told and pgconn.transaction_status == TransactionStatus.IDLE:  # not to lose one over a name
        told[sql] = _tell(pgconn, sql)
    adapting = Transformer.from_context(opened)
    given = adapting.dump_sequence(params, [PyFormat.TEXT] * len(params)) if params else None
    name = told.get(sql, _NO_NAME)
    result = _checked(pgconn.exec_prepared(name, given) if name else pgconn.exec_params(sql.encode(), given))
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, tuple)


def _tell(pgconn: Any, sql: str) -> bytes:
    """The name is the same in every process: where a pooler lends one server to many, it never stands for another's
    query, and the server may know it already."""
    from psycopg.errors import DuplicatePreparedStatement

    name = b"unfragile_" + blake2b(sql.encode(), digest_size=16).hexdigest().encode()
    with suppress(DuplicatePreparedStatement):
        _checked(pgconn.prepare(name, sql.encode()))
    return name


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
