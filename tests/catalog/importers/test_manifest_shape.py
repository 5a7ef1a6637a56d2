"""The shape of catalog files: what the published schema refuses, said in plain words with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from catalog.choices import (
    BenchmarkStanding,
    DataType,
    Frequency,
    Kind,
    Lifecycle,
    Meter,
    Origin,
    Relation,
    Signal,
    SourceKind,
    TakenApartBy,
)
from catalog.importers.manifest.shape import SCHEMA_FILE
from tests.catalog.importers.sample import HERON, Folder


def test_the_sample_has_no_problem(folder: Folder) -> None:
    assert folder.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("kind: model", "kind: modle", "kind: “modle” is not one of agent, api,"),
        ("slug: heron-7b", "slug: Heron 7B", "slug: “Heron 7B” does not have the form"),
        ("slug: heron-7b", "slug: heron-vs-egret", "slug: “heron-vs-egret”. A slug cannot contain -vs-"),
        ("slug: heron-7b", "slug: heron-vs", "slug: “heron-vs”. A slug cannot contain -vs-"),
        ("slug: heron-7b", 'slug: "heron-7b\\n"', "slug: "),
        ("name: Heron 7B\n", "name: ''\n", "name is empty."),
        ("name: Heron 7B\n", "name: 7\n", "name takes a text, not '7'. Put it in quotes."),
        ("name: Heron 7B\n", "", "name is missing."),
        ("tagline: A small", f"tagline: {'x' * 160}", "tagline takes at most 160 characters, not"),
        (
            "homepage: https://heron.example/7b",
            "homepage: javascript:alert(1)",
            "homepage: “javascript:alert(1)” does not have the form",
        ),
        ("homepage: https://heron.example/7b", 'homepage: "https://heron.example/7b\\n"', "homepage: "),
        ("categories: [text-models]", "categories: text-models", "categories takes a list, not 'text-models'."),
        ("licence: apache-2.0", "license: apache-2.0", "“license” is not known here; there are slug, name, kind"),
        ("    kind: documentation\n", "    kind: gossip\n", "kind: “gossip” is not one of code"),
        ("    value: 32768\n", "", "value is missing."),
        (
            "    retrieved: 2026-05-31\n",
            "    retrieved: 31 May 2026\n",
            "retrieved: “31 May 2026” does not have the form",
        ),
        ("    meter: output_tokens\n", "    meter: outputs\n", "meter: “outputs” is not one of input_tokens"),
        ('    amount: "0.60"\n', "    amount: 0.60\n", "amount takes a text, not '0.6'. Put it in quotes."),
        ('    amount: "0.60"\n', '    amount: "6e-07"\n', "amount: “6e-07” does not have the form"),
        ('    amount: "0.60"\n', '    amount: "0.60\\n"\n', "amount: "),
        ("  - signal: likes\n", "  - signal: applause\n", "signal: “applause” is not one of stars"),
        ("      2026-04-30: 120\n", "      last month: 120\n", "values: "),
        ("    input: [text]\n    output: [text, code]\n", "    input: [smell]\n", "input: “smell” is not one of text"),
        ("        frequency: occasional\n", "        frequency: often\n", "frequency: “often” is not one of rare"),
        (
            "        quote: Heron continues text.\n",
            f"        quote: {'x' * 301}\n",
            "quote takes at most 300 characters, not 301.",
        ),
        ("    title: Writes on, calmly\n", "", "title is missing."),
    ],
)
def test_a_wrong_shape_is_named_with_file_and_line(folder: Folder, old: str, new: str, problem: str) -> None:
    folder.replace(HERON, old, new)
    (found,) = folder.problems()
    place, line, text = found.split(":", 2)
    assert place == HERON
    assert text.strip().startswith(problem)
    lines = (folder.path / HERON).read_text().splitlines()
    # What is there is named where it stands; what is missing, at the thing that lacks it.
    assert 1 <= int(line) <= len(lines)
    if new:
        assert int(line) == folder.line_of(HERON, new.strip().splitlines()[0].strip()) or problem.startswith("values")


def test_every_problem_of_every_file_is_named_at_once_sorted_by_place(folder: Folder) -> None:
    folder.replace(HERON, "kind: model", "kind: modle")
    folder.replace(HERON, "licence: apache-2.0", "license: apache-2.0")
    folder.append("categories.yaml", "- slug: x\n")
    places = [problem.split(": ")[0] for problem in folder.problems()]
    assert places == [f"{HERON}:3", f"{HERON}:8", "categories.yaml:6"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "takes a mapping"), ("[]\n", "takes a mapping"), ("just words\n", "takes a mapping"), ("a: [\n", "not YAML")],
)
def test_a_file_that_holds_something_else(folder: Folder, text: str, problem: str) -> None:
    folder.write("artifacts/odd.yaml", text)
    (found,) = folder.problems()
    assert found.startswith("artifacts/odd.yaml:")
    assert problem in found


def test_a_list_file_that_is_empty_is_named_not_an_error(folder: Folder) -> None:
    folder.write("categories.yaml", "")
    (found,) = folder.problems()
    assert found.startswith("categories.yaml:1: ")


def test_a_file_in_an_unexpected_place_is_refused(folder: Folder) -> None:
    folder.write("artefacts/x.yaml", "slug: x\n")
    folder.write("artifacts.yaml", "slug: x\n")
    assert [problem.split(":")[0] for problem in folder.problems()] == ["artefacts/x.yaml", "artifacts.yaml"]


def test_a_list_may_be_a_folder_of_lists(folder: Folder) -> None:
    folder.write("publishers/more.yaml", "- slug: egret\n  name: Egret\n")
    folder.replace("artifacts/reeds.yaml", "licence: CC-BY-SA-4.0", "licence: CC-BY-SA-4.0\npublisher: egret")
    assert folder.problems() == []


def test_a_folder_that_is_not_there_or_empty(tmp_path: Path, folder: Folder) -> None:
    folder.path = tmp_path / "nowhere"
    assert "There is no such folder." in folder.problems()[0]
    folder.path.mkdir()
    assert "There is no .yaml file in this folder." in folder.problems()[0]


def test_the_schema_is_a_schema_and_lists_the_words_of_the_choices() -> None:
    import json

    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    defined = schema["$defs"]
    for path, choices in {
        ("artifact", "kind"): Kind,
        ("artifact", "lifecycle"): Lifecycle,
        ("source", "kind"): SourceKind,
        ("fact", "origin"): Origin,
        ("evidence", "origin"): Origin,
        ("price", "meter"): Meter,
        ("benchmark", "standing"): BenchmarkStanding,
        ("lineage", "relation"): Relation,
        ("reading", "signal"): Signal,
        ("failure_mode", "frequency"): Frequency,
        ("offering", "by"): TakenApartBy,
    }.items():
        assert set(defined[path[0]]["properties"][path[1]]["enum"]) == set(choices.values), path
    assert set(defined["data_types"]["items"]["enum"]) == set(DataType.values)


def test_no_other_word_than_those_of_the_schema_is_known(folder: Folder) -> None:
    """A misspelt key would otherwise be dropped without a word."""
    import json

    def objects(node: Any) -> list[dict[str, Any]]:
        if isinstance(node, list):
            return [found for item in node for found in objects(item)]
        if not isinstance(node, dict):
            return []
        return ([node] if "properties" in node else []) + [found for item in node.values() for found in objects(item)]

    for node in objects(json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"]):
        assert node.get("additionalProperties") is False
