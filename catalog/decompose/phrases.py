"""A phrase: a few words of a text that may name a capability, with the passage they stand in and its place.

Pure. What makes phrases out of which kind of text stands in `markdown`, `tools` and `tags`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

#: So much of a text is read, and so many phrases are made of it: READMEs are shorter, hostile texts are not.
MAX_CHARS = 256 * 1024
MAX_PHRASES = 400
#: What a passage of evidence may hold, see catalog.Evidence.
MAX_QUOTE = 300

#: What a phrase is not to be believed for: it denies, it promises, it compares, or it speaks to a machine.
_DENIED = re.compile(
    r"\b(?:not|cannot|can[’']t|don[’']t|doesn[’']t|won[’']t|isn[’']t|aren[’']t|didn[’']t|never|no longer|without|no"
    r"|neither|nor|lacks?|lacking|unsupported|unavailable|deprecated|removed|disabled)\b"
)
_PROMISED = re.compile(
    r"\b(?:planned|plan to|plans to|planning to|coming|upcoming|soon|roadmap|road map|todo|to do|wip|work in progress"
    r"|in the future|future (?:work|versions?|releases?)|will (?:be|support|add|include|allow|come|have|provide)"
    r"|not yet|eventually|someday|next (?:version|release)|wish ?list|under development)\b|\[ \]"
)
_COMPARED = re.compile(
    r"\b(?:unlike|compared (?:to|with)|in comparison|versus|vs|alternatives? to|instead of|rather than|better than"
    r"|whereas|in contrast|other (?:tools|models|servers|projects|libraries)|competitors?)\b"
)
_COMMANDED = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,80}\b(?:instruction|prompt|rule|above|previous|prior)"
    r"|\b(?:system prompt|you are (?:now|an?)|as an ai|list (?:this|it) as|classify (?:this|it) as|rate (?:this|it))\b"
)


class Form(StrEnum):
    """Where a phrase was found, the most telling first."""

    TASK = "task tag"
    TOOL = "tool"
    FEATURE = "feature list"
    HEADING = "heading"
    PROSE = "sentence of its introduction"
    TAG = "tag"


@dataclass(frozen=True)
class Phrase:
    form: Form
    #: The words without markup; `head` is what stands before a colon or in bold, where something does.
    text: str
    #: The passage, letter by letter as it stands in the text.
    quote: str
    #: Its line, from 1; of a tool or tag its number in the list.
    place: int
    head: str = ""
    input_types: tuple[str, ...] = ()
    output_types: tuple[str, ...] = ()


def is_claim(text: str) -> bool:
    """Whether it says what the thing does: denials, promises, comparisons and orders to a machine do not."""
    low = text[:1_000].casefold()
    return not any(pattern.search(low) for pattern in (_DENIED, _PROMISED, _COMPARED, _COMMANDED))


def clipped(passage: str) -> str:
    """At most MAX_QUOTE characters of it, ending at a word; still letter by letter."""
    passage = passage.strip()
    if len(passage) <= MAX_QUOTE:
        return passage
    cut = passage[:MAX_QUOTE]
    return cut[: cut.rfind(" ")].rstrip() if " " in cut[MAX_QUOTE // 2 :] else cut


def first_sentence(text: str) -> str:
    found = re.search(r"[.!?](?=\s)", text[:600])
    return text[: found.start()] if found else text[:600].partition("\n")[0]


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+(?:\+\+|#)?")


def words_of(text: str) -> list[str]:
    """Lower-case words: snake_case, kebab-case and camelCase come apart, accents go."""
    bare = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text[:1_000]))
    return _WORD.findall("".join(c for c in bare if not unicodedata.combining(c)).casefold())


#: Endings that tell no two capabilities apart, the longest first, and what stays of the word.
_ENDINGS = (
    ("isations", "iz"), ("izations", "iz"), ("isation", "iz"), ("ization", "iz"), ("ising", "iz"), ("izing", "iz"),
    ("ises", "iz"), ("izes", "iz"), ("ised", "iz"), ("ized", "iz"), ("ise", "iz"), ("ize", "iz"), ("ations", "at"),
    ("ation", "at"), ("ating", "at"), ("ates", "at"), ("ated", "at"), ("ate", "at"), ("ions", "") , ("ion", ""),
    ("ings", ""), ("ing", ""), ("ies", "y"), ("ers", ""), ("er", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip


def stem(word: str) -> str:
    """Crude, and the same for both sides: generate, generates, generating and generation are one."""
    for ending, rest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + rest
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word


def stems_of(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words_of(text))
