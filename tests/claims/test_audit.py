"""The log is only ever added to, and says so itself when it was not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from claims import audit
from claims.models import AuditEntry, AuditHead
from tests.claims.conftest import NOW

pytestmark = pytest.mark.django_db


def add(count: int = 3) -> None:
    with transaction.atomic():
        for number in range(count):
            audit.written("opened", at=NOW + dt.timedelta(seconds=number), claim=number, after={"ümlaut": ["x", 1.5]})


def test_entries_are_bound_to_the_one_before() -> None:
    add()
    first, second, third = AuditEntry.objects.order_by("number")
    assert (second.previous, third.previous) == (first.digest, second.digest)
    assert audit.verified() == (3, [])


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.filter(number=2).update(verb="nothing"),
        lambda: AuditEntry.objects.filter(number=2).delete(),
        lambda: AuditEntry.objects.get(number=2).delete(),
        lambda: connection.cursor().execute("DELETE FROM claims_auditentry"),
        lambda: connection.cursor().execute("UPDATE claims_auditentry SET actor = 1"),
    ],
)
def test_the_database_refuses_to_change_what_was_written(change: object) -> None:
    add()
    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        change()  # type: ignore[operator]
    assert audit.verified() == (3, [])


@pytest.mark.postgres
def test_it_is_not_emptied_at_once_either() -> None:
    add()
    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        connection.cursor().execute("TRUNCATE claims_auditentry")
    assert audit.verified() == (3, [])


def test_what_was_put_in_its_place_is_noticed(trigger_off: None) -> None:
    add()
    AuditEntry.objects.filter(number=2).update(verb="nothing")
    assert [(fault.number, fault.what) for fault in audit.verified()[1]] == [(2, "changed after it was written")]


def test_an_entry_that_was_changed_with_its_digest_is_noticed_at_the_next(trigger_off: None) -> None:
    add()
    entry = AuditEntry.objects.get(number=2)
    entry.verb = "nothing"
    AuditEntry.objects.filter(number=2).update(verb="nothing", digest=audit.digest_of(entry))
    assert [(fault.number, fault.what) for fault in audit.verified()[1]] == [(3, "not bound to the one before")]


def test_a_missing_entry_and_a_missing_end_are_noticed(trigger_off: None) -> None:
    add(4)
    AuditEntry.objects.filter(number=2).delete()
    assert audit.verified()[1][0].number == 2
    AuditEntry.objects.filter(number__gt=2).delete()
    assert any(fault.what == "the end is missing" for fault in audit.verified()[1])


def test_without_its_head_nobody_knows_whether_that_is_all(trigger_off: None) -> None:
    """Whoever cuts off the end and takes the head with it is noticed, too."""
    assert audit.verified() == (0, [])
    add(2)
    AuditHead.objects.all().delete()
    assert [fault.number for fault in audit.verified()[1]] == [2]


def test_nothing_is_written_outside_of_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        audit.written("opened", at=NOW)
