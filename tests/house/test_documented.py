"""Everything that somebody outside can set, run, ask for or write is described under docs/reference/."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

from catalog import choices
from catalog.factsheet import FACTS
from catalog.filters import ArtifactFilterSet
from catalog.identity import SCHEMES
from catalog.importers.registry import FEEDS
from catalog.pages.listing import SORTS
from tests.house.sources import ROOT, app_modules, project_files

REFERENCE = ROOT / "docs" / "reference"
CATALOG_FILES = (REFERENCE / "catalog-files.md").read_text()
SCHEMA = ROOT / "catalog" / "importers" / "manifest" / "catalog-files.schema.json"
#: Keys of a catalog file whose value is a word out of a closed list; as the page comments them.
WORDS_OF = {
    "kind": choices.Kind, "lifecycle": choices.Lifecycle, "origin": choices.Origin, "meter": choices.Meter,
    "standing": choices.BenchmarkStanding, "relation": choices.Relation, "signal": choices.Signal,
    "input": choices.DataType, "frequency": choices.Frequency, "by": choices.TakenApartBy,
}  # fmt: skip
#: Set by supervisors, test runners and containers for our own processes; nobody's knobs.
INTERNAL_VARIABLES = {"UNFRAGILE_SUPERVISOR_PID", "DJANGO_SETTINGS_MODULE", "PYTEST_VERSION", "PYTEST_CURRENT_TEST"}


def variables_read(text: str) -> set[str]:
    """Names of environment variables that a module reads, by django-environ or by os.environ."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        target = None
        if isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func)
            if re.fullmatch(r"env(\.\w+)?|os\.getenv|os\.environ\.(get|pop|setdefault)", called):
                target = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            target = node.slice
        if isinstance(target, ast.Constant) and isinstance(target.value, str):
            found.add(target.value)
    return found


def in_first_column(text: str) -> set[str]:
    """Code words of the first cells of a page's tables."""
    return {
        word
        for line in text.splitlines()
        if line.startswith("|")
        for word in re.findall(r"`([^`]+)`", line.split("|")[1])
    }


def commands() -> list[tuple[str, Any]]:
    modules = [path for path in app_modules() if path.parent.name == "commands" and path.name != "__init__.py"]
    return [(path.stem, load_command_class(path.parent.parent.parent.name, path.stem)) for path in modules]


def section(text: str, heading: str) -> str:
    """A page's text from one heading to the next of the same or a higher level."""
    match = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#{{1,2}} |^### |\Z)", text, re.MULTILINE | re.DOTALL)
    return match.group(2) if match else ""


def own_options(command: Any) -> set[str]:
    """Options of the command itself, without those that every command of Django has."""
    parser = command.create_parser("manage.py", "x")
    theirs = {
        "--help",
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }
    return {o for action in parser._actions for o in action.option_strings if o.startswith("--")} - theirs


def as_written(pattern: str) -> str:
    """A pattern of Django's or of the router's as pages write it: artifacts/<slug>/."""
    path = re.sub(r"<\w+:(\w+)>", r"<\1>", pattern)
    return re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", path).removeprefix("^").removesuffix("$").replace("\\.", ".")


def public_paths() -> set[str]:
    """Every address that answers something, but for the admin's."""
    found: set[str] = set()

    def collect(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + as_written(str(pattern.pattern))
            if isinstance(pattern, URLResolver):
                collect(pattern.url_patterns, path)
            elif pattern.name != "nowhere":  # what answers 404 to all the rest
                found.add(path)

    collect([p for p in get_resolver().url_patterns if not str(p.pattern).startswith("admin/")], "/")
    return found


def words_in_comment(key: str, text: str) -> set[str]:
    """The closed list that a catalog file's key is commented with: `meter: x   # a, b (default), c`.

    A comment may go on in lines of its own.
    """
    for line in re.sub(r",\n\s+# ", ", ", text).splitlines():
        match = re.match(rf"\s*(?:- )?{key}: \S+\s+# (.+)", line)
        if match:
            words = re.sub(r"\([^)]*\)", "", match.group(1)).rpartition(": ")[2]
            if "," in words and re.fullmatch(r"[a-z0-9_, ]+", words):
                return {word.strip() for word in words.split(",")}
    return set()


def facts_listed(text: str) -> dict[str, set[str]]:
    """Names of facts with the kinds that the page gives them."""
    found = {}
    for line in section(text, "Facts by kind").splitlines():
        if line.startswith("| `"):
            names, _, kinds, *_ = line.strip("|").split("|")
            for name in re.findall(r"`([^`]+)`", names):
                found[name] = (
                    set(choices.Kind.values) if kinds.strip() == "any" else {k.strip() for k in kinds.split(",")}
                )
    return found


def enums_of(node: Any, path: str = "") -> Iterator[tuple[str, set[str]]]:
    if isinstance(node, dict):
        if "enum" in node:
            yield path, set(node["enum"])
        for key, value in node.items():
            yield from enums_of(value, f"{path}/{key}")
    elif isinstance(node, list):
        for value in node:
            yield from enums_of(value, path)


# --- settings and commands --------------------------------------------------------------------------------------------


def test_every_variable_that_is_read_is_documented_and_the_other_way_round() -> None:
    read = set().union(*(variables_read(path.read_text()) for path in app_modules())) - INTERNAL_VARIABLES
    documented = in_first_column(section((REFERENCE / "settings.md").read_text(), "Environment"))
    assert read - documented == set()
    assert documented - read == {"GUNICORN_CMD_ARGS"}  # which gunicorn itself reads


def test_every_knob_is_documented_with_its_value() -> None:
    page = section((REFERENCE / "settings.md").read_text(), "Knobs of our own")
    documented = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", page, re.MULTILINE))
    assert documented == {name: str(value) for name, value in settings.UNFRAGILE.items()}


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_is_documented_with_its_options(name: str, command: Any) -> None:
    text = section((REFERENCE / "commands.md").read_text(), f"`{name}`")
    assert text, f"docs/reference/commands.md has no heading for {name}"
    options = {re.split(r"[ =]", word)[0] for word in in_first_column(text)}
    assert options == own_options(command)
    assert command.help.rstrip().endswith(".")


def test_no_command_is_documented_that_does_not_exist() -> None:
    headings = set(re.findall(r"^### `(\w+)`", (REFERENCE / "commands.md").read_text(), re.MULTILINE))
    assert headings == {name for name, _ in commands()}


def test_every_importer_is_documented() -> None:
    text = section((REFERENCE / "commands.md").read_text(), "`import_source`")
    assert [name for name in FEEDS if f"`{name}`" not in text] == []


# --- addresses --------------------------------------------------------------------------------------------------------


def test_every_public_address_is_documented() -> None:
    pages = "\n".join(path.read_text() for path in project_files(".md") if path.is_relative_to(ROOT / "docs"))
    documented = set(re.findall(r"`(/[^`\s?]*)", pages))
    assert {path for path in public_paths() if path not in documented} == set()


def test_no_page_address_is_documented_that_does_not_exist() -> None:
    documented = {w for w in in_first_column((REFERENCE / "addresses.md").read_text()) if w.startswith("/")}
    assert documented - public_paths() == set()


def test_every_filter_and_order_is_documented() -> None:
    text = section((REFERENCE / "addresses.md").read_text(), "Filters of `/artifacts/`")
    assert in_first_column(text) == {*ArtifactFilterSet.base_filters, "sort", "page"}
    row = next(line for line in text.splitlines() if line.startswith("| `sort`"))
    assert set(re.findall(r"`(\w+)`", row)) - {"sort"} == set(SORTS)
    for name in ("price", "licence", "lifecycle"):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        wanted = {str(value) for value, _ in ArtifactFilterSet.base_filters[name].extra["choices"]}
        assert set(re.findall(r"`(\w+)`", row)) - {name} == wanted


# --- what a catalog file may hold -------------------------------------------------------------------------------------


def test_catalog_files_lists_exactly_the_facts_and_their_kinds() -> None:
    assert facts_listed(CATALOG_FILES) == {name: set(spec.kinds) for name, spec in FACTS.items()}


@pytest.mark.parametrize("key", WORDS_OF)
def test_catalog_files_lists_exactly_the_words_that_columns_take(key: str) -> None:
    assert words_in_comment(key, CATALOG_FILES) == set(WORDS_OF[key].values)


def test_catalog_files_lists_exactly_the_kinds_of_source() -> None:
    table = CATALOG_FILES.partition("A source's `kind`")[2].partition("\n## ")[0]
    assert in_first_column(table) == set(choices.SourceKind.values)


def test_catalog_files_lists_exactly_the_id_schemes() -> None:
    assert in_first_column(section(CATALOG_FILES, "Identity")) == set(SCHEMES)


def test_the_schema_has_the_words_that_columns_take() -> None:
    wanted = {**WORDS_OF, "items": choices.DataType}
    found = dict(enums_of(json.loads(SCHEMA.read_text())))
    assert len(found) >= len(WORDS_OF)
    for path, words in found.items():
        key = path.rpartition("/")[2]
        expected = choices.SourceKind if path.startswith("/$defs/source/") else wanted[key]
        assert words == set(expected.values), path


# --- links ------------------------------------------------------------------------------------------------------------


def broken_links(page: Path, text: str) -> list[str]:
    """Links to files that are not there, seen from the page."""
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    inside = [
        target.partition("#")[0]
        for target in targets
        if "://" not in target and not target.startswith(("#", "mailto:"))
    ]
    return [target for target in inside if not (page.parent / target).exists()]


def test_pages_link_only_to_what_is_there() -> None:
    pages = project_files(".md")
    assert pages
    assert {str(page): broken for page in pages if (broken := broken_links(page, page.read_text()))} == {}


# --- each rule can be broken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ['env("A_KNOB")', 'env.int("A_KNOB", default=1)', 'os.environ["A_KNOB"]', 'os.environ.get("A_KNOB")']
)
def test_a_variable_that_is_read_is_seen(text: str) -> None:
    assert variables_read(text) == {"A_KNOB"}


def test_a_list_of_words_is_read_from_its_comment() -> None:
    assert words_in_comment("by", "    by: editor   # who: editor (default), owner, ai") == {"editor", "owner", "ai"}
    assert words_in_comment("by", "    by: editor") == set()


def test_a_fact_is_read_with_its_kinds() -> None:
    page = "## Facts by kind\n\n| `rows`, `size` | bytes | dataset, model |\n## Next\n| `x` | y | z |\n"
    assert facts_listed(page) == {"rows": {"dataset", "model"}, "size": {"dataset", "model"}}


def test_patterns_are_written_as_pages_write_them() -> None:
    assert as_written("artifacts/<slug:slug>/") == "artifacts/<slug>/"
    assert as_written(r"^artifacts/(?P<slug>[a-z0-9-]{1,120})/$") == "artifacts/<slug>/"


def test_a_broken_link_is_seen() -> None:
    assert broken_links(ROOT / "README.md", "[a](nowhere.md#x) [b](https://example.org) [c](#here)") == ["nowhere.md"]


def test_a_word_of_the_schema_is_seen() -> None:
    assert dict(enums_of({"a": {"b": {"enum": ["x"]}}})) == {"/a/b": {"x"}}
