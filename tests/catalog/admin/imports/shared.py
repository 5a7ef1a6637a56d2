"""What tests of imports at the desk share: addresses, forms, and who sits there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.models import ImportRun

START, RULE = "/admin/catalog/importrun/start/", "/admin/catalog/importrule/of/huggingface/"


def sign_in(client: Client, group: str) -> User:
    person = User.objects.create_user(group.replace(" ", "-").lower(), is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    return person


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def here(place: str, **said: Any) -> dict[str, Any]:
    return {"importer": "huggingface", "path": place, **said}


def page_of(run: ImportRun) -> str:
    return f"/admin/catalog/importrun/{run.pk}/"


def newest() -> ImportRun:
    return ImportRun.objects.latest("id")
