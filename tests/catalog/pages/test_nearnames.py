"""Which artifacts a reader may have meant by a name that none has."""

from __future__ import annotations

import pytest

from catalog.columns.words import Words
from catalog.pages.nearnames import names_mistyped, names_near
from catalog.state import live_state
from tests.factories import make_artifact
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
@remembered
def catalog(db: None) -> None:
    for name in (
        "Mistral Large 3",
        "Mistral Small",
        "Whisper large-v3",
        "Stable Diffusion XL",
        "Stable Audio",
        "Chat UI",
    ):
        make_artifact(name=name)
    make_artifact(name="Mistral Draft", lifecycle="draft")


def mistyped(text: str) -> list[str]:
    return [row.name for row in names_mistyped(text, live_state())]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mistrl", {"Mistral Large 3", "Mistral Small"}),
        ("MISTRL-large", {"Mistral Large 3"}),
        ("wisper", {"Whisper large-v3"}),
        ("whispr", {"Whisper large-v3"}),
        ("stable difusion", {"Stable Diffusion XL"}),
        ("stabel difusion xl", {"Stable Diffusion XL"}),
    ],
)
def test_a_mistyped_name_is_found(text: str, names: set[str]) -> None:
    assert set(mistyped(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "mistral",  # it is called so
        "whisp",  # and this begins what is
        "audio large",  # both are words of names, if of no one's
        "mistrl for my own shop",  # a sentence
        "mistrl cookbook",  # the other word is in no name
        "cat",  # too short to tell
        "transcribe",
        "asdfghjkl qwrt",
        "",
        "\x00 🎧",
        "x" * 5_000,
    ],
)
def test_what_may_be_a_need_proposes_no_names(text: str) -> None:
    assert mistyped(text) == []


def test_a_slip_in_the_first_letters_is_found_where_a_name_was_asked_for() -> None:
    assert [row.name for row in names_near("wisper", live_state())] == ["Whisper large-v3"]


def test_the_likelier_word_comes_before_the_more_alike_name() -> None:
    make_artifact(name="Ministral")
    assert mistyped("mistrl") == ["Mistral Small", "Mistral Large 3", "Ministral"]


def test_no_names_at_all() -> None:
    words = Words([])
    assert not words.begin_with("a")
    assert words.mistyped_as("mistral") == ()


def test_the_likeliest_word_comes_first() -> None:
    assert Words(["gemma", "lemma", "gamma ray"]).mistyped_as("gemna")[0] == "gemma"
