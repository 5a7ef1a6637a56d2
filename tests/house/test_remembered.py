"""What is put back is what was made: the same rows in every table, and objects of the caller's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from catalog.models import Artifact, Fact
from tests.factories import make_artifact, make_fact
from tests.remembered import columns, contents, remembered

pytestmark = pytest.mark.django_db


def made_twice(make: Any, *, between: Any = lambda: None) -> tuple[Any, Any]:
    """What each brings and leaves in the tables; the first is taken back before the second."""
    found = []
    for _ in range(2):
        with transaction.atomic():
            if found:
                between()
            found.append((make(), contents(columns())))
            transaction.set_rollback(True)
    return found[0], found[1]


def test_rows_and_objects_are_the_same_and_nobody_elses() -> None:
    calls = []

    @remembered
    def make() -> Fact:
        calls.append(1)
        return make_fact(value={"of": ["any", 1.5, None]}, name="tokenizer")

    (first, tables), (second, again) = made_twice(make)
    assert len(calls) == 1
    assert again == tables
    assert {"catalog_artifact", "catalog_fact", "catalog_historicalfact", "catalog_catalogstate"} <= set(tables)
    assert second == first
    assert second is not first
    assert second.value == first.value


def test_what_else_is_there_lets_it_be_made_anew() -> None:
    (first, _), (second, _) = made_twice(remembered(make_artifact), between=make_artifact)
    assert (type(first), first.slug) != (Artifact, second.slug)


def test_another_day_lets_it_be_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()

    def tomorrow() -> None:
        monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(days=1))

    (first, _), (second, _) = made_twice(remembered(make_artifact), between=tomorrow)
    assert second.published_at - first.published_at > dt.timedelta(hours=23)


def test_what_names_a_row_that_was_there_before_is_made_anew_where_it_is_not() -> None:
    """Though it wrote nothing to that row's table."""
    make = remembered(lambda: EmailAddress.objects.create(user=User.objects.get(username="ada"), email="a@b.example"))
    with transaction.atomic():
        User.objects.create_user("ada")
        make()
        transaction.set_rollback(True)
    with pytest.raises(User.DoesNotExist):
        make()
