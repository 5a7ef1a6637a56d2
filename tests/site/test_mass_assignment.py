"""Whatever names are sent along, a route changes what it is for and nothing else.

Every route by which an owner can write is asked twice from the same state: with what it is for, and with the names of
all fields of all models beside it. What then differs in the tables has to be the same, or nothing at all.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
import time_machine
from django.apps import apps
from django.core.cache import caches
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone

from claims.choices import Scope
from claims.models import Member
from claims.proofs import unknown
from claims.views.keys import signer
from tests.site.matrix import METHODS, Stage, read

pytestmark = pytest.mark.django_db
MODELS = [
    model
    for app in ("catalog", "ranking", "claims", "auth", "account")
    for model in apps.get_app_config(app).get_models()
]
#: Drawn anew each time, salted, or made of what is.
DRAWN = {
    "auth.user": {"password", "username"},
    "account.emailconfirmation": {"key"},
    "catalog.report": {"code"},
    "claims.auditentry": {"digest", "previous"},
    "claims.audithead": {"digest"},
    "claims.invitation": {"token_digest"},
    "claims.key": {"digest"},
    "claims.manifest": {"next_look_at"},
    "claims.proof": {"token"},
    "claims.transfer": {"token_digest"},
}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Base(NamedTuple):
    """What a route is for: sent alone it changes something, unless it is said not to."""

    sent: dict[str, Any]
    who: str = "owner"
    changes: bool = True


#: Routes that take more than an empty form. Whoever adds one whose fields are named like a model's says so here.
BASES = {
    "report/": Base({"section": "facts", "text": "It has another licence."}),
    "owner/claim/<slug:slug>/": Base({"place": "0"}),
    "owner/claims/<int:pk>/another-way/": Base({"place": "0"}),
    "owner/claims/<int:pk>/check/": Base({}, changes=False),  # what is looked for is not looked for here
    "owner/claims/<int:pk>/give-up/": Base({"sure": "yes"}),
    # What its forms take is held against every name in tests/claims/test_listing_pages.py.
    "owner/claims/<int:pk>/listing/": Base({}, changes=False),
    "owner/claims/<int:pk>/proposals/<int:proposal>/withdraw/": Base({}, changes=False),  # there is none
    "owner/claims/<int:pk>/people/": Base({"invite-email": "new@unfragile.example", "invite-role": "analyst"}),
    "owner/claims/<int:pk>/people/<int:member>/": Base({"role": "maintainer"}),
    "owner/claims/<int:pk>/invitations/<int:invitation>/withdraw/": Base({}),
    "owner/claims/<int:pk>/transfer/": Base(
        {"transfer-email": "new@unfragile.example"}, changes=False
    ),  # asks for the password
    "owner/claims/<int:pk>/transfer/call-off/": Base({}),
    "owner/invitations/<int:pk>/": Base({}, who="user"),
    "owner/invitations/<str:token>/": Base({}, who="user"),
    "owner/transfers/<int:pk>/": Base({"answer": "no"}, who="user"),
    "owner/transfers/<str:token>/": Base({"answer": "no"}, who="user"),
    "owner/claims/<int:pk>/numbers/letter/": Base({"wanted": "no"}),
    "owner/claims/<int:pk>/requests/": Base(
        {"wish": "correction", "section": "facts", "text": "It has another licence."}
    ),
    "owner/keys/": Base({"name": "Robot", "scopes": Scope.CLAIMS.value, "claim": "", "days": "30", "once": ""}),
    "owner/keys/<int:pk>/revoke/": Base({}),
    "api/v1/me/claims/<int:pk>/proposals/": Base({"section": "listing", "fields": {"name": "Scribble"}}),
    "api/v1/me/claims/<int:pk>/proposals/<int:proposal>/": Base({}, changes=False),  # there is no POST
    "api/v1/resolve": Base({"intent": "transcribe speech"}, changes=False),
    "api/v1/resolve/": Base({"intent": "transcribe speech"}, changes=False),
    "accounts/signup/": Base(
        {"email": "new@unfragile.example", "password1": "correct horse battery", "password2": "correct horse battery"},
        who="anonymous",
    ),
    "accounts/password/change/": Base(
        {"oldpassword": "olga", "password1": "correct horse battery", "password2": "correct horse battery"},
        changes=False,  # but for the password itself
    ),
    "accounts/email/": Base({"action_add": "", "email": "olga2@unfragile.example"}, changes=False),
}


def every_name(stage: Stage) -> dict[str, Any]:
    """All names of fields, each with a value that its column would take and that somebody might wish for."""
    other = stage.people["other owner"]
    assert other is not None
    found: dict[str, Any] = {}
    for model in MODELS:
        for field in model._meta.concrete_fields:
            value: Any = "better"
            if isinstance(field, models.BooleanField):
                value = True
            elif isinstance(field, models.DateTimeField):
                value = "2099-01-01T00:00:00Z"
            elif isinstance(field, models.DateField):
                value = "2099-01-01"
            elif isinstance(field, models.ForeignKey | models.IntegerField | models.FloatField | models.DecimalField):
                value = other.pk
            elif field.choices:
                value = list(field.choices)[-1][0]
            for name in {field.name, field.attname}:
                found.setdefault(name, value)
    return found


def rows(which: Iterable[type[models.Model]], highest: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """Every row of these tables as a text, without its own number; a row that was not there before is "new"."""
    found: Counter[tuple[str, str]] = Counter()
    for model in which:
        label = model._meta.label_lower
        left_out = {*DRAWN.get(label, ()), model._meta.pk.attname}
        to = {
            field.attname: field.related_model._meta.label_lower
            for field in model._meta.concrete_fields
            if field.related_model is not None
        }
        for row in model._base_manager.values():
            told = {
                name: "new" if name in to and is_new(value, highest.get(to[name])) else told_of(label, value)
                for name, value in row.items()
                if name not in left_out
            }
            found[label, json.dumps(told, sort_keys=True, default=str)] += 1
    return found


def told_of(label: str, value: Any) -> Any:
    """The log names new rows by their number: sequences go on after what was undone."""
    if label == "claims.auditentry" and isinstance(value, dict):
        return {name: "number" if type(one) is int else one for name, one in value.items()}
    return value


def is_new(value: Any, highest: Any) -> bool:
    return isinstance(value, int) and isinstance(highest, int) and value > highest


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr("claims.checking.look_for", lambda *args, **kwargs: None)
    monkeypatch.setattr("claims.manifests.found_in", lambda *args, **kwargs: unknown())
    logging.disable(logging.ERROR)
    with time_machine.travel(timezone.now(), tick=False):
        yield Stage()
    logging.disable(logging.NOTSET)


class Asking:
    """Sends one body at a time, and tells which rows have gone and come by it; nothing of it stays."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.highest = {m._meta.label_lower: m._base_manager.aggregate(most=Max("pk"))["most"] for m in MODELS}
        self.before = {model: rows([model], self.highest) for model in MODELS}

    def changes(self, who: str, route: str, method: str, body: str, type: str) -> tuple[Any, Any]:
        client, cookies, headers = self.stage.clients[who]
        client.cookies.clear()
        is_api = route.startswith("api/")
        if not is_api:
            client.cookies.load(cookies)
        headers = {**headers, "Idempotency-Key": "once"} if is_api else {}
        caches["limits"].clear()
        address = self.stage.address(route)
        written: set[str] = set()

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if match := re.match(r'(?:INSERT[^"]*INTO|UPDATE|DELETE FROM) "([^"]+)"', sql):
                written.add(match[1])
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(note):
                client.generic(method.upper(), address, body, content_type=type, headers=headers)
            touched = [model for model in MODELS if model._meta.db_table in written]
            after = rows(touched, self.highest)
            transaction.set_rollback(True)
        before: Counter[tuple[str, str]] = sum((self.before[model] for model in touched), Counter())
        return before - after, after - before


def bodies(sent: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """As a form and as JSON; nested by the names of models, in lists, and as the parts of formsets."""
    extra = {name: value for name, value in names.items() if name not in sent}
    nested = {str(model._meta.model_name): extra for model in MODELS}
    owned = [str(model._meta.model_name) for model in MODELS if model._meta.app_label == "claims"]
    parts = {f"{model}-0-{name}": value for model in owned for name, value in extra.items()}
    yield urlencode({**extra, **sent}), FORM
    yield urlencode({**parts, **sent}), FORM
    yield json.dumps({**extra, **sent}), JSON
    inside = {name: {**extra, **value} for name, value in sent.items() if isinstance(value, dict)}
    if inside:
        yield json.dumps({**sent, **inside}), JSON
    yield json.dumps({**nested, "data": [extra], "fields": extra, **sent}), JSON


def writable() -> list[tuple[str, str, Base]]:
    """Routes and methods that let this person in at all, by the table of permissions."""
    found = []
    for route, people in read("permissions.txt").items():
        base = BASES.get(route, Base({}, changes=False))
        answers = dict(zip(METHODS, people[base.who], strict=True))
        found += [(route, m, base) for m in METHODS[1:] if answers[m] not in ("404", "405")]
    return found


def test_names_of_fields_change_nothing_that_a_route_is_not_for(stage: Stage) -> None:
    names, asking = every_name(stage), Asking(stage)
    assert len(names) > 300
    asked = writable()
    assert set(BASES) <= {route for route, _, _ in asked}
    wrong = []
    for route, method, base in asked:
        sent = dict(base.sent)
        if "once" in sent:
            sent["once"] = signer(stage.people["owner"]).sign("abcdefgh")
        alone = (json.dumps(sent), JSON) if route.startswith("api/") else (urlencode(sent), FORM)
        meant = asking.changes(base.who, route, method, *alone)
        if base.changes and method == "post":
            assert any(meant), f"{route} does nothing, so that nothing is shown by it."
        for body, type in bodies(sent, names):
            got = asking.changes(base.who, route, method, body, type)
            if any(got) and got != meant:
                wrong.append((route, method, type, body[:60], [*(got[0] - meant[0]), *(got[1] - meant[1])][:3]))
    assert wrong == []


def test_a_change_beyond_is_seen(stage: Stage) -> None:
    """The rows are compared whole: one column of one row is enough."""
    asking, members = Asking(stage), [Member]
    stage.claim.members.update(role="analyst")
    assert sum((asking.before[Member] - rows(members, asking.highest)).values()) == 2
