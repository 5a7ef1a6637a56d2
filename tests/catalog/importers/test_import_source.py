"""The commands: one line of counts, a way to try, and errors with file and line."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.digest import catalog_digest
from catalog.models import Artifact, ImportRun
from tests.catalog.importers.sample import HERON, Folder

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_one_line_of_counts(folder: Folder) -> None:
    assert (
        run("import_source", "manifest", "--from", str(folder.path))
        == "read=3 new=3 changed=0 unchanged=0 refused=0 held=0\n"
    )
    assert (
        run("import_source", "manifest", "--from", str(folder.path))
        == "read=3 new=0 changed=0 unchanged=3 refused=0 held=0\n"
    )


def test_a_dry_run_changes_nothing(folder: Folder) -> None:
    assert "new=3" in run("import_source", "manifest", "--from", str(folder.path), "--dry-run")
    assert not Artifact.objects.exists()
    assert not ImportRun.objects.exists()


def test_problems_are_listed_with_file_and_line_and_nothing_is_imported(folder: Folder) -> None:
    folder.replace(HERON, "kind: model", "kind: modle")
    folder.replace(HERON, "categories: [text-models]", "categories: text-models")
    with pytest.raises(CommandError) as error:
        run("import_source", "manifest", "--from", str(folder.path))
    lines = str(error.value).splitlines()
    assert [line.split(": ")[0] for line in lines[:2]] == [f"{HERON}:3", f"{HERON}:12"]
    assert lines[2] == "2 problems; nothing was imported."
    assert error.value.returncode == 1
    assert ImportRun.objects.get().state == "refused"


def test_an_importer_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(CommandError, match="manifest"):
        run("import_source", "nowhere", "--from", "x")


def test_a_folder_that_is_not_there(tmp_path: Any) -> None:
    with pytest.raises(CommandError, match="There is no such folder"):
        run("import_source", "manifest", "--from", str(tmp_path / "nowhere"))


def test_the_digest_is_printed(folder: Folder) -> None:
    assert run("catalog_digest") == f"{catalog_digest()}\n"
