"""YAML that knows its lines, and the YAML that is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.importers import documents
from catalog.importers.documents import MAX_BYTES, MAX_DEPTH, Document, parse, read_document

DEMO = Path(__file__).resolve().parents[3] / "unfragile_site/demo"


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse(text, "a.yaml").problems]


def test_a_plain_document_and_the_lines_of_its_values() -> None:
    document = parse("slug: a\nfacts:\n  - name: x\n    value: 1\n  - name: y\n\n    value: [1, 2]\n", "a.yaml")
    assert document.problems == []
    assert document.data == {"slug": "a", "facts": [{"name": "x", "value": 1}, {"name": "y", "value": [1, 2]}]}
    lines = {("slug",): 1, ("facts",): 2, ("facts", 0): 3, ("facts", 0, "value"): 4, ("facts", 1, "value"): 7}
    assert {path: document.line(path) for path in lines} == lines


def test_the_line_of_something_missing_is_that_of_what_is_around_it() -> None:
    document = parse("a: 1\nb:\n  c: 2\n", "a.yaml")
    assert document.line(("b", "d", "e")) == 2
    assert document.line(("z",)) == 1
    assert Document("empty").line(("z",)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1_000", -1_000),
        ("+5", 5),
        ("0", 0),
        ("007", 7),
        ("1.5", 1.5),
        ("true", True),
        ("Off", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("2026-05-31", "2026-05-31"),
        ("'2026-05-31'", "2026-05-31"),
        ("2026-05", "2026-05"),
        ("'1'", "1"),
        ("1e3", "1e3"),
        ("text: ", {"text": None}),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        ("\u05e9\u05dc\u05d5\u05dd 🙂", "\u05e9\u05dc\u05d5\u05dd 🙂"),
    ],
)
def test_scalars(text: str, value: Any) -> None:
    document = parse(text, "a.yaml")
    assert document.problems == []
    assert document.data == value
    assert type(document.data) is type(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: [1\n", "a.yaml:3: This is not YAML"),
        ("a: 1\n\tb: 2\n", "a.yaml:2: This is not YAML"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2: This is not YAML"),
        ("a: 1\nb: &x 2\n", "a.yaml:2: Anchors and aliases are not allowed"),
        ("a: 1\nb: *x\n", "a.yaml:2: Anchors and aliases are not allowed"),
        ("a: &x [1]\nb: [*x, *x]\n", "a.yaml:1: Anchors and aliases are not allowed"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", "a.yaml:2: The tag"),
        ("a: 1\nb: !!python/name:os.system\n", "a.yaml:2: The tag"),
        ("a: 1\nb: !own {c: 1}\n", "a.yaml:2: The tag"),
        ("a: 1\nb: !own [1]\n", "a.yaml:2: The tag"),
        ("a: 1\nb: !own text\n", "a.yaml:2: The tag"),
        ("a: 1\nb: !!binary aGVsbG8=\n", "a.yaml:2: The tag"),
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3: “a” stands here a second time."),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "a.yaml:4: “b” stands here a second time."),
        ("1: x\n'1': y\n", "a.yaml:2: “1” stands here a second time."),
        ("a: 1\n? [b, c]\n: 2\n", "a.yaml:2: A key must be a plain word."),
        ("a: 1\nb: 2026-02-30\n", "a.yaml:2: “2026-02-30” is not a possible date."),
        ("a: 1\nb: 2025-02-29\n", "a.yaml:2: “2025-02-29” is not a possible date."),
        ("v:\n  2026-01-31: 1\n  2026-02-28: 2\n  2026-02-30: 3\n", "a.yaml:4: “2026-02-30” is not a possible date."),
        ("a: 2001-12-14t21:59:43.10-05:00\n", "a.yaml:1: “2001-12-14t21:59:43.10-05:00” is not a possible date."),
        ("a: 1\nb: 190:20:30\n", "a.yaml:2: “190:20:30” is not a possible number."),
        ("a: 1\nb: 0x1F\n", "a.yaml:2: “0x1F” is not a possible number."),
        ("a: 1\nb: .inf\n", "a.yaml:2: “.inf” is not a possible number."),
        ("a: 1\nb: .nan\n", "a.yaml:2: “.nan” is not a possible number."),
        ("a: 1\nb: " + "9" * 5_000 + "\n", "a.yaml:2: “99999"),
        ('a: 1\nb: "\\0"\n', "a.yaml:2: "),  # no database keeps this character in a text
        ('a: 1\nb: "\\ud800"\n', "a.yaml:2: "),  # half a character
        ('a: 1\nb: "\\UFFFFFFFF"\n', "a.yaml:"),  # beyond the last character there is
        ("a: \x00\n", "a.yaml:1: This is not YAML"),
        ("%YAML 99999999999999999999.1\n---\na: 1\n", "a.yaml:"),
    ],
)
def test_what_is_refused_is_named_with_its_line(text: str, problem: str) -> None:
    found = problems(text)
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_every_problem_of_a_file_is_named_not_only_the_first() -> None:
    assert len(problems("a: 2026-02-30\nb: 2026-02-31\nb: 1\n")) == 3


def test_a_bomb_of_aliases_is_refused_before_it_unfolds() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)
    ]
    assert problems("\n".join(lines)) == ["a.yaml:1: Anchors and aliases are not allowed; write the value out."]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 300, 5_000, 50_000])
@pytest.mark.parametrize("bracket", ["[", "{a: "])
def test_deep_nesting_is_refused(depth: int, bracket: str) -> None:
    closing = "]" if bracket == "[" else "}"
    assert len(problems(f"a: {bracket * depth}1{closing * depth}")) == 1


def test_nesting_up_to_the_limit_is_read() -> None:
    assert problems("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes("a: 1\nb: é\n".encode("latin-1"))
    assert [str(p) for p in read_document(file, "x/a.yaml").problems] == ["x/a.yaml:2: The file is not UTF-8."]


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: " + "x" * (MAX_BYTES - 3))
    assert read_document(file, "a.yaml").problems == []
    file.write_text("a: " + "x" * (MAX_BYTES - 2))
    assert "at most 262,144 are read" in str(read_document(file, "a.yaml").problems[0])


def test_a_file_that_is_not_there_is_a_problem_not_an_error(tmp_path: Path) -> None:
    assert "cannot be read" in str(read_document(tmp_path / "a.yaml", "a.yaml").problems[0])


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_document(file, "a.yaml").data == {"a": 1}


# --- arbitrary text ---------------------------------------------------------------------------------------------------

yaml_like = st.lists(
    st.sampled_from(
        [
            "a",
            "b: ",
            "- ",
            "\n",
            "  ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&x ",
            "*x",
            "!t ",
            "!!int ",
            "'",
            '"',
            "\\",
            "\\U",
            "\\x",
            "|",
            ">",
        ]
    )
    | st.sampled_from(
        [
            "2026-02-30",
            "1e9",
            "0x",
            "~",
            "<<: ",
            "? ",
            ": ",
            "#",
            "%YAML ",
            "---",
            "...",
            "\t",
            "\x00",
            "\ufeff",
            "\ud7ff",
            "1:2",
            "_",
        ]
    )
    | st.text(max_size=4),
    max_size=25,
).map("".join)


@given(st.text(max_size=200) | yaml_like)
def test_no_text_makes_it_raise_and_every_problem_has_a_line(text: str) -> None:
    document = parse(text, "a.yaml")
    assert all(problem.line >= 1 for problem in document.problems)
    assert not document.problems or all(problem.text.endswith(".") for problem in document.problems)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.yaml"
    file.write_bytes(raw)
    read_document(file, "a.yaml")


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("abc é🙂:#-'", max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abcxyz", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(plain)
def test_what_yaml_writes_is_read_back(value: Any) -> None:
    import yaml

    document = parse(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "a.yaml")
    assert document.problems == []
    # Keys are always texts here: a bare `n` or `y` is a word, not a boolean.
    assert document.data == value


@pytest.mark.real_data
def test_real_server_files_are_read(real_data: Path) -> None:
    files = sorted((real_data / "sources" / "docker-mcp" / "servers").glob("*/server.yaml"))
    assert len(files) > 300
    documents = [read_document(file, file.parent.name) for file in files]
    assert [str(problem) for document in documents for problem in document.problems] == []
    assert all(document.data["name"] for document in documents)
    assert all(document.line(("image",)) > 1 for document in documents if "image" in document.data)


@pytest.mark.parametrize("text", [file.read_text() for file in sorted(DEMO.rglob("*.yaml"))[::12]])
def test_both_readers_see_the_same(text: str) -> None:
    """The quick one and the one that explains: same values, same lines."""
    quick = documents._parsed_quickly(text, "a.yaml")
    plain = documents._parsed(text, "a.yaml")
    assert quick is not None
    assert (quick.data, quick.lines, quick.is_read) == (plain.data, plain.lines, plain.is_read)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=12,
    )
)
def test_both_readers_see_the_same_of_anything_written(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    quick, plain = documents._parsed_quickly(text, "a.yaml"), documents._parsed(text, "a.yaml")
    if quick is not None:
        assert (quick.data, quick.lines) == (plain.data, plain.lines)
