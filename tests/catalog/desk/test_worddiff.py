"""Two texts by words."""

from __future__ import annotations

import time

import pytest

from catalog.desk.worddiff import Segment, segments
from tests.patience import PATIENCE


def before_and_after(found: tuple[Segment, ...]) -> tuple[str, str]:
    return (
        "".join(one.text for one in found if one.how != "came"),
        "".join(one.text for one in found if one.how != "gone"),
    )


def test_a_changed_word_goes_and_comes_between_those_that_stayed() -> None:
    assert segments("The quick fox", "The slow fox") == (
        Segment("same", "The"),
        Segment("gone", " quick"),
        Segment("came", " slow"),
        Segment("same", " fox"),
    )


@pytest.mark.parametrize(
    ("was", "now"), [("", "a b"), ("a b", ""), ("a\n\nb c", "a b\nc"), ("one two", "two one"), ("a ", "a")]
)
def test_both_texts_can_be_read_out_of_it(was: str, now: str) -> None:
    assert before_and_after(segments(was, now)) == (was, now)


def test_what_stayed_is_cut_in_its_middle() -> None:
    long = " ".join(f"w{n}" for n in range(100))
    said = segments(f"{long} end", f"{long} finish")
    assert len(said[0].text) < 60
    assert said[0].text.endswith("w98 w99")
    assert said[1:] == (Segment("gone", " end"), Segment("came", " finish"))


def test_long_texts_are_compared_by_lines() -> None:
    """By words these would take minutes."""
    was = "\n".join(f"line {n} of a long text" for n in range(4_000))
    start = time.monotonic()
    found = segments(was, was.replace("line 7 ", "row 7 "))
    assert time.monotonic() - start < PATIENCE
    assert Segment("gone", "line 7 of a long text\n") in found
