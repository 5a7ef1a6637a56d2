"""BM25 over flat arrays equals BM25 as it is written in books."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.match.lexical import K1, B, Bags, bags_of, bm25, coverage, frequencies_of, joined

BAGS = st.lists(st.lists(st.integers(0, 12), max_size=15), min_size=1, max_size=12)


def made(documents: list[list[int]]) -> Bags:
    return bags_of(Counter(document) for document in documents)


def by_the_book(documents: list[list[int]], query: set[int]) -> list[float]:
    mean = sum(map(len, documents)) / len(documents)
    found = []
    for document in documents:
        score = 0.0
        for term in query:
            df, tf = sum(term in d for d in documents), document.count(term)
            idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
            score += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(document) / max(mean, 1e-9))) if tf else 0
        found.append(score)
    return found


@given(BAGS, st.sets(st.integers(0, 15), min_size=1, max_size=6))
def test_as_it_is_defined(documents: list[list[int]], query: set[int]) -> None:
    bags = made(documents)
    known, terms = frequencies_of(bags), np.array(sorted(query), dtype=np.uint32)
    rarities = np.log(1 + (known.total - known.of(terms) + 0.5) / (known.of(terms) + 0.5))
    found = bm25(bags, np.arange(len(documents)), terms, rarities, mean_length=known.mean_length)
    assert found.tolist() == pytest.approx(by_the_book(documents, query), rel=1e-4, abs=1e-6)


@given(BAGS, st.integers(0, 11))
def test_a_subset_scores_as_in_the_whole(documents: list[list[int]], seed: int) -> None:
    bags = made(documents)
    terms, rows = np.array([1, 2, 3], dtype=np.uint32), np.arange(len(documents))
    whole = coverage(bags, rows, terms, frequencies_of(bags))
    some = np.random.default_rng(seed).permutation(rows)[: len(rows) // 2 + 1]
    assert coverage(bags, some, terms, frequencies_of(bags)).tolist() == whole[some].tolist()


@given(BAGS, BAGS)
def test_joined_bags_are_those_of_all_documents(one: list[list[int]], other: list[list[int]]) -> None:
    together, all_of = joined([made(one), made(other)]), made([*one, *other])
    assert together.starts.tolist() == all_of.starts.tolist()
    assert together.terms.tolist() == all_of.terms.tolist()
    assert together.lengths.tolist() == all_of.lengths.tolist()


def test_nothing_asked_nothing_found() -> None:
    bags = made([[1, 2], [3]])
    none = np.zeros(0, dtype=np.uint32)
    assert coverage(bags, np.arange(2), none, frequencies_of(bags)).tolist() == [0, 0]
    assert coverage(bags, none.astype(np.int64), np.array([1], dtype=np.uint32), frequencies_of(bags)).tolist() == []
    assert coverage(bags_of([]), np.zeros(0, np.int64), np.array([1], np.uint32), frequencies_of(bags_of([]))).size == 0
