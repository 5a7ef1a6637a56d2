"""Asking changes nothing: GET and HEAD of every route write no row, whoever asks, but for what is counted."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction

from tests.site.matrix import Stage, routes

pytestmark = pytest.mark.django_db
WRITES = re.compile(r'\s*(?:INSERT[^"]*INTO|UPDATE|DELETE FROM) "([^"]+)"')
#: Tables that asking may write to: what is counted, who is signed in, and searches, which are asked by GET.
COUNTED = {"claims_keyday", "claims_key", "django_session", "ranking_search", "ranking_salt"}
#: What a new site, or an account that an operator made, does not have yet: the shipped formula, a row for its address.
ONCE = {"methodology/formula.yaml": {"ranking_configuration"}, "accounts/email/": {"account_emailaddress"}}


@pytest.fixture
def stage() -> Iterator[Stage]:
    logging.disable(logging.ERROR)
    yield Stage()
    logging.disable(logging.NOTSET)


def test_asking_writes_nothing(stage: Stage) -> None:
    found: dict[str, set[str]] = {}
    asked = 0
    for route in routes():
        if not stage.can_ask(route):
            continue
        for who in ("anonymous", "owner", "editor"):
            for method in ("get", "head"):
                if written := tables_written(stage, who, route, method) - COUNTED - ONCE.get(route, set()):
                    found.setdefault(route, set()).update(written)
                asked += 1
    assert found == {}
    assert asked > 500


def tables_written(stage: Stage, who: str, route: str, method: str) -> set[str]:
    client, cookies, headers = stage.clients[who]
    client.cookies.clear()
    is_api = route.startswith("api/")
    if not is_api:
        client.cookies.load(cookies)
    caches["limits"].clear()
    written: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := WRITES.match(sql):
            written.add(match[1])
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            getattr(client, method)(stage.address(route), headers=headers if is_api else {})
        transaction.set_rollback(True)
    return written
