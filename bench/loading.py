"""Rows into a table as fast as the database takes them: COPY on PostgreSQL, executemany on SQLite.

No model instances, no signals, no history, no foreign key checks: for generated catalogs only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

Rows = Iterable[Sequence[Any]]


@contextmanager
def loading() -> Iterator[None]:
    """One transaction without foreign key checks; afterwards sequences and the planner's statistics are right."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF" if is_sqlite else "SET session_replication_role = replica")
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _all_models()):
                cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = ON" if is_sqlite else "SET session_replication_role = DEFAULT")
    analyze()


def analyze() -> None:
    """What a planner knows of a table decides its plan; after a bulk load it knows nothing."""
    with connection.cursor() as cursor:
        # VACUUM also marks which pages PostgreSQL may read from the index alone, as its daemon would after a while.
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _all_models() -> list[Any]:
    from django.apps import apps

    return list(apps.get_app_config("catalog").get_models(include_auto_created=True))


def insert(model: type[models.Model], columns: Sequence[str], rows: Rows) -> None:
    """`columns` are attribute names such as `artifact_id`; those not named take the field's default.

    JSON columns take JSON text, so that a text which occurs often is made once.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    named = [fields.pop(name) for name in columns]
    filled = [field for field in fields.values() if not field.primary_key]
    constants = tuple(_default(field) for field in filled)
    converters = [
        (i, convert) for i, field in enumerate([*named, *filled]) if (convert := _converter(field)) is not _as_it_is
    ]

    def converted() -> Iterator[list[Any]]:
        for row in rows:
            values = [*row, *constants]
            for i, convert in converters:
                if values[i] is not None:
                    values[i] = convert(values[i])
            yield values

    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in [*named, *filled])
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for values in converted():
                    copy.write_row(values)
        else:
            places = ", ".join(["%s"] * (len(named) + len(filled)))
            # In slices: the cursor's wrapper remembers every row that it has been given at once.
            pending = converted()
            while some := list(islice(pending, 10_000)):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", some)


def _default(field: Any) -> Any:
    if isinstance(field, models.DateTimeField) and field.auto_now_add:
        return dt.datetime.now(dt.UTC)
    value = field.get_default()
    if isinstance(field, models.JSONField):
        return "[]" if value == [] else "{}"
    return value


def _as_it_is(value: Any) -> Any:
    return value


def _converter(field: Any) -> Callable[[Any], Any]:
    if connection.vendor == "postgresql":
        return _as_it_is
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=10_000)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return str
    if isinstance(field, models.DecimalField):
        return str
    return _as_it_is
