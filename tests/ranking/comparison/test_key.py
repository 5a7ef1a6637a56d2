from __future__ import annotations

import pytest

from ranking.comparison.key import CannotCompare, checked, key_of, slugs_in


def test_the_order_of_a_key_is_the_alphabets() -> None:
    assert key_of(["whisper", "aider", "mixtral-8x7b"]) == "aider-vs-mixtral-8x7b-vs-whisper"


def test_a_key_names_the_slugs_it_is_made_of() -> None:
    assert slugs_in("b-vs-a") == ["b", "a"]
    assert key_of(slugs_in("b-vs-a")) == "a-vs-b"


def test_a_slug_that_ends_or_begins_like_the_separator_stays_whole() -> None:
    assert slugs_in("a-v-vs-s-b") == ["a-v", "s-b"]


@pytest.mark.parametrize(
    ("slugs", "said"),
    [
        (["a", "a"], "same artifact"),
        (["a"], "Choose one more"),
        ([], "Choose one more"),
        (["", "a"], "Choose one more"),
        (list("abcde"), "not 5"),
    ],
)
def test_too_few_and_too_many_are_refused_with_what_to_do(slugs: list[str], said: str) -> None:
    with pytest.raises(CannotCompare, match=said):
        checked(slugs)


def test_one_named_twice_beside_another_is_named_once() -> None:
    assert checked(["a", "b", "a"]) == ["a", "b"]
