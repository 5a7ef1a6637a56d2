"""Who gets what of every route outside the admin, by every method. The table is `permissions.txt` beside this file.

A route that the table lacks fails, with the lines to add: whoever adds a page says here whom it answers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from claims.proofs import unknown
from tests.site.matrix import METHODS, PEOPLE, Stage, Table, read, routes, written

pytestmark = pytest.mark.django_db
SAID = read("permissions.txt")
#: Below these everything is somebody's own.
PRIVATE = ("owner/claims/", "owner/keys/<", "api/v1/me/")
STRANGERS = ("user", "other owner", "editor", "senior editor", "superuser")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr("claims.checking.look_for", lambda *args, **kwargs: None)
    monkeypatch.setattr("claims.manifests.found_in", lambda *args, **kwargs: unknown())
    logging.disable(logging.ERROR)  # thousands of lines, on which a failure would not be seen
    yield Stage()
    logging.disable(logging.NOTSET)


def test_every_route_answers_everybody_as_the_table_says(stage: Stage) -> None:
    there = list(routes())
    found = stage.table(there)
    wrong: Table = {route: rows for route, rows in found.items() if SAID.get(route) != rows}
    assert not wrong, f"This is how they answer (? needs a value among the arguments of Stage):\n\n{written(wrong)}"
    assert set(SAID) - set(there) == set(), "There are no such routes."


def test_what_is_somebodys_own_is_not_there_for_strangers() -> None:
    """By the table: whoever may do a thing gets something else than 404, and everybody else 404 and nothing more."""
    own = {route: rows for route, rows in SAID.items() if route.startswith(PRIVATE) and "<" in route}
    assert own
    for route, rows in own.items():
        for at, method in enumerate(METHODS):
            for who in STRANGERS:
                assert rows[who][at] in ("404", "405"), (route, method, who)
            assert rows["anonymous"][at] in ("in", "401", "405"), (route, method)


def test_editors_get_nothing_of_owners_pages_that_others_do_not_get() -> None:
    """Editors decide at the desk: being one opens no door of an owner."""
    for route, rows in SAID.items():
        if route.startswith(("owner/", "api/")):
            assert rows["editor"] == rows["senior editor"] == rows["superuser"] == rows["other owner"], route


def test_asking_for_the_head_alone_is_allowed_to_whom_asking_is(stage: Stage) -> None:
    for route, rows in SAID.items():
        for who in ("anonymous", "owner"):
            assert stage.answer(who, route, "head") == rows[who][0], (route, who)


def test_a_table_is_read_as_it_is_written() -> None:
    row, other = ("200", "405", "405", "405", "405"), ("in", "in", "in", "in", "in")
    table = {"a/": dict.fromkeys(PEOPLE, row), "b/": {who: other if who == "anonymous" else row for who in PEOPLE}}
    text: Any = written(table)
    assert text.count("everybody") == 1
    assert "anonymous  " in text
