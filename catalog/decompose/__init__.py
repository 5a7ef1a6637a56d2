"""Takes a text about an artifact apart: which capabilities of the vocabulary does it claim, in which words?

Pure, and without any network. `read` finds the phrases of a README, card, tool list or hub object; a `Vocabulary` maps
them; `decompose` gathers one offer a capability. What becomes of the offers is decided in `catalog.desk.offered`;
`endpoint` asks a language model instead, where a site has one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalog.decompose.mapping import Match, Term, Vocabulary
from catalog.decompose.markdown import phrases_of
from catalog.decompose.phrases import MAX_PHRASES, Form, Phrase
from catalog.decompose.tags import phrases_of_hub
from catalog.decompose.tools import phrases_of_tools, tools_in

__all__ = ["RULES", "Offer", "Term", "Vocabulary", "decompose", "read"]

#: Raised when texts are read or mapped otherwise, so that those taken apart before are taken apart anew.
RULES = 2
#: JSON beyond this is not parsed: tool lists are far shorter.
MAX_JSON = 1024 * 1024
#: A second phrase for the same capability makes it so much more likely, up to the most that rules can say.
AGAIN, SUREST = 0.05, 0.97


@dataclass(frozen=True)
class Offer:
    """A capability that the text claims, with the passage that says so."""

    capability: str  # a key
    title: str
    description: str
    quote: str
    place: int
    confidence: float  # 0 to 1
    #: How it was found, in words for an editor.
    how: str
    input_types: tuple[str, ...] = ()
    output_types: tuple[str, ...] = ()


def read(text: str) -> list[Phrase]:
    """Phrases of whatever it is: JSON of tools or of a hub object, else Markdown."""
    if text.lstrip()[:1] in ("{", "[") and len(text) <= MAX_JSON:
        try:
            data: Any = json.loads(text)
        except (ValueError, RecursionError):
            return phrases_of(text)
        if (tools := tools_in(data)) is not None:
            return list(phrases_of_tools(tools))
        return list(phrases_of_hub(data)) if isinstance(data, dict) else []
    return phrases_of(text)


def decompose(text: str, vocabulary: Vocabulary) -> list[Offer]:
    """One offer a capability, the surest first."""
    return offers_of(vocabulary.map(read(text)[:MAX_PHRASES]), vocabulary)


def offers_of(matches: Iterable[Match], vocabulary: Vocabulary) -> list[Offer]:
    by_key: dict[str, list[Match]] = {}
    for match in matches:
        by_key.setdefault(match.key, []).append(match)
    offers = []
    for key, some in by_key.items():
        best = max(some, key=lambda match: (match.confidence, len(match.phrase.text), -match.phrase.place))
        others = {match.phrase.text for match in some} - {best.phrase.text}
        offers.append(
            Offer(
                capability=key,
                title=_title(best.phrase, vocabulary.terms[key]),
                description=_description(best.phrase),
                quote=best.phrase.quote,
                place=best.phrase.place,
                confidence=round(min(max(SUREST, best.confidence), best.confidence + AGAIN * len(others)), 2),
                how=f"From a {best.phrase.form}, {best.how}: “{best.word}”.",
                input_types=_together(match.phrase.input_types for match in some),
                output_types=_together(match.phrase.output_types for match in some),
            )
        )
    return sorted(offers, key=lambda offer: (-offer.confidence, offer.capability))


def _title(phrase: Phrase, term: Term) -> str:
    """The text's own words where they are a title; the capability's name where they are a sentence or a tag."""
    if phrase.form in (Form.TAG, Form.TASK, Form.PROSE):
        return term.name
    own = phrase.head if phrase.head and phrase.form != Form.TOOL else phrase.text
    own = own.strip(" .:;,")
    return own[:1].upper() + own[1:] if 3 <= len(own) <= 80 and "_" not in own else term.name


def _description(phrase: Phrase) -> str:
    is_tag = phrase.form in (Form.TAG, Form.TASK)
    return f"Its publisher gives it the tag “{phrase.quote}”." if is_tag else phrase.text


def _together(types: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in types for one in some))
