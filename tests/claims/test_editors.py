"""Who is let to the desk, and with which rights, stands in the log."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import DatabaseError
from django.test import Client

from claims import audit
from claims.models import AuditEntry
from tests import cast
from tests.claims.acting import signed_in

pytestmark = pytest.mark.django_db
#: What the desk's form of an account sends beside what is changed.
FORM: dict[str, Any] = {"date_joined_0": "2026-11-16", "date_joined_1": "12:00:00"}


@pytest.fixture
def root() -> Client:
    return signed_in(User.objects.create_superuser("root", password="root"))


def send(root: Client, person: User, **changed: Any) -> None:
    given = {"username": person.username, "email": person.email, "is_active": "on", **FORM, **changed}
    answer = root.post(f"/admin/auth/user/{person.pk}/change/", {k: v for k, v in given.items() if v != ""})
    assert answer.status_code == 302, answer.content.decode()[:4000]


def told() -> list[tuple[str, int | None, dict[str, Any], dict[str, Any]]]:
    return list(AuditEntry.objects.order_by("number").values_list("verb", "actor", "before", "after"))


def test_who_is_made_an_editor_and_by_whom(root: Client) -> None:
    olga, by = cast.olga(), User.objects.get(username="root").pk
    seniors = Group.objects.get(name="Senior editor")
    send(root, olga, is_staff="on", groups=[seniors.pk])
    none = {"is_active": True, "is_staff": False, "is_superuser": False}
    assert told() == [
        ("editor changed", by, none, {"account": olga.pk, **none, "is_staff": True}),
        ("rights given", by, {}, {"user": olga.pk, "which": ["Senior editor"]}),
    ]
    send(root, olga, is_staff="on", is_superuser="on", groups=[])
    assert [entry[0] for entry in told()[2:]] == ["editor changed", "rights taken"]
    root.post(f"/admin/auth/user/{olga.pk}/delete/", {"post": "yes"})
    assert told()[-1][0] == "editor deleted"
    assert audit.verified() == (5, [])


def test_what_a_group_may_is_in_it_too(root: Client) -> None:
    group = Group.objects.create(name="Guests")
    right = Permission.objects.get(codename="view_claim")
    root.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Guests", "permissions": [right.pk]})
    root.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    assert [(verb, after) for verb, _, _, after in told()] == [
        ("rights given", {"group": "Guests", "which": [str(right)]}),
        ("group deleted", {"group": "Guests"}),
    ]


def test_what_is_no_right_is_not_in_it(root: Client) -> None:
    olga = cast.olga()
    send(root, olga, first_name="Olga", is_active="")
    assert Client().post("/accounts/login/", {"login": "olga", "password": "olga"}).status_code in (200, 302)
    assert told() == []


def test_what_cannot_be_logged_does_not_happen(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    olga = cast.olga()

    def fails(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("The log is full.")

    monkeypatch.setattr("claims.editors.written", fails)
    with pytest.raises(DatabaseError):
        send(root, olga, is_staff="on")
    olga.refresh_from_db()
    assert not olga.is_staff


def test_beside_the_desk_nothing_is_promised() -> None:
    cast.erin().groups.clear()
    assert told() == []
