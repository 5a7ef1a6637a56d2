"""The arrays of a slice of the documents, as files: written once, then mapped into memory and shared by all processes.

Row i of a part is its i-th document. A whole index has one part; each addition brings one more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.wordvectors import DIMENSIONS, encode
from ranking.match.documents import Document
from ranking.match.lexical import Bags, Frequencies, bags_of, frequencies_of
from ranking.match.text import number_of, stems

#: Enough of many rows to guess how they are spread.
_SAMPLE = 2_000
#: Encoded at a time, which bounds the memory a build needs.
_BATCH = 4096


@dataclass(frozen=True)
class Part:
    vectors: NDArray[np.float32]
    signs: NDArray[np.uint64]
    bags: Bags
    frequencies: Frequencies
    artifacts: NDArray[np.int32]
    #: Per facet, which rows have it.
    facets: NDArray[np.bool_]
    texts: Texts

    def __len__(self) -> int:
        return len(self.artifacts)


@dataclass(frozen=True)
class Texts:
    """Lines of JSON, found by their place."""

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def __getitem__(self, row: int) -> Any:
        return json.loads(self.data[self.starts[row] : self.starts[row + 1]].tobytes())

    def __len__(self) -> int:
        return len(self.starts) - 1


def signs_of(vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Which numbers of each vector are above zero: a bit for each, and a line for each 64 of them, so that looking
    through all vectors reads a thirty-second of their memory."""
    return np.ascontiguousarray(np.packbits(vectors > 0, axis=1).view(np.uint64).T)


def apart(signs: NDArray[np.uint64], vector: NDArray[np.float32]) -> NDArray[np.uint8]:
    """In how many signs each differs from this vector: roughly how far it is."""
    (first, *more), ((own,), *others) = signs, signs_of(vector[None])
    found = np.bitwise_count(differ := first ^ own)
    for line, (own,) in zip(more, others, strict=True):
        found += np.bitwise_count(np.bitwise_xor(line, own, out=differ))
    return found


def least_apart(found: NDArray[np.uint8], most: int) -> NDArray[np.int64]:
    """So many rows that differ least, ascending, and of those that differ as much as the last of them at most as many
    again: else ten thousand listings of one text would cost ten thousand comparisons."""
    if len(found) <= most:
        return np.arange(len(found))
    # The last of them differs about as much as the last of a sample's share does; from there it is few steps.
    sample = found[:: max(len(found) // _SAMPLE, 1)]
    last = int(np.partition(sample, share := len(sample) * most // len(found))[share])
    while np.count_nonzero(found <= last) < most:
        last += 1
    while last and np.count_nonzero(found < last) >= most:
        last -= 1
    rows = np.flatnonzero(found <= last)
    differ = found[rows]
    tied = np.flatnonzero(differ == last)
    kept = differ < last
    kept[tied[: 2 * most - (len(rows) - len(tied))]] = True
    return rows[kept]


def write_part(
    folder: Path, stem: str, documents: Sequence[Document], artifacts: Mapping[str, int], facets: Sequence[str]
) -> list[list[str]]:
    """Returns each document's stems, which the full-text index takes next."""
    texts = [document.text for document in documents]
    words = [stems(text) for text in texts]
    bags = bags_of(Counter(map(number_of, of_one)) for of_one in words)
    write_vectors(folder, stem, texts)
    write_bags(folder, stem, bags)
    save(folder, f"{stem}.artifacts", np.array([artifacts[d.artifact] for d in documents], dtype=np.int32))
    number = {facet: i for i, facet in enumerate(facets)}
    held = np.zeros((len(facets), len(documents)), dtype=np.bool_)
    for row, document in enumerate(documents):
        for facet in document.facets:
            held[number[facet], row] = True
    save(folder, f"{stem}.facets", held)
    write_texts(folder, stem, [_told(document) for document in documents])
    return words


def _told(document: Document) -> dict[str, Any]:
    return {**vars(document), "facets": sorted(document.facets)}


def document_of(told: Mapping[str, Any]) -> Document:
    lists = {name: tuple(told[name]) for name in ("synonyms", "best_for", "limitations", "requires")}
    return Document(**{**told, **lists, "facets": frozenset(told["facets"])})


def open_part(folder: Path, stem: str) -> Part:
    bags, frequencies = open_bags(folder, stem)
    return Part(
        mapped(folder, f"{stem}.vectors"),
        mapped(folder, f"{stem}.signs"),
        bags,
        frequencies,
        mapped(folder, f"{stem}.artifacts"),
        mapped(folder, f"{stem}.facets"),
        open_texts(folder, stem),
    )


# --- files that the choices have as well -----------------------------------------------------------------------------


def write_vectors(folder: Path, stem: str, texts: Sequence[str]) -> None:
    shape = (len(texts), DIMENSIONS)
    vectors = np.lib.format.open_memmap(folder / f"{stem}.vectors.npy", "w+", np.float32, shape)
    signs = np.zeros((DIMENSIONS // 64, len(texts)), np.uint64)
    for start in range(0, len(texts), _BATCH):
        found = encode(texts[start : start + _BATCH])
        vectors[start : start + _BATCH] = found
        signs[:, start : start + _BATCH] = signs_of(found)
    vectors.flush()
    save(folder, f"{stem}.signs", signs)


def write_bags(folder: Path, stem: str, bags: Bags) -> None:
    for name in ("terms", "counts", "starts", "lengths"):
        save(folder, f"{stem}.{name}", getattr(bags, name))
    found = frequencies_of(bags)
    save(folder, f"{stem}.known", found.terms)
    save(folder, f"{stem}.known_in", found.documents)


def open_bags(folder: Path, stem: str) -> tuple[Bags, Frequencies]:
    terms, counts, starts, lengths = (
        mapped(folder, f"{stem}.{name}") for name in ("terms", "counts", "starts", "lengths")
    )
    bags = Bags(terms, counts, starts, lengths)
    mean = float(lengths.mean(dtype=np.float64)) if len(lengths) else 0.0
    known = Frequencies(mapped(folder, f"{stem}.known"), mapped(folder, f"{stem}.known_in"), len(lengths), mean)
    return bags, known


def write_texts(folder: Path, stem: str, lines: Sequence[Any]) -> None:
    encoded = [json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") for line in lines]
    save(folder, f"{stem}.texts", np.frombuffer(b"".join(encoded), dtype=np.uint8))
    save(folder, f"{stem}.places", np.cumsum([0, *map(len, encoded)], dtype=np.int64))


def open_texts(folder: Path, stem: str) -> Texts:
    return Texts(mapped(folder, f"{stem}.texts"), mapped(folder, f"{stem}.places"))


def save(folder: Path, name: str, array: NDArray[Any]) -> None:
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def mapped(folder: Path, name: str) -> NDArray[Any]:
    """Empty files cannot be mapped, so what is empty is read."""
    path = folder / f"{name}.npy"
    found: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    # A plain array over the same memory: numpy's memmap class makes every slice of it slow.
    return found.view(np.ndarray) if isinstance(found, np.memmap) else found
