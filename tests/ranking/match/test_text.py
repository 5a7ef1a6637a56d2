"""Any text has words, and what is typed never costs more than its caps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.match import text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", []),
        ("x", ["x"]),
        ("Turn SPEECH into text!", ["turn", "speech", "into", "text"]),
        ("don't (really)", ["don't", "really"]),
        ("snake_case and kebab-case", ["snake", "case", "and", "kebab", "case"]),
        ("C++ or C#?", ["c++", "or", "c#"]),
        ("\N{GRINNING FACE}\N{ROCKET}", []),
        ("翻訳する", ["翻訳", "訳す", "する"]),
        ("文", ["文"]),
        ("हिन्दी अनुवाद", ["हिन्दी", "अनुवाद"]),
        ("'; DROP TABLE x; --", ["drop", "table", "x"]),
        ('text:"a b" AND NOT (c^2 ~3)', ["text", "a", "b", "and", "not", "c", "2", "3"]),
    ],
)
def test_words(given: str, expected: list[str]) -> None:
    assert text.words(given) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("researching papers", "research paper"), ("Café", "cafe"), ("translations", "translation"), ("ＡＰＩ", "api")],
)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert text.query_stems(one) == text.query_stems(other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ResearchHelper", "Research Helper"), ("org/conv-bert_base", "org conv bert base"), ("AI2sql", "AI2sql")],
)
def test_names_are_taken_apart(name: str, expected: str) -> None:
    assert text.name_in_words(name) == expected


def test_a_query_is_cut() -> None:
    """Beyond 500 characters and 64 words nothing is read, however long it is."""
    assert len(text.cleaned("a" * 100_000)) == text.LONGEST_QUERY
    assert len(text.query_stems(" ".join(f"w{i}" for i in range(300)))) == text.MOST_QUERY_WORDS
    assert max(map(len, text.words("y" * 400))) == text.LONGEST_WORD


@pytest.mark.parametrize("given", ["\x00\x01", "\ud800", "a\u2028b", "\t\n "])
def test_what_no_reader_types_is_left_out(given: str) -> None:
    assert not set(text.cleaned(given)) - {"a", "b", " "}


def test_words_of_asking_tell_nothing() -> None:
    assert text.telling("Can you please help me with my taxes?") == ("taxes",)
    assert text.telling("what is it about") == ()


@given(st.text(max_size=800))
def test_any_text_at_all(given: str) -> None:
    """Never a crash, and cleaning what is clean changes nothing but white space at the end."""
    once = text.cleaned(given)
    assert text.cleaned(once) == once
    assert len(text.query_stems(given)) <= text.MOST_QUERY_WORDS
    assert text.numbers_of(text.query_stems(given)).dtype.name == "uint32"
