"""What a schema cannot say: references, identities and values; each problem with its file and line."""

from __future__ import annotations

import pytest

from tests.catalog.importers.sample import CHAT, HERON, REEDS, Folder, only_problem


@pytest.mark.parametrize(
    ("file", "old", "new", "standing", "problem"),
    [
        (
            HERON,
            "publisher: heron\nlicence",
            "publisher: egret\nlicence",
            "publisher: egret",
            "There is no publisher “egret”",
        ),
        (
            "sources.yaml",
            "publisher: price-watch",
            "publisher: egret",
            "publisher: egret",
            "There is no publisher “egret”",
        ),
        (
            HERON,
            "kind: documentation\n    publisher: heron",
            "kind: documentation\n    publisher: egret",
            "publisher: egret",
            "no publisher “egret”",
        ),
        (
            HERON,
            "categories: [text-models]",
            "categories: [birds]",
            "categories: [birds]",
            "There is no category “birds”.",
        ),
        (
            HERON,
            "    value: 65536\n    source: price-list",
            "    value: 65536\n    source: gossip",
            "source: gossip",
            "There is no source “gossip”",
        ),
        (
            CHAT,
            "      - source: hub",
            "      - source: card",
            "- source: card",
            "There is no source “card” in this file",
        ),
        (REEDS, "    source: hub", "    source: card", "source: card", "no source “card”"),
        (CHAT, "    artifact: heron-7b\n", "    artifact: egret\n", "artifact: egret", "There is no artifact “egret”"),
        (
            CHAT,
            "    artifact: heron-7b\n",
            "    artifact: heron-7b-chat\n",
            "artifact: heron-7b-chat",
            "cannot refer to itself",
        ),
        (
            HERON,
            "      - artifact: heron-7b-chat",
            "      - artifact: egret",
            "- artifact: egret",
            "There is no artifact “egret”",
        ),
        (HERON, "    artifact: reeds", "    artifact: egret", "artifact: egret", "There is no artifact “egret”"),
        (HERON, "licence: apache-2.0", "licence: MIT /", "licence: MIT /", "is not an SPDX expression"),
        (
            HERON,
            "licence: apache-2.0",
            "licence: apache-2.0\nlifecycle: withdrawn",
            "lifecycle:",
            "needs a withdrawn_reason",
        ),
        (
            HERON,
            "  - name: parameters_total",
            "  - name: rows",
            "- name: rows",
            "A model has no fact “rows”; it has parameters_total",
        ),
        (
            HERON,
            "    value: 7000000000",
            "    value: true",
            "value: true",
            "Parameters takes a whole number, not True.",
        ),
        (HERON, "    value: 2026-03\n", "    value: 2026-13\n", "value: 2026-13", "not a date in any calendar"),
        (
            HERON,
            "    retrieved: 2026-05-31",
            "    retrieved: '2026-02-30'",
            "retrieved:",
            "2026-02-30 is not a date in any calendar.",
        ),
        (
            HERON,
            "        date: 2026-03-10",
            "        date: '2026-02-30'",
            "date: '2026",
            "2026-02-30 is not a date in any calendar.",
        ),
        (
            HERON,
            "      2026-04-30: 120",
            "      '2026-02-30': 120",
            "'2026-02-30'",
            "2026-02-30 is not a date in any calendar.",
        ),
        (
            HERON,
            "      2026-04-30: 120",
            "      2026-04-30: many",
            "2026-04-30: many",
            "likes takes a count, not 'many'.",
        ),
        (HERON, "      2026-04-30: 120", "      2026-04-30: -1", "2026-04-30: -1", "likes takes a count, not -1."),
        (
            HERON,
            "      2026-04-30: 120",
            "      2026-04-30: true",
            "2026-04-30: true",
            "likes takes a count, not True.",
        ),
        (
            HERON,
            "      2026-05-31: 2026-05-12",
            "      2026-05-31: 12",
            "2026-05-31: 12",
            "last_commit takes a date as value",
        ),
        (HERON, '    amount: "0.20"', '    amount: "-0.20"', "-0.20", "A price cannot be negative"),
        (HERON, '    amount: "0.20"', '    amount: "0.1234567890123"', "0.1234567890123", "12 places"),
        (HERON, '    amount: "0.20"', '    amount: "1234567890123"', "1234567890123", "12 places"),
        (HERON, '    score: "61.5"', '    score: "61.51234"', "61.51234", "4 places"),
        (HERON, '    score: "61.5"', '    score: "59.9"', 'score: "59.9"', "The score lies outside its interval."),
        (HERON, '    score: "61.5"', '    score: "63"', 'score: "63"', "The score lies outside its interval."),
        (
            HERON,
            "  - capability: text.summarisation",
            "  - capability: text.generation",
            "- capability: text.generation",
            "offered here already",
        ),
        (
            "capabilities.yaml",
            "  broader: text.generation",
            "  broader: text.everything",
            "broader:",
            "There is no capability “text.everything”",
        ),
        (
            "capabilities.yaml",
            "  broader: text.generation",
            "  broader: text.summarisation",
            "broader:",
            "broader than itself",
        ),
        (
            "capabilities.yaml",
            "synonyms: [summarization]",
            "synonyms: [Writing]",
            "[Writing]",
            "“Writing” is a word for text.generation already.",
        ),
        (
            "capabilities.yaml",
            "synonyms: [summarization]",
            "synonyms: [Object  Detection]",
            "[Object",
            "is a word for vision.detection already",
        ),
    ],
)
def test_a_problem_is_named_with_file_and_line(
    folder: Folder, file: str, old: str, new: str, standing: str, problem: str
) -> None:
    folder.replace(file, old, new)
    only_problem(folder, file, standing, problem)


@pytest.mark.parametrize(
    ("file", "row", "standing", "problem"),
    [
        (
            "categories.yaml",
            "- slug: corpora\n  name: Others\n",
            "slug: corpora",
            "“corpora” is defined in categories.yaml:4 already.",
        ),
        (
            "categories.yaml",
            "- slug: others\n  name: Corpora\n",
            "name: Corpora",
            "“Corpora” is defined in categories.yaml:5 already.",
        ),
        (
            "publishers.yaml",
            "- slug: heron\n  name: Others\n",
            "slug: heron",
            "“heron” is defined in publishers.yaml:1 already.",
        ),
        (
            "sources.yaml",
            "- key: hub\n  title: Again\n  kind: report\n",
            "key: hub",
            "“hub” is defined in sources.yaml:6 already.",
        ),
        (
            "capabilities.yaml",
            "- key: text.generation\n  name: Others\n",
            "key: text.generation",
            "is defined in capabilities.yaml:1 already.",
        ),
        (
            "capabilities.yaml",
            "- key: text.others\n  name: Summarisation\n",
            "name: Summarisation",
            "is defined in capabilities.yaml:6 already.",
        ),
        # Other names, and yet one address.
        (
            "capabilities.yaml",
            "- key: text.others\n  name: Text, generation!\n",
            "name: Text, g",
            "“text-generation” already belongs to text.generation.",
        ),
        ("capabilities.yaml", "- key: text.others\n  name: 要約\n", "name: 要約", "makes no address"),
        ("capabilities.yaml", "- key: text.others\n  name: Cats vs dogs\n", "name: Cats", "makes no address"),
        (
            HERON,
            "  - capability: text.genration\n    title: a\n    description: b\n",
            "text.genration",
            "Did you mean text.generation",
        ),
    ],
)
def test_a_row_too_many_is_named_with_file_and_line(
    folder: Folder, file: str, row: str, standing: str, problem: str
) -> None:
    folder.append(file, row)
    only_problem(folder, file, standing, problem)


def test_a_circle_of_broader_ones_is_named_at_each_of_them(folder: Folder) -> None:
    folder.replace("capabilities.yaml", "synonyms: [writing, text completion]", "broader: text.summarisation")
    assert folder.problems() == [
        "capabilities.yaml:4: text.generation would be broader than itself.",
        "capabilities.yaml:9: text.summarisation would be broader than itself.",
    ]


# --- suggestions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("text.summary", "text.summarisation"),
        ("vision.object-detection", "vision.detection"),
        ("text.sumarisation", ""),
    ],
)
def test_an_unknown_capability_comes_with_a_suggestion(folder: Folder, key: str, meant: str) -> None:
    folder.replace(HERON, "  - capability: text.summarisation", f"  - capability: {key}")
    only_problem(folder, HERON, f"capability: {key}", f"There is no capability “{key}” in the vocabulary.")
    if meant:
        assert meant in folder.problems()[0].partition("Did you mean ")[2]


def test_nothing_near_gives_no_suggestion(folder: Folder) -> None:
    folder.replace(HERON, "  - capability: text.summarisation", "  - capability: zz.qq")
    assert "Did you mean" not in folder.problems()[0]


def test_all_problems_of_all_files_come_at_once(folder: Folder) -> None:
    folder.replace(HERON, '    amount: "0.20"', '    amount: "-0.20"')
    folder.replace(CHAT, "    artifact: heron-7b\n", "    artifact: egret\n")
    folder.replace("capabilities.yaml", "  broader: text.generation", "  broader: text.summarisation")
    assert len(folder.problems()) == 3
    assert folder.problems() == sorted(folder.problems())
