"""Millions of readings out of the database, and rows of generations and of the match graph into it, as fast as it goes.

PostgreSQL's COPY reads five times and writes three times as fast as rows one by one, and a generation of 100,000
artifacts is made of millions. A server works for each connection on a core of its own, so readings come over two, and
rows are written over another while the next are computed. Everything else goes by the ORM.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from threading import Event
from typing import Any

import numpy as np
from django.db import connection, models, transaction
from django.db.models import CharField, Min
from django.db.models.functions import Cast

from catalog.choices import Signal
from catalog.models import Reading
from ranking.copying import Column, as_rows, encoded, is_of_numbers

DAY = 86_400.0
AT_ONCE = 100_000
SIGNALS = tuple(signal.value for signal in Signal)
#: A signal is its place in SIGNALS.
ROW = np.dtype([("artifact", "i8"), ("signal", "i2"), ("source", "i8"), ("day", "f8"), ("value", "f8")])
#: Each column as COPY is asked for it, and how it comes: big numbers first, each behind its length.
_COPIED = {
    "artifact": ("artifact_id::int8", ">i8"),
    "signal": ("code::int2", ">i2"),
    "source": ("source_id::int8", ">i8"),
    "day": ("observed_at", ">i8"),
    "value": ("value", ">f8"),
}
#: What stands before the first row, before the first element of an array, and behind the last row.
_HEADER, _OF_ARRAY = 19 + 2, 20
#: A time comes as microseconds since 2000. To have the server make seconds of it took twice as long as all else.
_A_SECOND, _YEAR_2000 = 1_000_000, 946_684_800
#: Ids of readings that are asked for at once.
_RANGE = 100_000
#: Connections that they come over.
_LINES = 2
#: Batches that wait to be written before whoever makes them waits too.
_WAITING = 2

Write = Callable[[type[models.Model], Mapping[str, Column]], None]


def readings(*, last: int, since: dt.datetime, artifact_ids: Sequence[int] | None = None) -> Any:
    """Of all artifacts, or of these: an array of ROW, in no order."""
    if artifact_ids is None and connection.vendor == "postgresql":
        return _copied(last, since)
    found = Reading.objects.filter(pk__lte=last, observed_at__gte=since)
    if artifact_ids is not None:
        found = found.filter(artifact__in=artifact_ids)
    # Times come as text, which both databases write alike and NumPy reads fast.
    rows = found.annotate(at=Cast("observed_at", CharField())).order_by()
    columns = rows.values_list("artifact_id", "signal", "source_id", "at", "value")
    code = {name: place for place, name in enumerate(SIGNALS)}
    parts = []
    for chunk in _chunks(columns.iterator(chunk_size=AT_ONCE)):
        artifact, signal, source, at, value = zip(*chunk, strict=True)
        part = np.empty(len(chunk), ROW)
        part["artifact"], part["source"], part["value"] = artifact, source, value
        part["signal"] = [code[name] for name in signal]
        part["day"] = np.array(at, "U19").astype("M8[s]").astype(np.int64) / DAY
        parts.append(part)
    return np.concatenate(parts) if parts else np.empty(0, ROW)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    coming = iter(rows)
    while chunk := list(islice(coming, AT_ONCE)):
        yield chunk


def _copied(last: int, since: dt.datetime) -> Any:
    """In arrays of many: COPY sends a message for each row, and to take in millions of them takes longer than to read
    what they say."""
    # Written out, since a cursor that notes its statements takes no parameters here: numbers, a time and words of ours.
    names = ", ".join(f"('{name}', {place})" for place, name in enumerate(SIGNALS))
    columns = ", ".join(f"array_agg({column})" for column, _ in _COPIED.values())
    first = Reading.objects.aggregate(first=Min("pk"))["first"] or last + 1

    given_up = Event()

    def asked(starts: range) -> list[Any]:
        cursor: Any
        parts: list[Any] = []
        with connection.cursor() as cursor:
            for start in starts:
                if given_up.is_set():
                    break
                query = f"""COPY (
                    SELECT {columns} FROM {Reading._meta.db_table} JOIN (VALUES {names}) AS known (name, code)
                    ON signal = name WHERE id BETWEEN {start} AND {min(start + _RANGE - 1, last)}
                    AND observed_at >= '{since.isoformat()}'
                ) TO STDOUT (FORMAT BINARY)"""  # noqa: S608
                with cursor.copy(query) as copy:
                    parts.append(_rows_of(b"".join(copy)))
        return parts

    def asked_elsewhere(starts: range) -> list[Any]:
        try:
            return asked(starts)
        except BaseException:
            given_up.set()
            raise
        finally:
            _hang_up()

    starts = range(first, last + 1, _RANGE)
    if len(starts) < _LINES or not _others_see():
        parts = asked(starts)
    else:
        parts = [None] * len(starts)
        with ThreadPoolExecutor(_LINES) as lines:
            try:
                found = list(lines.map(asked_elsewhere, [starts[line::_LINES] for line in range(_LINES)]))
            except BaseException:
                given_up.set()  # or whoever is interrupted would wait for all that the others still have to read
                raise
        for line, of_line in enumerate(found):
            parts[line::_LINES] = of_line
    return np.concatenate(parts) if parts else np.empty(0, ROW)


def _others_see() -> bool:
    """Whether another connection sees what this one does, and need not wait for it: not within a transaction, and not
    where there is one writer at a time."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def _hang_up() -> None:
    """Each thread has a connection of its own."""
    connection.close()


def _rows_of(body: bytes) -> Any:
    """The one row that there is: an array for each column, all of one length; nothing where no reading was met."""
    at, found = _HEADER, {}
    for name, (_, kind) in _COPIED.items():
        length = int.from_bytes(body[at : at + 4], "big", signed=True)
        if length < 0:
            return np.empty(0, ROW)
        element = np.dtype([("length", ">i4"), ("it", kind)])
        count = (length - _OF_ARRAY) // element.itemsize
        found[name] = np.frombuffer(body, element, offset=at + 4 + _OF_ARRAY, count=count)["it"]
        at += 4 + length
    rows = np.empty(len(found["artifact"]), ROW)
    for name, column in found.items():
        rows[name] = (column // _A_SECOND + _YEAR_2000) / DAY if name == "day" else column
    return rows


def set_columns(rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    """These rows' columns as they stand on the objects. One statement, prepared once: `bulk_update` makes one of a
    condition for each row and column, which takes ten times as long. A row that has gone stays away."""
    if not rows:
        return
    quote, model = connection.ops.quote_name, rows[0]._meta
    field_of = {field.attname: field for field in model.concrete_fields}
    fields = [field_of[column] for column in columns]
    named = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quote(model.db_table)} SET {named} WHERE {quote('id')} = %s"  # noqa: S608  our own names
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk]
                for row in rows
            ],
        )


def write_behind() -> None:
    """Whoever commits this transaction does not wait for the disk. For what nobody misses until a later commit, which
    waits for all before it, makes it count."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Into a table that nobody else writes; no events, no history. JSON columns take JSON text."""
    table, named = _quoted(model, columns)
    cursor: Any
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({places})", rows)  # noqa: S608  our own names


def insert_columns(model: type[models.Model], columns: Mapping[str, Column]) -> None:
    """The same of rows that are there as columns: big integers, floats, JSON and bytes."""
    if connection.vendor != "postgresql":
        insert(model, list(columns), as_rows(list(columns.values())))
        return
    names = sorted(columns, key=lambda name: not is_of_numbers(columns[name]))
    table, named = _quoted(model, names)
    cursor: Any
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({named}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(encoded([columns[name] for name in names]))


def _quoted(model: type[models.Model], columns: Sequence[str]) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), ", ".join(map(quote, columns))


@contextmanager
def writing() -> Iterator[Write]:
    """Gives what takes batches, as `insert_columns` does, and writes each in a transaction of its own that waits for
    no disk. Where it can, it does so over another connection while its caller goes on.

    When this is left all are written, or the first error is raised; where its caller fails, what waits is dropped.
    """
    if not _others_see():
        yield _written
        return
    with ThreadPoolExecutor(1) as line:
        waiting: deque[Future[None]] = deque()

        def write(model: type[models.Model], columns: Mapping[str, Column]) -> None:
            while len(waiting) >= _WAITING:
                waiting.popleft().result()
            waiting.append(line.submit(_written, model, columns))

        try:
            yield write
            while waiting:
                waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()
            line.submit(_hang_up)


def _written(model: type[models.Model], columns: Mapping[str, Column]) -> None:
    with transaction.atomic():
        write_behind()
        insert_columns(model, columns)
