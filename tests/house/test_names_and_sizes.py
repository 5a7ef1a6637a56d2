"""Modules are named by their subject, and none is too long to be read in one go."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import APPS, project_files, relative

#: Drawers into which anything could be put, and names that are only true for a while.
FORBIDDEN = {
    "utils", "util", "helpers", "helper", "common", "core", "misc", "service", "services", "data", "new", "old", "v2",
}  # fmt: skip
LONGEST = 400  # lines
MEASURED = (".py", ".html", ".css", ".js")


def forbidden_part(path: str) -> str:
    """The first part of a path that is a name nobody can look something up under, or an empty string."""
    *folders, name = path.split("/")
    for part in (*folders, name.partition(".")[0]):
        # As a suffix, too: a drawer does not become a subject by saying whose it is.
        if part.lower() in FORBIDDEN or re.search(r"_(utils?|helpers?|misc|common|old|new|v2)$", part.lower()):
            return part
    return ""


def length(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def is_measured(path: Path) -> bool:
    return "migrations" not in path.parts and path.suffix in MEASURED


def test_modules_are_named_by_their_subject() -> None:
    named = [
        relative(path)
        for path in project_files(".py", ".html", ".css", ".js")
        if relative(path).split("/")[0] in (*APPS, "templates", "tests")
    ]
    assert [path for path in named if forbidden_part(path)] == []


def test_no_file_is_too_long() -> None:
    """Migrations are written by Django; everything else that a person reads fits into 400 lines."""
    long = {relative(path): length(path.read_text()) for path in project_files(*MEASURED) if is_measured(path)}
    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_templates_say_by_their_name_whether_they_are_a_part() -> None:
    """What others include starts with an underscore; what a view renders does not."""
    parts = [path for path in project_files(".html") if path.parent.name == "_includes"]
    assert parts
    assert [relative(path) for path in parts if not path.name.startswith("_")] == []


@pytest.mark.parametrize(
    "path",
    [
        "catalog/utils.py",
        "catalog/core/facts.py",
        "claims/mail_helpers.py",
        "ranking/scoring/v2/formula.py",
        "templates/common/_row.html",
    ],
)
def test_a_drawer_is_seen(path: str) -> None:
    assert forbidden_part(path)


@pytest.mark.parametrize(
    "path", ["catalog/pages/structured_data.py", "catalog/newest.py", "unfragile_site/settings.py"]
)
def test_a_subject_is_fine(path: str) -> None:
    assert forbidden_part(path) == ""


def test_a_line_too_many_is_seen() -> None:
    assert length("x\n" * 400) == 400
    assert length("x\n" * 400 + "x") == 401


def test_the_five_components_are_listed_in_one_place() -> None:
    """Whoever spells them out again would miss a sixth."""
    again = [
        relative(path)
        for path in project_files(".py")
        if relative(path).split("/")[0] in APPS
        and is_measured(path)
        and '"adoption"' in path.read_text()
        and relative(path) != "catalog/choices.py"
    ]
    assert again == []
