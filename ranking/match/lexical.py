"""BM25 of some documents for some terms: exact, out of flat arrays that may lie in a file.

Pure NumPy. The full-text index finds candidates; this scores them, also those that were found by other ways, and
documents made of people's queries, whose words count by how many people typed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Rows = NDArray[np.integer]

K1, B = 1.2, 0.75
_BITS = 12
_LOW = np.uint32((1 << _BITS) - 1)


@dataclass(frozen=True)
class Bags:
    """Documents as bags of terms: of each its different terms and how often each stands in it, one after the other."""

    terms: NDArray[np.uint32]
    counts: NDArray[np.float32]
    #: Document i has terms[starts[i]:starts[i + 1]].
    starts: NDArray[np.int64]
    lengths: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.lengths)


def bags_of(documents: Iterable[Mapping[int, float]]) -> Bags:
    terms: list[NDArray[np.uint32]] = []
    counts: list[NDArray[np.float32]] = []
    sizes, lengths = [0], []
    for document in documents:
        terms.append(np.fromiter(document.keys(), dtype=np.uint32, count=len(document)))
        counts.append(np.fromiter(document.values(), dtype=np.float32, count=len(document)))
        sizes.append(len(document))
        lengths.append(float(counts[-1].sum()))
    return Bags(
        np.concatenate(terms) if terms else np.zeros(0, np.uint32),
        np.concatenate(counts) if counts else np.zeros(0, np.float32),
        np.cumsum(sizes, dtype=np.int64),
        np.asarray(lengths, dtype=np.float32),
    )


def joined(bags: list[Bags]) -> Bags:
    """The documents of several, in order."""
    starts = [np.zeros(1, np.int64)]
    for one in bags:
        starts.append(one.starts[1:] + starts[-1][-1])
    return Bags(
        np.concatenate([one.terms for one in bags]),
        np.concatenate([one.counts for one in bags]),
        np.concatenate(starts),
        np.concatenate([one.lengths for one in bags]),
    )


@dataclass(frozen=True)
class Frequencies:
    """In how many documents each term stands."""

    terms: NDArray[np.uint32]  # ascending
    documents: NDArray[np.int32]
    total: int
    mean_length: float

    def of(self, terms: NDArray[np.uint32]) -> NDArray[np.int64]:
        if not len(self.terms):
            return np.zeros(len(terms), np.int64)
        places = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        return np.where(self.terms[places] == terms, self.documents[places], 0).astype(np.int64)


def frequencies_of(bags: Bags) -> Frequencies:
    terms, documents = np.unique(bags.terms, return_counts=True)
    mean = float(bags.lengths.mean(dtype=np.float64)) if len(bags) else 0.0
    return Frequencies(terms.astype(np.uint32), documents.astype(np.int32), len(bags), mean)


def rarity(found: NDArray[np.int64], total: int) -> NDArray[np.float64]:
    """Inverse document frequency; a term that stands nowhere is the rarest of all."""
    return np.log(1 + (total - found + 0.5) / (found + 0.5))


def bm25(bags: Bags, rows: Rows, terms: NDArray[np.uint32], weights: Floats, *, mean_length: float) -> Floats:
    """Per row the BM25 of these terms (each once), of which each counts by its weight."""
    if not len(terms) or not len(rows):
        return np.zeros(len(rows))
    order = np.argsort(terms)
    asked, weights = terms[order], np.asarray(weights, dtype=np.float64)[order]
    starts, sizes = bags.starts[rows], bags.starts[rows + 1] - bags.starts[rows]
    # Where each row's terms stand: its start, and on.
    ends = np.cumsum(sizes)
    flat = np.arange(ends[-1]) + np.repeat(starts - ends + sizes, sizes)
    held = bags.terms[flat]
    # Nearly all terms of a document are none of the query's, which few of their bits tell.
    like = np.zeros(1 << _BITS, np.bool_)
    like[asked & _LOW] = True
    maybe = np.flatnonzero(like[held & _LOW])
    places = np.minimum(np.searchsorted(asked, held[maybe]), len(asked) - 1)
    same = asked[places] == held[maybe]
    hit, places = maybe[same], places[same]
    owner = np.searchsorted(ends, hit, side="right")
    counts = bags.counts[flat[hit]].astype(np.float64)
    length = bags.lengths[rows[owner]] / max(mean_length, 1e-9)
    gained = weights[places] * counts * (K1 + 1) / (counts + K1 * (1 - B + B * length))
    found: Floats = np.bincount(owner, weights=gained, minlength=len(rows)).astype(np.float64)
    return found


def coverage(bags: Bags, rows: Rows, terms: NDArray[np.uint32], frequencies: Frequencies) -> Floats:
    """BM25 as a share of what the rarity of all the query's terms adds up to: about 0 to 1, whatever the query's
    length and the number of documents, so that one weight serves for all."""
    weights = rarity(frequencies.of(terms), frequencies.total)
    most = float(weights.sum())
    scores = bm25(bags, rows, terms, weights, mean_length=frequencies.mean_length)
    return scores / most if most > 0 else scores
