"""Who may do what at the desk: every route and every list action of the admin, for five kinds of people.

The tables are `permissions.txt` and `actions.txt` beside this file. What the admin has and a table lacks fails with its
name, and so does what a table has and the admin lacks: whoever adds a page says here who may open it.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import transaction
from django.http import HttpRequest
from django.test import Client

from catalog.changes import change
from catalog.models import Artifact, Source
from tests.catalog.admin.routes import Arguments, actions, routes
from tests.factories import make_source

pytestmark = pytest.mark.django_db
PEOPLE = ("anonymous", "nobody", "Editor", "Senior editor", "superuser")
HERE = Path(__file__).parent


def read(name: str, columns: int) -> dict[str, list[str]]:
    """Its lines by their first column; columns are parted by two spaces or more."""
    lines = [line for line in (HERE / name).read_text().splitlines() if line.strip() and not line.startswith("#")]
    cells = [re.split(r" {2,}", line.strip()) for line in lines]
    assert [line for line in cells if len(line) != columns] == []
    found = {first: others for first, *others in cells}
    assert len(found) == len(cells), "A line stands there twice."
    return found


ROUTES = read("permissions.txt", 1 + len(PEOPLE))
ACTIONS = read("actions.txt", 2)


def person(who: str) -> User | AnonymousUser:
    if who == "anonymous":
        return AnonymousUser()
    user = User.objects.create_user("somebody", is_staff=True, is_superuser=who == "superuser")
    if who in ("Editor", "Senior editor"):
        user.groups.add(Group.objects.get(name=who))
    return user


def window_of(user: User | AnonymousUser) -> Client:
    client = Client()
    if isinstance(user, User):
        client.force_login(user)
    return client


def answer(client: Client, address: str, *, method: str) -> str:
    """The status, or `in` for the way to log-in. Nothing that was done stays done, to be signed out neither."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        got = getattr(client, method)(address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return "in" if got.status_code == 302 and "/login/" in got["Location"] else str(got.status_code)


def test_the_table_lists_every_route_of_the_admin_and_no_other() -> None:
    assert sorted(ROUTES) == sorted(routes())


@pytest.mark.parametrize("who", PEOPLE)
def test_each_route_answers_as_the_table_says(who: str) -> None:
    """Asked for, and sent an empty form: whoever may not is refused before a form is looked at."""
    arguments, client = Arguments(), window_of(person(who))
    said = {route: row[PEOPLE.index(who)] for route, row in ROUTES.items()}
    got = {}
    for route in said:
        address = arguments.address(route)
        got[route] = "/".join(answer(client, address, method=method) for method in ("get", "post"))
    assert {route: (got[route], said[route]) for route in said if got[route] != said[route]} == {}


def test_the_table_lists_every_action_of_every_list_and_whom_it_is_offered() -> None:
    got: dict[str, list[str]] = {}
    for who in PEOPLE:
        request = HttpRequest()
        request.user = person(who)
        for model, names in actions(request):
            for name in names:
                got.setdefault(f"{model} {name}", []).append(who)
        User.objects.filter(username="somebody").delete()
    assert {action: ", ".join(people) for action, people in got.items()} == {
        action: people for action, (people,) in ACTIONS.items()
    }


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "superuser"])
def test_an_action_that_is_not_offered_does_nothing_when_it_is_sent_anyway(who: str) -> None:
    client, source = window_of(person(who)), make_source()
    sent = {"action": "delete_selected", "_selected_action": [source.pk], "post": "yes"}
    client.post("/admin/catalog/source/", sent)
    assert Source.objects.filter(pk=source.pk).exists()


@pytest.mark.parametrize("who", ["nobody", "Editor"])
def test_a_step_without_the_right_to_it_moves_nothing(who: str) -> None:
    """The refusal comes before the form, so that a complete one is refused as well."""
    arguments, client, user = Arguments(), Client(), person(who)
    assert isinstance(user, User)
    client.force_login(user)
    sent = {"note": "Because.", "at_0": "2099-01-01", "at_1": "12:00"}
    with change():
        Artifact.objects.filter(pk=arguments.artifact.pk).update(lifecycle="published")
    verbs = {"nobody": ("submit", "publish", "deprecate", "withdraw", "restore"), "Editor": ("withdraw", "restore")}
    for verb in verbs[who]:
        assert client.post(arguments.address(f"catalog/artifact/<int:pk>/step/{verb}/"), sent).status_code == 403
    assert Artifact.objects.get(pk=arguments.artifact.pk).lifecycle == "published"


def test_who_may_look_at_a_version_may_not_write_it_back() -> None:
    """An editor reads the vocabulary's history; the library's page would have let the reader revert it."""
    arguments, client, user = Arguments(), Client(), person("Editor")
    assert isinstance(user, User)
    client.force_login(user)
    capability = arguments.rows["catalog/capability"]
    was = capability.name
    with change(why="Renamed."):
        capability.name = "Renamed"
        capability.save()
    first = capability.history.filter(name=was).first().pk
    address = f"/admin/catalog/capability/{capability.pk}/history/{first}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": was, "key": capability.key, "slug": capability.slug}).status_code == 403
    capability.refresh_from_db()
    assert capability.name == "Renamed"


def test_an_editor_tells_a_pair_apart_and_does_not_merge_it() -> None:
    arguments, client, user = Arguments(), Client(), person("Editor")
    assert isinstance(user, User)
    client.force_login(user)
    address = arguments.address("catalog/pair/<int:pk>/")
    assert client.post(address, {"keep": "first", "why": "One thing."}).status_code == 403
    assert client.post(address, {"apart": "1"}).status_code == 302
    pair = arguments.rows["catalog/pair"]
    pair.refresh_from_db()
    assert pair.state == "not_the_same"
