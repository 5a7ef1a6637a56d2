"""What PostgreSQL plans once for each connection is answered as its ordinary way answers it."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, DataError, OperationalError, connection, connections, transaction
from django.db.models import F

from catalog import planned
from catalog.models import Artifact
from catalog.planned import rows
from catalog.prepared import Prepared
from tests.factories import make_artifact

pytestmark = pytest.mark.postgres  # SQLite plans in no time

HOSTILE = ["it's", 'say "so"', "a,b", "{c}", "back\\slash", "50 % %s $1", "NULL", "", "🙂"]


@pytest.fixture
def table() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE planned_here (id bigint, word text)")
        cursor.execute("INSERT INTO planned_here VALUES (1, 'one'), (2, 'two')")
    yield "planned_here"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE planned_here")


def known() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%planned_here%' AND NOT from_sql"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_query_is_planned_once_for_a_connection(table: str) -> None:
    asked = f"SELECT id, word FROM {table} WHERE id = ANY ($1) ORDER BY id"
    assert [rows(asked, [ids]) for ids in ([1], [1, 2], [3], [])] == [[(1, "one")], [(1, "one"), (2, "two")], [], []]
    assert known() == 1
    connection.close()
    assert rows(asked, [[2]]) == [(2, "two")]
    assert known() == 1


@pytest.mark.django_db
def test_values_come_as_from_any_cursor() -> None:
    asked = """SELECT 7, 1.50::numeric, 'x'::text, NULL::int, true, '{"a": 1}'::jsonb, DATE '2026-01-02',
        TIMESTAMPTZ '2026-01-02 03:04+00'"""
    with connection.cursor() as cursor:
        cursor.execute(asked)
        expected = cursor.fetchall()
    assert rows(asked) == expected
    assert expected[0][1:3] == (Decimal("1.50"), "x")
    assert expected[0][-1] == dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_no_text_is_read_as_anything_but_a_text() -> None:
    assert rows("SELECT unnest($1::text[])", [HOSTILE]) == [(text,) for text in HOSTILE]
    assert rows("SELECT $1::text", [HOSTILE[0]]) == [(HOSTILE[0],)]
    assert rows("SELECT $1::int", [None]) == [(None,)]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE[:6])
def test_what_stands_in_a_prepared_query_stays_what_it_is(text: str) -> None:
    """Its own values are written into the text, where signs mean something."""
    one, other = make_artifact(tagline=f"Before {text} behind"), make_artifact(tagline="Something else")
    query = Prepared(
        lambda ids: Artifact.objects.filter(pk__in=ids, tagline__contains=text).values_list("slug", named=True)
    )
    assert [row.slug for row in query.rows([one.pk, other.pk])] == [one.slug]


@pytest.mark.django_db
def test_a_remainder_is_reckoned() -> None:
    """Its sign is written twice for a cursor that puts parameters in."""
    query = Prepared(
        lambda ids: (
            Artifact.objects.filter(pk__in=ids).annotate(rest=F("pk") % 10).values_list("pk", "rest", named=True)
        )
    )
    pk = make_artifact().pk
    assert [(row.pk, row.rest) for row in query.rows([pk])] == [(pk, pk % 10)]


@pytest.mark.django_db(transaction=True)
def test_a_table_that_changed_is_planned_anew(table: str) -> None:
    asked = f"SELECT * FROM {table} ORDER BY id"
    assert rows(asked)[0] == (1, "one")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD COLUMN more int DEFAULT 5")
    assert rows(asked)[0] == (1, "one", 5)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_changed_costs_a_connection_one_transaction_at_most(table: str) -> None:
    asked = f"SELECT * FROM {table} ORDER BY id"
    rows(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD COLUMN more int DEFAULT 5")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows(asked)
    for _ in range(3):
        with transaction.atomic():
            assert rows(asked)[0] == (1, "one", 5)
    assert rows(asked)[0] == (1, "one", 5)


@pytest.mark.django_db(transaction=True)
def test_what_no_server_can_do_is_an_error_of_the_database() -> None:
    for _ in range(2):
        with pytest.raises(DatabaseError, match="cross-database"):
            rows("SELECT 1 FROM elsewhere.public.anything")


@pytest.mark.django_db(transaction=True)
def test_a_query_that_fails_by_itself_is_asked_once_and_others_stay_known(table: str) -> None:
    good, bad = f"SELECT word FROM {table} WHERE id = $1", f"SELECT 1 / (id - id) FROM {table} WHERE id = $1"
    for _ in range(3):
        assert rows(good, [1]) == [("one",)]
        with pytest.raises(DataError):
            rows(bad, [1])
        with pytest.raises(DataError):
            rows(good, ["no number"])
    assert known() == 2


@pytest.mark.django_db(transaction=True)
def test_a_name_that_the_server_has_from_another_process_is_of_the_same_query(table: str) -> None:
    """As behind a pooler, which lends one server to many."""
    asked = f"SELECT word FROM {table} WHERE id = $1"
    assert rows(asked, [1]) == [("one",)]
    planned._told.clear()
    assert rows(asked, [2]) == [("two",)]
    assert known() == 1
    (names,) = planned._told.values()
    rows(asked.replace("word", "id"), [2])
    assert len(set(names.values())) == 2
    # Within a transaction a name that is there already would lose it.
    planned._told.clear()
    with transaction.atomic():
        assert rows(asked, [2]) == [("two",)]


@pytest.mark.django_db(transaction=True)
def test_it_is_asked_within_the_transaction_that_has_just_begun(table: str) -> None:
    now = "SELECT now(), pg_current_xact_id()"
    with transaction.atomic():
        first = rows(now)
        with connection.cursor() as cursor:
            cursor.execute(now)
            assert [*cursor.fetchall()] == first


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_meanwhile_is_opened_again_where_django_would(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rows("SELECT 1") == [(1,)]
    monkeypatch.setattr(connections["default"], "health_check_enabled", True)
    monkeypatch.setattr(connections["default"], "health_check_done", False)
    ended_by_the_server()
    assert rows("SELECT 1") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_what_a_server_has_forgotten_is_asked_without_a_name(table: str) -> None:
    asked, other = f"SELECT word FROM {table} WHERE id = $1", f"SELECT id FROM {table} WHERE id = $1"
    assert [rows(asked, [1]), rows(other, [1])] == [[("one",)], [(1,)]]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert rows(asked, [2]) == [("two",)]
    with pytest.raises(DatabaseError), transaction.atomic():
        rows(other, [1])  # the transaction is lost: nothing is tried again in it
    with transaction.atomic():
        assert [rows(asked, [1]), rows(other, [1])] == [[("one",)], [(1,)]]


def ended_by_the_server() -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [connection.connection.info.backend_pid])
    other.close()


def cut() -> None:
    with socket.socket(fileno=os.dup(connection.connection.pgconn.socket)) as line:
        line.shutdown(socket.SHUT_RDWR)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lose", [ended_by_the_server, cut])
def test_a_connection_that_is_lost_is_called_so(table: str, lose: Callable[[], None]) -> None:
    """Not a query at fault, which would be asked again over what is not there."""
    asked = f"SELECT word FROM {table} WHERE id = $1"
    rows(asked, [1])
    lose()
    with pytest.raises(OperationalError), transaction.atomic():
        rows(asked, [1])
    connection.close()
    assert rows(asked, [1]) == [("one",)]


@pytest.mark.django_db
def test_a_prepared_query_goes_this_way_unless_somebody_counts(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    asked: list[str] = []

    def heard(sql: str, params: Any) -> Any:
        asked.append(sql)
        return rows(sql, params)

    monkeypatch.setattr("catalog.planned.rows", heard)
    query = Prepared(lambda ids: Artifact.objects.filter(pk__in=ids).values_list("pk", named=True))
    pk = make_artifact().pk
    assert [row.pk for row in query.rows([pk])] == [pk]
    assert len(asked) == 1
    assert "= ANY ($1)" in asked[0]
    with django_assert_num_queries(1):
        assert [row.pk for row in query.rows([pk])] == [pk]
    assert len(asked) == 1
