"""What people chose, as arrays: of each artifact the queries it was chosen for, their words, their vectors and middle.

Written with the index and mapped like it. How much a choice weighs was decided in `choices.py` before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.wordvectors import DIMENSIONS
from ranking.match.documents import Chosen
from ranking.match.lexical import Bags, Frequencies, bags_of
from ranking.match.parts import Texts, mapped, open_bags, open_texts, save, write_bags, write_texts, write_vectors
from ranking.match.text import cleaned, number_of, query_stems

#: Of each artifact no more queries than these, the most chosen first: more say nothing new and cost every query.
MOST_QUERIES = 400
_STEM = "choices"


@dataclass(frozen=True)
class Evidence:
    """`pairs` are queries with the artifact chosen for them; `slots` are the artifacts that were ever chosen."""

    #: Per pair.
    vectors: NDArray[np.float32]
    signs: NDArray[np.uint64]
    slots: NDArray[np.int32]
    weights: NDArray[np.float32]
    texts: Texts
    #: Per slot: its artifact's number, how many people chose it, the words they asked with, their queries' middle.
    artifacts: NDArray[np.int32]
    people: NDArray[np.float32]
    asked: Bags
    frequencies: Frequencies
    middles: NDArray[np.float32]
    #: Per artifact its slot, or -1.
    slot_of: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.slots)


def write_evidence(folder: Path, chosen: Iterable[Chosen], artifacts: Mapping[str, int]) -> int:
    """Returns how many pairs were written; what was chosen and is not there any more is left out."""
    of_each: dict[int, list[Chosen]] = defaultdict(list)
    for one in chosen:
        if one.artifact in artifacts and one.weight > 0 and query_stems(one.query):
            of_each[artifacts[one.artifact]].append(one)
    # Ordered by key, not by number: the order in which documents came must not change a sum.
    slots = sorted(of_each, key=lambda number: of_each[number][0].artifact)
    pairs: list[tuple[int, Chosen]] = []
    bags: list[dict[int, float]] = []
    for slot, number in enumerate(slots):
        best = sorted(of_each[number], key=lambda one: (-one.weight, one.query))[:MOST_QUERIES]
        pairs += [(slot, one) for one in best]
        bag: dict[int, float] = defaultdict(float)
        for one in best:
            for term in query_stems(one.query):
                bag[number_of(term)] += one.weight
        bags.append(bag)
    queries = [cleaned(one.query) for _, one in pairs]
    write_vectors(folder, _STEM, queries)
    write_texts(folder, _STEM, queries)
    write_bags(folder, _STEM, bags_of(bags))
    vectors = mapped(folder, f"{_STEM}.vectors")
    slot_of_pair = np.array([slot for slot, _ in pairs], dtype=np.int32)
    weights = np.array([one.weight for _, one in pairs], dtype=np.float32)
    middles = np.zeros((len(slots), DIMENSIONS), dtype=np.float32)
    np.add.at(middles, slot_of_pair, vectors * weights[:, None])
    lengths = np.linalg.norm(middles, axis=1, keepdims=True)
    save(folder, f"{_STEM}.slots", slot_of_pair)
    save(folder, f"{_STEM}.weights", weights)
    save(folder, f"{_STEM}.artifacts", np.array(slots, dtype=np.int32))
    save(folder, f"{_STEM}.people", np.bincount(slot_of_pair, weights, len(slots)).astype(np.float32))
    save(folder, f"{_STEM}.middles", np.divide(middles, lengths, out=middles, where=lengths > 1e-9))
    return len(pairs)


def open_evidence(folder: Path, artifacts: int) -> Evidence:
    names = ("vectors", "signs", "slots", "weights", "artifacts", "people", "middles")
    found = {name: mapped(folder, f"{_STEM}.{name}") for name in names}
    asked, frequencies = open_bags(folder, _STEM)
    slot_of = np.full(artifacts, -1, dtype=np.int32)
    slot_of[found["artifacts"]] = np.arange(len(found["artifacts"]), dtype=np.int32)
    return Evidence(texts=open_texts(folder, _STEM), asked=asked, frequencies=frequencies, slot_of=slot_of, **found)
