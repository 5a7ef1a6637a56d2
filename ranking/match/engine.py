"""One question answered: which artifacts serve this intent, how sure that is, and why.

    engine = Engine(open_index(folder))
    answer = engine.answer("turn speech into text on my laptop", limit=10)

An engine is read-only and may be shared by threads. It touches no database: keys come out as they went in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.wordvectors import encode
from ranking.match.confidence import Confidence, confidence_of
from ranking.match.configuration import Configuration, shipped
from ranking.match.documents import Document
from ranking.match.index import Index
from ranking.match.lexical import Rows
from ranking.match.parts import least_apart
from ranking.match.reasons import Reason, reasons_for
from ranking.match.scoring import Asked, Scored, by_chance, past_of, scored
from ranking.match.text import cleaned, numbers_of, query_stems, searched, telling
from ranking.match.understanding import Understood, understood_in

#: However many are asked for, an answer ends here.
MOST = 100
#: Rows whose vectors have most signs in common with a query's, which are compared in full.
ROUGH = 1_000
#: Sorts of wishes, those that matter least first.
MATTERS = ("price", "licence", "source", "weights", "runs", "input", "output", "kind")


@dataclass(frozen=True)
class Match:
    artifact: str
    #: The offering that serves, and all that the index holds of it.
    offering: str
    document: Document
    score: float
    #: What each part adds to the score, in the configuration's order.
    parts: dict[str, float]
    #: How many people chose this artifact before, for anything.
    people: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    query: str
    #: What serves, best first; empty when nothing fits well.
    matches: tuple[Match, ...]
    #: The nearest misses, when nothing fits well.
    near: tuple[Match, ...]
    confidence: Confidence
    #: Wishes that were read out of the words and applied, and those for which nothing was left.
    understood: tuple[Understood, ...]
    not_met: tuple[Understood, ...]
    #: Whether one of the words stands in no document: mistyped, or the name of what is not here.
    is_strange: bool
    configuration: str

    @property
    def found(self) -> tuple[Match, ...]:
        return self.matches or self.near


class Engine:
    def __init__(self, index: Index, configuration: Configuration | None = None) -> None:
        self.index = index
        self.configuration = configuration or shipped()

    def answer(
        self,
        query: str,
        *,
        limit: int = 10,
        filters: Collection[str] = (),
        ignored: Collection[str] = (),
        understand: bool = True,
        explain: bool = True,
    ) -> Answer:
        """`filters` are facets that must hold; `ignored` are facets that may not be read out of the words, because the
        reader took them away. `explain` false leaves out documents' reasons, which a run over a file does not need."""
        query = cleaned(query)
        given = sorted(set(filters))
        read = [one for one in understood_in(query) if one.facet not in ignored] if understand else []
        read = [one for one in read if one.facet not in given]
        # A wish that nothing in the catalog is known to meet cannot sort anything out.
        wished = tuple(one for one in read if one.facet in self.index.manifest.facets)
        asked, found = self._found(query, sorted({*given, *(one.facet for one in wished)}))
        # Where nothing meets them all, the wish that matters least is given up first, and what kind of thing last.
        given_up: list[Understood] = []
        while wished and not len(found.artifacts):
            given_up.append(min(wished, key=lambda one: MATTERS.index(one.facet.partition(":")[0])))
            wished = tuple(one for one in wished if one is not given_up[-1])
            asked, found = self._found(query, sorted({*given, *(one.facet for one in wished)}))
        # What was given up before the one that nothing met may well hold beside the rest.
        for one in reversed(given_up[:-1]):
            more = self._found(query, sorted({*given, one.facet, *(other.facet for other in wished)}))
            if len(more[1].artifacts):
                wished, (asked, found) = tuple(it for it in read if it in (*wished, one)), more
        not_met = tuple(one for one in read if one not in wished)
        order = self._order(found, 2 * max(10, min(limit, MOST)))
        confidence = confidence_of(self.index, asked, found, order, self.configuration)
        if not telling(query) and not given and not asked.past.nearest >= 0.9:
            confidence = Confidence(0.0, 0.0)
        top = order[: max(0, min(limit, MOST))]
        matches = tuple(self._match(query, asked, found, int(i), explain=explain) for i in top)
        sure = confidence.fits >= self.configuration.abstain
        return Answer(
            query,
            matches if sure else (),
            () if sure else matches,
            confidence,
            wished,
            not_met,
            self.index.has_strange(asked.terms),
            self.configuration.version,
        )

    def asked(self, query: str) -> Asked:
        stems = query_stems(query)
        vector = encode([query])[0] if stems else np.zeros(self.index.background.shape[1:], np.float32)
        past = past_of(self.index.evidence, vector, self.configuration)
        return Asked(stems, numbers_of(searched(stems)), vector, by_chance(self.index.background, vector), past)

    def _found(self, query: str, facets: list[str]) -> tuple[Asked, Scored]:
        asked = self.asked(query)
        rows = self._candidates(asked, facets) if asked.stems else np.zeros(0, np.int64)
        return asked, scored(self.index, asked, rows, self.configuration)

    def _candidates(self, asked: Asked, facets: list[str]) -> Rows:
        """All rows of a small catalog; of a large one what words, meaning and past choices bring up."""
        index, numbers = self.index, self.configuration
        allowed = index.having(facets)
        if np.count_nonzero(allowed) <= numbers.everything:
            return np.flatnonzero(allowed)
        by_words = index.found_by_words(searched(asked.stems), facets=facets, most=numbers.by_words)
        far = index.apart(asked.vector)
        if facets or index.gone.any():
            far[~allowed] = 255
        rough = least_apart(far, ROUGH)
        by_meaning = rough[largest(index.nearness(rough, asked.vector), numbers.by_meaning)]
        slots = sorted(asked.past.shares, key=lambda slot: (-asked.past.shares[slot], slot))[: numbers.by_choices]
        by_choices = index.rows_of(index.evidence.artifacts[slots])
        rows = np.sort(np.concatenate([by_words, by_meaning, by_choices]))
        rows = rows[np.diff(rows, prepend=-1) > 0]
        return rows[allowed[rows]]

    def _order(self, found: Scored, most: int = 2 * MOST) -> NDArray[np.int64]:
        """Best first. Scores are compared as they are printed, and keys decide the rest, so that neither the order in
        which documents came nor the last bit of a sum does."""
        best = largest(found.scores, most)
        keys = self.index.keys
        ranked = sorted(best.tolist(), key=lambda i: (-round(float(found.scores[i]), 4), keys[int(found.artifacts[i])]))
        return np.array(ranked, dtype=np.int64)

    def _match(self, query: str, asked: Asked, found: Scored, i: int, *, explain: bool) -> Match:
        document = self.index.document(int(found.rows[i]))
        parts = {name: round(float(values[i]), 4) for name, values in found.parts.items()}
        return Match(
            artifact=document.artifact,
            offering=document.offering,
            document=document,
            score=round(float(found.scores[i]), 4),
            parts=parts,
            people=float(found.people[i]),
            reasons=reasons_for(query, asked, document, parts, self.index, int(found.artifacts[i])) if explain else (),
        )


def largest(values: NDArray[np.floating], most: int) -> NDArray[np.int64]:
    """Places of the largest values, unordered."""
    if len(values) <= most:
        return np.arange(len(values))
    return np.argpartition(-values, most - 1)[:most]
