"""Why an artifact is shown, in sentences that are true: what of it matched, which words, which past intent.

Pure. A reason is only given for what contributed to the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ranking.match.documents import Document
from ranking.match.index import Index
from ranking.match.scoring import Asked
from ranking.match.text import stem, telling, words

#: A part that adds less to the score is no reason.
LEAST = 0.5
#: How near in meaning a past intent has to be to be named.
SAME_INTENT = 0.6
MOST_WORDS = 5


@dataclass(frozen=True)
class Reason:
    #: capability, words, meaning, past_intent, fits or conflicts: what it is about.
    about: str
    sentence: str
    #: The words that matched, as they were typed; of a past intent its own words.
    words: tuple[str, ...] = ()


def reasons_for(
    query: str, asked: Asked, document: Document, parts: dict[str, float], index: Index, artifact: int
) -> tuple[Reason, ...]:
    found: list[Reason] = []
    typed = {word: stem(word) for word in telling(query)}
    if document.capability:
        names = [document.capability, *document.synonyms]
        hit = _hit(typed, " ".join(names))
        if hit or parts["meaning"] >= LEAST:
            found.append(Reason("capability", offers(document.capability), hit))
    # Not the other names of its capability: those are no words of its own.
    own = (document.name, document.category, document.tagline, document.description, document.unique)
    hit = _hit(typed, " ".join(own))[:MOST_WORDS]
    if hit and parts["words"] > 0:
        found.append(Reason("words", f"Its listing has {_listed(hit)}.", hit))
    elif parts["meaning"] >= LEAST:
        found.append(Reason("meaning", "Its listing is near to this in meaning, in other words."))
    if past := _past(asked, index, artifact):
        found.append(past)
    for about, lines, opening in (
        ("fits", document.best_for, "Best for"),
        ("conflicts", document.limitations, "Known limitation"),
        ("requires", document.requires, "Requires"),
    ):
        for line in lines:
            if met := _hit(typed, line):
                found.append(Reason(about, f"{opening}: {line.rstrip('.')}.", met))
                break
    return tuple(found)


def offers(capability: str) -> str:
    return f"It offers {capability}."


def _past(asked: Asked, index: Index, artifact: int) -> Reason | None:
    """The past intent that speaks for it most, where one is near."""
    evidence, past = index.evidence, asked.past
    slot = int(evidence.slot_of[artifact])
    own = [i for i in range(len(past.pairs)) if evidence.slots[past.pairs[i]] == slot] if slot >= 0 else []
    if not own:
        return None
    best = max(own, key=lambda i: (past.votes[i], -i))
    if past.nearness[best] < SAME_INTENT:
        return None
    text = evidence.texts[int(past.pairs[best])]
    return Reason("past_intent", f"People who asked “{text}” chose it.", (text,))


def _hit(typed: Mapping[str, str], text: str) -> tuple[str, ...]:
    """Those of the words, by their stems, that stand in the text. Stemming costs more than anything else here, and
    changes no letter that a plain word begins with."""
    begin = {one[0] for one in typed.values()}
    there = {stem(word) for word in set(words(text)) if word[0] in begin or not word[0].isascii()}
    return tuple(word for word, wanted in typed.items() if wanted in there)


def _listed(words: tuple[str, ...]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
