"""Every error of a folder is told in one go, and what is wrong in one file does not invent errors in others."""

from __future__ import annotations

import pytest

from tests.catalog.importers.sample import CHAT, HERON, REEDS, Folder


def texts(folder: Folder) -> list[str]:
    return [problem.split(": ", 1)[1] for problem in folder.problems()]


def test_an_impossible_date_hides_no_reference_error_in_its_own_file(folder: Folder) -> None:
    folder.replace(HERON, "    retrieved: 2026-05-31\n", "    retrieved: 2026-02-30\n")
    folder.replace(HERON, "categories: [text-models]", "categories: [nowhere]")
    assert texts(folder) == ["There is no category “nowhere”.", "“2026-02-30” is not a possible date."]


def test_a_wrong_shape_hides_no_reference_error_in_other_files(folder: Folder) -> None:
    folder.replace(HERON, "kind: model", "kind: modle")
    folder.append(REEDS, "publisher: nobody\n")
    found = texts(folder)
    assert any(text.startswith("kind: “modle”") for text in found)
    assert any("There is no publisher “nobody”" in text for text in found)
    assert len(found) == 2


@pytest.mark.parametrize("spoilt", ["kind: modle\n", "slug: [\n", "just words\n", "\t\n"])
def test_what_a_spoilt_file_defines_is_not_missed_elsewhere(folder: Folder, spoilt: str) -> None:
    folder.write(HERON, spoilt)
    assert {problem.split(":")[0] for problem in folder.problems()} == {HERON}


@pytest.mark.parametrize("name", ["categories", "publishers", "capabilities", "sources"])
@pytest.mark.parametrize("spoilt", ["a: [\n", "words\n", ""])
def test_nor_what_a_spoilt_list_defines(folder: Folder, name: str, spoilt: str) -> None:
    folder.write(f"{name}.yaml", spoilt)
    assert {problem.split(":")[0] for problem in folder.problems()} == {f"{name}.yaml"}


def test_a_spoilt_row_of_a_list_counts_as_known(folder: Folder) -> None:
    folder.append("categories.yaml", "- slug: herons\n  name: 7\n")
    folder.replace(HERON, "categories: [text-models]", "categories: [herons]")
    assert texts(folder) == ["name takes a text, not '7'. Put it in quotes."]


def test_a_key_given_twice_hides_nothing(folder: Folder) -> None:
    folder.replace(HERON, "kind: model\n", "kind: model\nkind: model\n")
    folder.replace(CHAT, "categories: [text-models]", "categories: [nowhere]")
    assert texts(folder) == ["There is no category “nowhere”.", "“kind” stands here a second time."]
