"""What words a text consists of: the same for documents and for what people type.

Pure, and total: any text at all has an answer. Nothing that a person types is ever parsed as query syntax; it is cut
to a length, taken apart into words, and words are reduced to their stems.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

#: What is typed beyond this is not read: a need fits into a paragraph, and each word costs time.
LONGEST_QUERY = 500
MOST_QUERY_WORDS = 64
#: Longer than any word; what is longer is a key, an address or noise.
LONGEST_WORD = 40
#: A document says what it is in its first words; the rest would cost every query.
LONGEST_DOCUMENT = 4000

#: Words that say how somebody asks, and nothing of what for.
STOP_WORDS = frozenset(
    [
        "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
        "can", "could", "did", "do", "does", "doing", "for", "from", "get", "give", "had", "has", "have",
        "help", "how", "i", "if", "in", "into", "is", "it", "its", "just", "know", "let", "like", "looking",
        "make", "me", "my", "need", "of", "on", "or", "our", "please", "provide", "show", "so", "some", "tell",
        "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "too", "us",
        "use", "using", "want", "was", "way", "we", "were", "what", "when", "where", "which", "who", "why",
        "will", "with", "would", "you", "your",
    ]
)  # fmt: skip

#: Letters and digits, with the signs that other scripts put above, below and behind them. "C++" and "C#" are words.
_LETTER = "(?:[^\\W_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f])"
_WORD = re.compile(f"{_LETTER}+(?:['’]{_LETTER}+)*(?:\\+\\+|#)?")
#: The same of a text in small plain letters, as most are, in less than half the time.
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*(?:\+\+|#)?")
#: Control characters, line separators, halves of surrogate pairs, and what each font draws as it likes.
_NO_LETTERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ue000-\uf8ff]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: Scripts written without spaces: each pair of neighbouring characters counts as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def cleaned(text: str, *, most: int = LONGEST_QUERY) -> str:
    """On one line, without control characters, in one Unicode form, and no longer than this."""
    text = unicodedata.normalize("NFKC", text[: most * 2])
    return " ".join(_NO_LETTERS.sub(" ", text).split())[:most]


def name_in_words(name: str) -> str:
    """ "ResearchHelper" and "research-helper" are both asked for as "research helper"."""
    return _CAMEL.sub(" ", re.sub(r"[/_\-.]+", " ", name))


def words(text: str) -> list[str]:
    """In lower case, as they were written otherwise."""
    text = text.lower()
    if text.isascii():
        return [word[:LONGEST_WORD] for word in _PLAIN_WORD.findall(text)]
    found = []
    for word in _WORD.findall(text):
        if _UNSPACED.search(word):
            found.extend(_pairs(word))
        else:
            found.append(word[:LONGEST_WORD])
    return found


def _pairs(word: str) -> list[str]:
    return [word] if len(word) < 2 else [word[i : i + 2] for i in range(min(len(word), LONGEST_DOCUMENT) - 1)]


@cache
def _analyzer() -> Any:
    f = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return builder.filter(f.lowercase()).filter(f.ascii_fold()).filter(f.stemmer("english")).build()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """ "researching" -> "research"; accents fold, and words of other languages mostly stay as they are."""
    return "".join(_analyzer().analyze(word)) or word


def stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]


@lru_cache(maxsize=8192)
def query_stems(query: str) -> tuple[str, ...]:
    """The different stems of what somebody typed, in its order, no more than a query may have."""
    return tuple(dict.fromkeys(stems(cleaned(query))))[:MOST_QUERY_WORDS]


def searched(stems: Sequence[str]) -> Sequence[str]:
    """The stems that are looked up: those of asking are not, or short documents would be found by their "of" and "a".
    If there are no others, these are all there is."""
    return [one for one in stems if one not in _STOP_STEMS] or stems


@lru_cache(maxsize=8192)
def telling(query: str) -> tuple[str, ...]:
    """The words of a query that say what is wanted."""
    return tuple(word for word in dict.fromkeys(words(cleaned(query))) if word not in STOP_WORDS)


_STOP_STEMS = frozenset(stem(word) for word in STOP_WORDS)


def number_of(term: str) -> int:
    """A term's number in the index: 32 bits, so that no dictionary has to be kept in memory. Of a million terms about a
    hundred share theirs with another, which adds a stray match of one rare word and harms nothing."""
    return zlib.crc32(term.encode("utf-8", "replace"))


def numbers_of(terms: Iterable[str]) -> NDArray[np.uint32]:
    return np.fromiter((number_of(term) for term in terms), dtype=np.uint32)
