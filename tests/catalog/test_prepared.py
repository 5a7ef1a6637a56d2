"""A prepared query answers what its queryset would, with the ids of the call."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from catalog import prepared
from catalog.models import Artifact, Offering, Price
from catalog.prepared import Prepared
from tests.factories import make_artifact, make_offering, make_price

pytestmark = pytest.mark.django_db
NAMES = ("artifact__slug", "amount", "valid_from", "tier")


@pytest.fixture
def artifacts() -> list[Artifact]:
    found = [make_artifact(slug=f"a{number}") for number in range(6)]
    for number, artifact in enumerate(found):
        make_price(artifact=artifact, amount=Decimal(number) + Decimal("0.25"), valid_from=dt.date(2026, 1, 1 + number))
    return found


def priced(ids: Any) -> Any:
    return Price.objects.filter(artifact__in=ids, tier="").order_by("pk").values_list(*NAMES, named=True)


@pytest.mark.parametrize("count", range(7))
def test_it_answers_as_its_queryset_does(artifacts: list[Artifact], count: int) -> None:
    """For any number of ids, twice, with decimals and days as such: SQLite keeps both as texts and numbers."""
    query, ids = Prepared(priced), [artifact.pk for artifact in artifacts[:count]]
    for _ in range(2):
        rows = query.rows(ids)
        assert rows == list(priced(ids))
        assert all(isinstance(row.amount, Decimal) and isinstance(row.valid_from, dt.date) for row in rows)


def test_one_call_takes_nothing_of_another(artifacts: list[Artifact]) -> None:
    query = Prepared(priced)
    assert [row.artifact__slug for row in query.rows([artifacts[0].pk])] == ["a0"]
    assert [row.artifact__slug for row in query.rows([artifacts[4].pk])] == ["a4"]


def test_lists_are_told_apart_and_one_of_them_may_be_empty(artifacts: list[Artifact]) -> None:
    query = Prepared(
        lambda slugs, ids: Artifact.objects.filter(Q(slug__in=slugs) | Q(pk__in=ids)).order_by("pk").values_list("slug")
    )
    first, second, third = artifacts[:3]
    assert [row.slug for row in query.rows(["a0"], [second.pk, third.pk])] == ["a0", "a1", "a2"]
    assert [row.slug for row in query.rows([], [second.pk])] == ["a1"]
    assert [row.slug for row in query.rows(["a0", "nobody"], [])] == ["a0"]
    assert query.rows([], []) == []
    assert first.slug == "a0"


def test_documents_come_as_documents() -> None:
    offering = make_offering(best_for=["short texts"])
    query = Prepared(lambda ids: Offering.objects.filter(pk__in=ids).values_list("best_for", named=True))
    assert query.rows([offering.pk])[0].best_for == ["short texts"]


def test_more_ids_than_are_worth_a_statement_are_asked_as_ever(
    artifacts: list[Artifact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST", 2)
    query = Prepared(priced)
    ids = [artifact.pk for artifact in artifacts]
    assert query.rows(ids) == list(priced(ids))
    assert query._statements == {}


def test_it_takes_one_query_and_few_statements(artifacts: list[Artifact]) -> None:
    """For the sizes 3 and 4 the same one: the last id is asked for twice."""
    from django.db import connection

    query = Prepared(priced)
    with CaptureQueriesContext(connection) as asked:
        for count in (3, 4, 3):
            query.rows([artifact.pk for artifact in artifacts[:count]])
    assert (len(asked), len(query._statements)) == (3, 1)


@pytest.mark.postgres
def test_a_list_is_one_parameter_however_long_it_is(artifacts: list[Artifact]) -> None:
    """To put a hundred into the text takes as long as to find the rows."""
    query = Prepared(priced)
    for count in range(1, 7):
        query.rows([artifact.pk for artifact in artifacts[:count]])
    ((statement, _),) = query._statements.values()
    assert " = ANY (%s)" in statement.sql
    assert " IN (" not in statement.sql
