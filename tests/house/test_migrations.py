"""Migrations: complete, portable, named by what they do, with a way back, and looking downward only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

from tests.house.sources import APPS, ROOT, project_files, relative

#: Django's automatic names say nothing about what a migration does.
AUTOMATIC = re.compile(r"^\d{4}_(auto_\d|alter_\w+_\w+_and_more$|.*_and_more$)")
#: What only one database knows, wherever it stands.
VENDOR = ("django.contrib.postgres", "django.db.backends", "psycopg", "sqlite3")


def migrations() -> list[Path]:
    ours = [p for p in project_files(".py") if "migrations" in p.parts and relative(p).split("/")[0] in APPS]
    return [path for path in ours if path.name != "__init__.py"]


def faults(name: str, text: str, *, app: str = "catalog") -> list[str]:
    """What is wrong with one migration file."""
    found = []
    if not re.match(r"^\d{4}_[a-z0-9_]+$", name) or AUTOMATIC.match(name):
        found.append("Its name does not say what it does.")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")[-1]
            if called == "RunSQL":
                found.append(f"Line {node.lineno}: SQL of one vendor.")
            if (
                called == "RunPython"
                and len(node.args) + len([k for k in node.keywords if k.arg == "reverse_code"]) < 2
            ):
                found.append(f"Line {node.lineno}: there is no way back.")
        if isinstance(node, (ast.ImportFrom, ast.Import)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += [f"Line {node.lineno}: {name} is of one vendor." for name in names if name.startswith(VENDOR)]
    above = APPS[APPS.index(app) + 1 :]
    found += [
        f"It depends on {other}, which lies above." for other in above if re.search(rf"\(['\"]{other}['\"],", text)
    ]
    return found


#: Migrations that a running site does not survive, each with what breaks and for how long.
BREAKS_ONCE = {
    "0010_signals": "an import that runs meanwhile may still write a signal's old name, and is refused",
    "0014_proposed_offerings": "an import that runs meanwhile cannot add a proposal; no row had a capability before",
    "0016_watched_runs": "of each source one import is under way; one that runs meanwhile is ended, to be taken up",
    "0017_safe_slugs_names_links": "whoever writes such a slug or address meanwhile is refused, as ever after",
    "0010_networks_of_edges": "on SQLite the table is made anew, with the unique constraint that it had",
    "0003_tables_by_quarantine": "its unique constraint takes the place of a narrower one, which every row has met",
}


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_migrations_are_named_portable_reversible_and_look_downward() -> None:
    found = {
        relative(path): faults(path.stem, path.read_text(), app=relative(path).split("/")[0]) for path in migrations()
    }
    assert found  # there are some
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_no_model_field_is_of_one_vendor() -> None:
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if model._meta.app_label in APPS and type(field).__module__.startswith(VENDOR)
    ]
    assert fields == []


@pytest.mark.django_db(transaction=True)  # SQLite writes no schema, not even on paper, within a transaction
def test_later_migrations_keep_a_running_site_running(capsys: pytest.CaptureFixture[str]) -> None:
    """Old processes still answer while a migration runs: nothing they use may vanish or become required.

    What must be broken once is named in BREAKS_ONCE, with the reason.
    """
    # To it, SQLite's way of adding a column with a default makes all columns of the table anew.
    blind = ["NOT_NULL"] if connection.vendor == "sqlite" else None
    linter = MigrationLinter(
        str(ROOT),
        include_apps=list(APPS),
        ignore_initial_migrations=True,
        no_cache=True,
        exclude_migration_tests=blind,
        ignore_name=list(BREAKS_ONCE),
    )
    linter.lint_all_migrations()
    told = capsys.readouterr()
    assert not linter.has_errors, told.out + told.err


# --- each rule can be broken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("0002_auto_20260531_1200", ""),
        ("0002_alter_fact_name_and_more", ""),
        ("two", ""),
        ("0002_index", "operations = [migrations.RunSQL('CREATE INDEX CONCURRENTLY x')]"),
        ("0002_fill", "operations = [migrations.RunPython(fill)]"),
        ("0002_search", "from django.contrib.postgres.search import SearchVectorField"),
        ("0002_link", "dependencies = [('ranking', '0001_initial')]"),
    ],
)
def test_a_faulty_migration_is_seen(name: str, text: str) -> None:
    assert faults(name, text)


@pytest.mark.parametrize(
    "sql",
    ['ALTER TABLE "catalog_fact" DROP COLUMN "value";', 'ALTER TABLE "catalog_fact" ADD COLUMN "unit" text NOT NULL;'],
)
def test_a_migration_that_breaks_a_running_site_is_seen(sql: str) -> None:
    errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, [sql])
    assert errors


def test_a_sound_migration_is_fine() -> None:
    text = "dependencies = [('catalog', '0001_initial')]\noperations = [migrations.RunPython(fill, empty)]"
    assert faults("0002_fill_sort_names", text) == []
    assert faults("0001_initial", "dependencies = [('catalog', '0001_initial')]", app="ranking") == []
