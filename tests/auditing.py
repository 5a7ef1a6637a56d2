"""Takes the guard of the audit log away, and puts it back: for changing tables, and for emptying them after a test."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.db import connection

GUARD: Any = import_module("claims.migrations.0002_audit_is_only_added_to")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def allow_changes() -> None:
    GUARD.allow(None, SimpleNamespace(connection=connection, execute=_execute))


def refuse_changes() -> None:
    GUARD.refuse(None, SimpleNamespace(connection=connection, execute=_execute))


def empty() -> None:
    """For tests whose transactions are kept: the log cannot be emptied after them otherwise."""
    allow_changes()
    _execute("DELETE FROM claims_auditentry")
    refuse_changes()
