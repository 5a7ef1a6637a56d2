"""The encoder: texts that mean the like lie near each other."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.wordvectors import DIMENSIONS, _encoder, encode, nearest

VOCABULARY = {
    "summarisation": "Summarisation",
    "detection": "Object detection",
    "translation": "Translation",
    "speech": "Speech recognition",
    "code": "Code generation",
    "search": "Web search",
}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("summarise a text", "summarisation"),
        ("find the things in a picture", "detection"),
        ("translate from French into German", "translation"),
        ("write a Python function", "code"),
        ("look something up on the internet", "search"),
    ],
)
def test_the_nearest_is_what_is_meant(text: str, meant: str) -> None:
    assert nearest(text, VOCABULARY, count=1, at_least=0) == [meant]


def test_summarising_is_nearer_to_summarisation_than_to_object_detection() -> None:
    text, near, far = encode(["summarise a text", "summarisation", "object detection"])
    assert text @ near > text @ far + 0.2


def test_rows_have_length_one_and_a_text_without_words_has_none() -> None:
    vectors = encode(["summarise a text", "🙂", ""])
    assert vectors.shape == (3, DIMENSIONS)
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths[0] == pytest.approx(1, abs=1e-5)
    assert all(length == pytest.approx(1, abs=1e-5) or length == 0 for length in lengths)
    assert not np.isnan(vectors).any()


def test_no_texts_give_no_rows() -> None:
    assert encode([]).shape == (0, DIMENSIONS)
    assert nearest("x", {}, count=3) == []


def test_the_same_text_has_the_same_vector_alone_and_in_company() -> None:
    company = encode(["summarise a text", "a much longer text about something else entirely, with many words in it"])
    assert np.allclose(encode(["summarise a text"])[0], company[0], atol=1e-5)


def test_nothing_is_near_that_is_too_far() -> None:
    assert nearest("summarise a text", VOCABULARY, count=6, at_least=0.99) == []
    assert len(nearest("summarise a text", VOCABULARY, count=2, at_least=-1)) == 2


def test_vectors_are_those_of_the_library_itself() -> None:
    """It makes texts as long as the longest of them first, which costs time and must change nothing."""
    texts = ["summarise a text", "", "🙂", "C++ and C#", "e\u0301te\u0301 \u4e2d\u6587", "word " * 300] * 50
    library = _encoder()
    for text, vector in zip(texts, encode(texts), strict=True):
        theirs = library.embed([text or " "])
        length = np.linalg.norm(theirs, axis=1)
        assert (vector == (theirs / length if length > 1e-9 else 0)).all(), text
