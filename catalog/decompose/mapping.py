"""From a phrase to a capability of the vocabulary: by its name, by a synonym, by a term within it, or by nearness.

Pure but for the word vectors. Nearness alone is a poor witness: words such as “list” or “repository” are near a lot. So
it counts only where phrase and capability also share a telling word, and where no other capability is nearly as near.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from catalog.decompose.phrases import Form, Phrase, stem, stems_of, words_of
from catalog.wordvectors import encode


class How(StrEnum):
    """How a phrase was mapped; shown to the editor."""

    NAME = "by its name"
    SYNONYM = "by a synonym"
    WITHIN = "by a term in the sentence"
    APART = "by the words of a term"
    NEAR = "by nearness of meaning"


@dataclass(frozen=True)
class Term:
    """A capability, as far as words go."""

    key: str
    name: str
    description: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    phrase: Phrase
    key: str
    how: How
    confidence: float  # 0 to 1
    #: The word of the vocabulary that it met.
    word: str


#: How likely a proposal is right, by how it was found; rounded down from what editors and the bench saw.
CONFIDENCE = {How.NAME: 0.95, How.SYNONYM: 0.9, How.WITHIN: 0.8, How.APART: 0.65, How.NEAR: 0.6}
IN_PROSE = 0.6
#: Cosines: the least likeness to a word of the capability, by how much the second has to be behind, and the least
#: likeness to what the vocabulary says of it. Below, half of what was proposed for other rows was wrong.
LEAST_LIKENESS, LEAST_MARGIN, LEAST_TOLD = 0.6, 0.03, 0.52
#: A word that more capabilities share tells none of them; one that at most so few share tells them well.
COMMON, TELLING = 6, 2
#: How many words into a sentence a term may stand: what comes later is how and with what, not what.
SPAN = {Form.TOOL: 8, Form.FEATURE: 14, Form.HEADING: 8, Form.PROSE: 14}
#: Words between a verb and what it does something with, which tell no two capabilities apart: “list all test runs”.
FILLERS = frozenset(
    map(
        stem,
        (
            "a",
            "an",
            "the",
            "all",
            "new",
            "existing",
            "specific",
            "given",
            "available",
            "your",
            "my",
            "this",
            "that",
            "its",
        ),
    )
)
#: Verbs whose object may go on behind a term: “update page settings” updates no page, “list users of a group” lists
#: users.
OF_ROWS = frozenset(map(stem, ("list", "get", "create", "update", "add", "set", "delete")))
#: What ends an object.
_ENDS = ("in", "of", "for", "and", "or", "with", "on", "to", "from", "by", "using", "at", "via", "as", "into", "within")
ENDS = frozenset(map(stem, (*_ENDS, "that", "across", "their", "its")))
#: How many other words may stand between the words of a term.
GAP = 2
MOST_IN_ONE = 3
#: Words before and at the end of a term that name an audience.
FOR = frozenset(map(stem, ("for", "into", "any", "other", "by", "from", "to", "with")))
AUDIENCE = frozenset(map(stem, ("agent", "client", "app", "assistant", "host", "model")))
#: Words that go with everything.
VAGUE = frozenset(map(stem, ("ai", "list", "get", "create", "resource", "mcp", "access", "run", "use", "user", "app")))


def _bare(text: str) -> tuple[str, ...]:
    """The stems without fillers, or all of them where there is nothing else."""
    stems = stems_of(text)
    return tuple(one for one in stems if one not in FILLERS) or stems


def _is_cut_short(stems: Sequence[str], start: int, end: int) -> bool:
    return stems[start] in OF_ROWS and end < len(stems) and bool(stems[end]) and stems[end] not in ENDS


def _is_audience(stems: Sequence[str], start: int, end: int) -> bool:
    """“Memory for AI coding agents” is memory: who works with it is not what it does."""
    return stems[end - 1] in AUDIENCE and bool(FOR & set(stems[max(0, start - 2) : start]))


class Vocabulary:
    """The terms, ready for look-up. Build it once for many texts."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = {term.key: term for term in terms}
        self.by_stems: dict[tuple[str, ...], tuple[str, How, str]] = {}
        labels: list[tuple[str, str]] = []
        for how in (How.NAME, How.SYNONYM):  # another's name goes before a synonym
            for term in self.terms.values():
                for word in (term.name,) if how == How.NAME else term.synonyms:
                    self.by_stems.setdefault(_bare(word), (term.key, how, word))
                    labels.append((term.key, word))
        self.longest = max((len(stems) for stems in self.by_stems), default=0)
        self.labels = labels
        self.vectors = encode([word for _, word in labels])
        self.owners = list(self.terms)
        self.descriptions = encode([f"{term.name}. {term.description}" for term in self.terms.values()])
        self._rows = np.array([self.owners.index(key) for key, _ in labels], dtype=int)
        self.stems = {key: self._stems(term) for key, term in self.terms.items()}
        self.spread = Counter(one for stems in self.stems.values() for one in stems)
        self.common = {one for one, count in self.spread.items() if count > COMMON}

    @staticmethod
    def _stems(term: Term) -> frozenset[str]:
        return frozenset(one for word in (term.name, *term.synonyms) for one in _bare(word) if len(one) > 2)

    def map(self, phrases: Sequence[Phrase]) -> list[Match]:
        """A feature may name several capabilities; a phrase that names none has no match."""
        found: list[Match] = []
        others: list[Phrase] = []
        for phrase in phrases:
            if named := self._named(phrase):
                found.append(named)
            elif phrase.form not in (Form.TAG, Form.TASK) and len(words_of(phrase.text)) > 1:
                some = self._within(phrase)
                if not some and phrase.form != Form.PROSE:  # prose speaks of much, and not only of itself
                    some = self._apart(phrase)
                    others += [] if some else [phrase]
                found += some
        return found + self._near(others)

    def _named(self, phrase: Phrase) -> Match | None:
        """The whole phrase, or its head, is a word of the vocabulary. A single word has to be that very word, and one
        word of a tool's name is too little: “autocomplete” may complete anything."""
        # Once more without taking CamelCase apart: a name such as ControlNet is one word of the vocabulary.
        for said in dict.fromkeys((phrase.head, phrase.text, phrase.text.casefold())):
            stems = _bare(said)
            known = self.by_stems.get(stems)
            if known is None or (
                len(stems) == 1 and (phrase.form == Form.TOOL or words_of(known[2]) != words_of(said))
            ):
                continue
            key, how, word = known
            return Match(phrase, key, how, CONFIDENCE[how], word)
        return None

    def _within(self, phrase: Phrase) -> list[Match]:
        """Terms of two words or more that stand in the beginning of the sentence, the longer before the shorter."""
        return self._standing_in(phrase, phrase.text) or (
            self._standing_in(phrase, phrase.head) if phrase.form == Form.TOOL else []
        )

    def _standing_in(self, phrase: Phrase, text: str) -> list[Match]:
        stems = list(_bare(text)[: SPAN[phrase.form]])
        found: dict[str, Match] = {}
        for size in range(min(self.longest, len(stems)), 1, -1):
            for start in range(len(stems) - size + 1):
                known = self.by_stems.get(tuple(stems[start : start + size]))
                if (
                    known
                    and len(found) < MOST_IN_ONE
                    and not _is_audience(stems, start, start + size)
                    and not _is_cut_short(stems, start, start + size)
                ):
                    key, _, word = known
                    sure = IN_PROSE if phrase.form == Form.PROSE else CONFIDENCE[How.WITHIN]
                    found.setdefault(key, Match(phrase, key, How.WITHIN, sure, word))
                    stems[start : start + size] = [""] * size  # a word speaks once
        return list(found.values())

    def _apart(self, phrase: Phrase) -> list[Match]:
        """A term whose words stand near one another in whatever order, one of them a telling one: “Search X docs”."""
        stems = _bare(f"{phrase.head} {phrase.text}" if phrase.form == Form.TOOL else phrase.text)
        stems = stems[: SPAN[phrase.form] + 2]
        hits = {}
        for term, (key, _, word) in self.by_stems.items():
            bag = frozenset(term)
            if (
                len(bag) < 2
                or bag & (VAGUE | OF_ROWS)
                or not bag <= set(stems)
                or min(self.spread[one] for one in bag) > TELLING
            ):
                continue
            if any(bag <= set(stems[start : start + len(bag) + GAP]) for start in range(len(stems))):
                hits[key] = word
        if len(hits) != 1:
            return []
        key, word = hits.popitem()
        return [Match(phrase, key, How.APART, CONFIDENCE[How.APART], word)]

    def _near(self, phrases: Sequence[Phrase]) -> list[Match]:
        if not phrases or not self.labels:
            return []
        texts = [f"{phrase.head} {phrase.text}" if phrase.form == Form.TOOL else phrase.text for phrase in phrases]
        vectors = encode(texts)
        found = []
        for phrase, text, row, told in zip(
            phrases, texts, vectors @ self.vectors.T, vectors @ self.descriptions.T, strict=True
        ):
            best = np.full(len(self.owners), -1.0)
            np.maximum.at(best, self._rows, row)
            order = np.argsort(-best, kind="stable")
            first = int(order[0])
            margin = float(best[first] - best[order[1]]) if len(order) > 1 else 1.0
            if best[first] < LEAST_LIKENESS or margin < LEAST_MARGIN or told[first] < LEAST_TOLD:
                continue
            if len(set(stems_of(text)) & self.stems[self.owners[first]] - self.common) < 2:
                continue
            word = self.labels[int(np.argmax(np.where(self._rows == first, row, -1)))][1]
            found.append(Match(phrase, self.owners[first], How.NEAR, CONFIDENCE[How.NEAR], word))
        return found
