"""A thing is listed once, a statement made once, a source known by one name; else file and line are named."""

from __future__ import annotations

import pytest

from tests.catalog.importers.sample import CHAT, HERON, REEDS, Folder, only_problem


@pytest.mark.parametrize(
    "again", ["heron/Heron-7B-Chat", "HERON/heron-7b-chat"], ids=["the same id", "in another spelling"]
)
def test_two_files_with_one_identity(folder: Folder, again: str) -> None:
    folder.replace(REEDS, "  huggingface: heron/reeds", f"  huggingface: {again}")
    only_problem(folder, REEDS, "huggingface:", f"huggingface {again} is {CHAT}: a thing is listed once.")


def test_two_files_with_one_repository_in_two_spellings(folder: Folder) -> None:
    folder.replace(
        CHAT, "  huggingface:", "  repository: https://www.github.com/Heron/corpora.git#reeds\n  huggingface:"
    )
    only_problem(folder, REEDS, "repository:", "a thing is listed once")


def test_an_id_of_an_unknown_scheme_or_form(folder: Folder) -> None:
    folder.replace(REEDS, "  huggingface: heron/reeds", "  sourceforge: heron")
    only_problem(folder, REEDS, "sourceforge:", "There is no id scheme “sourceforge”")


@pytest.mark.parametrize("address", ["https://github.com/heron", "https://[github.com/a/b"])
def test_an_address_that_is_no_repository(folder: Folder, address: str) -> None:
    folder.replace(REEDS, "https://github.com/heron/corpora#reeds", f"'{address}'")
    only_problem(folder, REEDS, "repository:", "is no address of a repository")


def test_two_files_with_one_slug(folder: Folder) -> None:
    folder.write("artifacts/zz.yaml", "slug: reeds\nname: Others\nkind: dataset\nlifecycle: draft\n")
    only_problem(folder, "artifacts/zz.yaml", "slug:", f"The slug “reeds” belongs to {REEDS} already.")


def test_an_alias_that_is_anothers_slug_or_alias(folder: Folder) -> None:
    folder.replace(REEDS, "licence: CC", "aliases: [heron-small, heron-7b]\nlicence: CC")
    assert folder.problems() == [
        f"{REEDS}:7: The slug “heron-7b” belongs to {HERON} already.",
        f"{REEDS}:7: The slug “heron-small” belongs to {HERON} already.",
    ]


def test_an_alias_holding_vs_is_no_problem_for_comparisons_but_a_slug_is(folder: Folder) -> None:
    """An alias only redirects; two artifacts in a comparison's address go by their slugs."""
    folder.replace(REEDS, "slug: reeds", "slug: reeds-vs-rushes")
    assert any("cannot contain -vs-" in problem for problem in folder.problems())


# --- the same statement twice -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "section", "standing", "problem"),
    [
        (
            "  - name: rows\n    value: 9100\n    source: hub\n",
            "facts",
            "name: rows",
            "rows from hub stands here already.",
        ),
        (
            (
                "readings:\n  - signal: likes\n    source: hub\n    values: {2026-05-31: 1}\n"
                "  - signal: likes\n    source: hub\n    values: {2026-05-31: 2}\n"
            ),
            "readings",
            "values: {2026-05-31: 2}",
            "stands here already",
        ),
        (
            "prices:\n" + 2 * "  - {provider: P, meter: download, amount: '0', source: hub}\n",
            "prices",
            "provider: P",
            "The same price stands here already.",
        ),
        (
            "benchmarks:\n" + 2 * "  - {benchmark: B, score: '1', metric: m, source: hub}\n",
            "benchmarks",
            "benchmark: B",
            "stands here already",
        ),
        (
            "lineage:\n" + 2 * "  - {relation: derived_from, artifact: heron-7b}\n",
            "lineage",
            "relation: derived_from",
            "stands here already",
        ),
        (
            (
                "offerings:\n  - capability: text.generation\n    title: a\n    description: b\n"
                "    evidence:\n      - source: hub\n      - source: hub\n"
            ),
            "evidence",
            "evidence:",
            "The same evidence stands here twice.",
        ),
        (
            (
                "offerings:\n  - capability: text.generation\n    title: a\n    description: b\n    against:\n"
                "      - {artifact: heron-7b, text: a}\n      - {artifact: heron-7b, text: b}\n"
            ),
            "against",
            "against:",
            "The same alternative stands here twice.",
        ),
    ],
)
def test_the_same_statement_twice(folder: Folder, row: str, section: str, standing: str, problem: str) -> None:
    """Two values for one statement of one source would overwrite each other at every import."""
    folder.append(REEDS, row)
    only_problem(folder, REEDS, standing, problem)


def test_two_keys_for_one_address_are_one_source(folder: Folder) -> None:
    folder.append(
        REEDS,
        "  - name: rows\n    value: 9100\n    source: hub-again\n"
        "sources:\n  hub-again: {title: Hub, url: 'https://hub.example/2026-05', kind: registry}\n",
    )
    only_problem(folder, REEDS, "name: rows", "stands here already")


def test_a_price_that_ends_before_it_starts(folder: Folder) -> None:
    folder.replace(HERON, '    amount: "0.20"\n', '    amount: "0.20"\n    valid_to: 2026-04-01\n')
    only_problem(folder, HERON, "valid_to:", "A price must end after it starts.")


# --- sources ----------------------------------------------------------------------------------------------------------


def test_an_own_source_under_a_shared_key(folder: Folder) -> None:
    folder.replace(HERON, "sources:\n", "sources:\n  hub: {title: Mine, kind: report}\n")
    only_problem(folder, HERON, "hub: {title", "“hub” is a shared source already")


@pytest.mark.parametrize("keys", [("the-card", "the.card"), ("The card", "the-card")])
def test_two_keys_that_would_become_one_source(folder: Folder, keys: tuple[str, str]) -> None:
    """Else what the one says would be shown as said by the other."""
    rows = "".join(
        f"  '{key}': {{title: T, url: 'https://x.example/{n}', kind: report}}\n" for n, key in enumerate(keys)
    )
    folder.append(REEDS, f"sources:\n{rows}")
    only_problem(folder, REEDS, f"'{keys[1]}'", "cannot be told apart from")


def test_a_key_that_would_become_anothers_source(folder: Folder) -> None:
    """`heron-7b` with `chat-card` and `heron-7b-chat` with `card` read alike."""
    folder.replace(HERON, "sources:\n", "sources:\n  chat-card: {title: A, url: 'https://x.example/1', kind: report}\n")
    folder.append(CHAT, "sources:\n  card: {title: B, url: 'https://x.example/2', kind: report}\n")
    (problem,) = folder.problems()
    assert "cannot be told apart from" in problem


@pytest.mark.parametrize("key", ["Price List", "price_list", "-"])
def test_a_shared_key_that_makes_no_address(folder: Folder, key: str) -> None:
    folder.append("sources.yaml", f"- key: '{key}'\n  title: T\n  kind: report\n")
    only_problem(folder, "sources.yaml", f"'{key}'", "takes letters, digits and hyphens")


def test_a_key_without_a_letter(folder: Folder) -> None:
    folder.append(REEDS, "sources:\n  '!!!': {title: T, kind: report}\n")
    only_problem(folder, REEDS, "'!!!'", "takes letters, digits and hyphens")
