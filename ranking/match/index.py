"""The index: made from documents and choices in a new folder, opened read-only by any number of processes.

A folder never changes once it is finished. `build` makes one from scratch; `extend` makes the next one out of the last
by linking its files and adding what changed, which takes milliseconds. Who swaps readers from one to the next is not
decided here.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray

from ranking.match.documents import Chosen, Document
from ranking.match.evidence import Evidence, open_evidence, write_evidence
from ranking.match.lexical import Floats, Rows, bm25, rarity
from ranking.match.manifest import CannotOpenIndex, Manifest, listed, reading, write_manifest
from ranking.match.parts import Part, apart, document_of, mapped, open_part, save, write_part

#: With more parts than these every query pays for the pieces: time to build from scratch.
MOST_PARTS = 24
#: So many documents, always the same ones, tell how near any text is to a query by chance.
_BACKGROUND = 512
_HEAP = 128 << 20


class CannotExtend(Exception):
    """The index has gathered too many additions; build a new one."""


@dataclass(frozen=True)
class Index:
    manifest: Manifest
    parts: tuple[Part, ...]
    evidence: Evidence
    keys: Sequence[str]
    standings: NDArray[np.float32]
    #: Rows that were replaced or removed since.
    gone: NDArray[np.bool_]
    background: NDArray[np.float32]
    searcher: Any
    schema: Any

    def __len__(self) -> int:
        return len(self.gone)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        return np.cumsum([0, *map(len, self.parts)])

    @cached_property
    def artifacts(self) -> NDArray[np.int32]:
        return np.concatenate([part.artifacts for part in self.parts])

    @cached_property
    def offerings(self) -> NDArray[np.int64]:
        """Of each artifact how many rows it has; 1 where it has none left."""
        return np.maximum(np.bincount(self.artifacts[~self.gone], minlength=len(self.keys)), 1)

    @cached_property
    def _by_artifact(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.artifacts, kind="stable")
        return order, np.searchsorted(self.artifacts[order], np.arange(len(self.keys) + 1))

    def rows_of(self, artifacts: NDArray[np.integer]) -> Rows:
        """The rows of these artifacts, those that are gone too."""
        order, starts = self._by_artifact
        if not len(artifacts):
            return np.zeros(0, np.int64)
        return np.concatenate([order[starts[a] : starts[a + 1]] for a in artifacts])

    def document(self, row: int) -> Document:
        part = int(np.searchsorted(self.starts, row, side="right")) - 1
        return document_of(self.parts[part].texts[row - int(self.starts[part])])

    def having(self, facets: Iterable[str]) -> NDArray[np.bool_]:
        """Which rows are there and have all of these facets."""
        found = ~self.gone
        for facet in facets:
            if facet not in self.manifest.facets:
                return np.zeros(len(self), dtype=np.bool_)
            number = self.manifest.facets.index(facet)
            found &= np.concatenate([part.facets[number] for part in self.parts])
        return found

    def apart(self, vector: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Roughly how far each row is."""
        return np.concatenate([apart(part.signs, vector) for part in self.parts])

    def usual(self, row: int) -> tuple[float, float]:
        """How near a row is to any document of this index: mean and spread. A text that speaks of everything is near
        to every query as well."""
        part = int(np.searchsorted(self.starts, row, side="right")) - 1
        found = (self.background @ self.parts[part].vectors[row - int(self.starts[part])]).astype(np.float64)
        mean = float(found.sum()) / max(len(found), 1)
        found -= mean
        return mean, max((float(found @ found) / max(len(found), 1)) ** 0.5, 1e-3)

    def nearness(self, rows: Rows, vector: NDArray[np.float32]) -> Floats:
        return self._by_part(rows, lambda part, own: part.vectors[own] @ vector)

    def has_strange(self, terms: NDArray[np.uint32]) -> bool:
        """Whether one of them stands in no document, nor in what was asked when one was chosen."""
        known = sum((part.frequencies.of(terms) for part in self.parts), self.evidence.frequencies.of(terms))
        return bool((np.asarray(known) == 0).any())

    def coverage(self, rows: Rows, terms: NDArray[np.uint32]) -> Floats:
        """`lexical.coverage` over all parts as if they were one."""
        known = sum((part.frequencies.of(terms) for part in self.parts), np.zeros(len(terms), np.int64))
        weights = rarity(known, len(self))
        total = float(weights.sum()) or 1.0
        mean = sum(part.frequencies.mean_length * len(part) for part in self.parts) / max(len(self), 1)
        return self._by_part(rows, lambda part, own: bm25(part.bags, own, terms, weights, mean_length=mean)) / total

    def _by_part(self, rows: Rows, score: Any) -> Floats:
        if len(self.parts) == 1:
            return np.asarray(score(self.parts[0], rows))
        found = np.zeros(len(rows))
        for start, part in zip(self.starts, self.parts, strict=False):
            own = np.flatnonzero((rows >= start) & (rows < start + len(part)))
            if len(own):
                found[own] = score(part, rows[own] - start)
        return found

    def found_by_words(self, terms: Sequence[str], *, facets: Sequence[str], most: int) -> Rows:
        """Rows with any of these stems and all of these facets, best first. Only terms are looked up: what somebody
        typed is never parsed."""
        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        any_of = [(should, tantivy.Query.term_query(self.schema, "text", term, "freq")) for term in terms]
        if not any_of:
            return np.zeros(0, np.int64)
        query = tantivy.Query.boolean_query(any_of)
        if facets:
            having = [tantivy.Query.term_query(self.schema, "facets", facet) for facet in facets]
            kept = [(must, tantivy.Query.const_score_query(one, 0.0)) for one in having]
            query = tantivy.Query.boolean_query([(must, query), *kept])
        with reading("The full text of the index"):
            hits = self.searcher.search(query, most, count=False).hits
            rows = self.searcher.fast_field_values("row", [address for _, address in hits])
        count = len(self)
        found = np.array([row for row in rows if row is not None and row < count], dtype=np.int64)
        return found[~self.gone[found]]


# --- making ----------------------------------------------------------------------------------------------------------


def build(folder: Path, documents: Iterable[Document], chosen: Iterable[Chosen] = ()) -> None:
    """Into a folder that is not there yet, or empty."""
    _new(folder)
    rows = list(documents)
    keys = list(dict.fromkeys(document.artifact for document in rows))
    facets = sorted({facet for document in rows for facet in document.facets})
    tantivy.Index(_schema(), path=_text(folder, create=True))
    _add(folder, "part-0", rows, keys, facets, first_row=0)
    save(folder, "background", _background(rows, mapped(folder, "part-0.vectors")))
    _finish(folder, rows, keys, facets, np.zeros(len(rows), np.bool_), parts=1, chosen=chosen)


def extend(
    last: Path,
    folder: Path,
    documents: Iterable[Document],
    *,
    gone: Iterable[str] = (),
    chosen: Iterable[Chosen] | None = None,
) -> None:
    """The next index after `last`: `documents` are all those of every artifact that changed, `gone` the keys of
    artifacts that went; `chosen` is all that is known of choices, None where that is as it was. Raises CannotExtend
    when it is time to build."""
    opened = open_index(last)
    rows = list(documents)
    facets = sorted({facet for document in rows for facet in document.facets})
    if len(opened.parts) >= MOST_PARTS or not set(facets) <= set(opened.manifest.facets):
        raise CannotExtend("Too many additions, or a facet that is new: build from scratch.")
    _new(folder)
    _link(last, folder, choices=chosen is None)
    changed = {document.artifact for document in rows}
    keys = list(dict.fromkeys([*opened.keys, *(document.artifact for document in rows)]))
    number = {key: i for i, key in enumerate(keys)}
    replaced = np.isin(opened.artifacts, [number[key] for key in {*changed, *gone} if key in number])
    stem = f"part-{len(opened.parts)}"
    _add(folder, stem, rows, keys, opened.manifest.facets, first_row=len(opened), without={*changed, *gone})
    lost = np.concatenate([opened.gone | replaced, np.zeros(len(rows), np.bool_)])
    parts = len(opened.parts) + 1
    _finish(folder, rows, keys, opened.manifest.facets, lost, parts=parts, chosen=chosen, last=opened)


def _new(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; an index is never written over another.")


def _link(last: Path, folder: Path, *, choices: bool) -> None:
    """Files that never change need not be copied. The full-text library replaces the one that does by another."""
    kept = [*last.glob("part-*.npy"), *(last.glob("choices.*.npy") if choices else ())]
    for path in [*kept, last / "background.npy", *(last / "text").iterdir()]:
        target = folder / path.relative_to(last)
        target.parent.mkdir(exist_ok=True)
        if path.name.endswith(".lock"):
            continue
        if path.suffix == ".json":
            shutil.copyfile(path, target)
            continue
        try:
            target.hardlink_to(path)
        except OSError:  # another file system, or one without links
            shutil.copyfile(path, target)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_text_field("artifact", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("facets", tokenizer_name="raw", index_option="basic")
    # Stems are made by `text.stems`, here and in every query; the library only takes them apart again.
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _text(folder: Path, *, create: bool = False) -> str:
    if create:
        (folder / "text").mkdir()
    return str(folder / "text")


def _add(
    folder: Path,
    stem: str,
    rows: Sequence[Document],
    keys: Sequence[str],
    facets: Sequence[str],
    *,
    first_row: int,
    without: Iterable[str] = (),
) -> None:
    words = write_part(folder, stem, rows, {key: i for i, key in enumerate(keys)}, facets)
    writer = tantivy.Index.open(_text(folder)).writer(heap_size=_HEAP, num_threads=1)
    for key in sorted(without):
        writer.delete_documents_by_term("artifact", key)
    for row, (document, terms) in enumerate(zip(rows, words, strict=True), first_row):
        entry = tantivy.Document()
        entry.add_unsigned("row", row)
        entry.add_text("artifact", document.artifact)
        entry.add_text("text", " ".join(terms))
        for facet in sorted(document.facets):
            entry.add_text("facets", facet)
        writer.add_document(entry)
    writer.commit()
    writer.wait_merging_threads()


def _background(rows: Sequence[Document], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    mark = np.array([zlib.crc32(f"{d.artifact}\0{d.offering}\0{d.capability}".encode()) for d in rows], dtype=np.int64)
    return vectors[np.argsort(mark, kind="stable")[:_BACKGROUND]].copy()


def _finish(
    folder: Path,
    rows: Sequence[Document],
    keys: Sequence[str],
    facets: Sequence[str],
    gone: NDArray[np.bool_],
    *,
    parts: int,
    chosen: Iterable[Chosen] | None,
    last: Index | None = None,
) -> None:
    number = {key: i for i, key in enumerate(keys)}
    standings = np.zeros(len(keys), dtype=np.float32)
    if last is not None:
        standings[: len(last.standings)] = last.standings
    for document in rows:
        standings[number[document.artifact]] = document.standing
    save(folder, "standings", standings)
    save(folder, "gone", gone)
    (folder / "keys.json").write_text(json.dumps(keys))
    if chosen is not None:
        pairs = write_evidence(folder, chosen, number)
    else:
        pairs = last.manifest.choices if last is not None else 0
    write_manifest(folder, rows=len(gone), parts=parts, artifacts=len(keys), choices=pairs, facets=list(facets))


# --- opening ---------------------------------------------------------------------------------------------------------


def open_index(folder: Path, *, thorough: bool = True) -> Index:
    """Raises CannotOpenIndex, whatever is wrong with it."""
    found = listed(folder, thorough=thorough)
    with reading(f"The index in {folder}"):
        text = tantivy.Index.open(_text(folder))
        keys = json.loads((folder / "keys.json").read_text())
        parts = tuple(open_part(folder, f"part-{i}") for i in range(found.parts))
        evidence = open_evidence(folder, len(keys))
        opened = Index(
            manifest=found,
            parts=parts,
            evidence=evidence,
            keys=keys,
            standings=mapped(folder, "standings"),
            gone=mapped(folder, "gone"),
            background=mapped(folder, "background"),
            searcher=text.searcher(),
            schema=text.schema,
        )
    counted = (sum(map(len, parts)), len(opened.gone), len(keys), len(evidence))
    if counted != (found.rows, found.rows, found.artifacts, found.choices):
        raise CannotOpenIndex(f"The index in {folder} does not hold what its manifest says.")
    return opened
