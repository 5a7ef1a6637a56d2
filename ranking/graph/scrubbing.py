"""What must not be kept of a query: mail addresses, telephone numbers, keys and passwords, addresses with log-ins.

Pure. Each is replaced by a word that says what stood there, so that the rest still reads. Rather one too many: a query
that loses a long number still finds what it looks for, as the engine is asked before anything is scrubbed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

#: Characters of a query that are kept at most.
LONGEST = 300

_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
#: Somebody's log-in in an address, and what addresses carry behind a question mark.
_LOGIN = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/@]+@", re.IGNORECASE)
_QUESTION = re.compile(r"(\bhttps?://[^\s?#]+)[?#]\S*", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d\b)\+?(?:\(?\d{1,4}\)?[ .\-/]?){2,6}\d{2,4}(?![\w])")
#: Beginnings that makers of keys print so that they can be found.
_KEY = re.compile(
    r"(?:sk|pk|rk|ghp|gho|ghu|ghs|github_pat|glpat|xox[abprs]|hf|AKIA|ASIA|AIza|ya29|eyJ|npm|pypi|dckr_pat|SG|key|"
    r"or-v1)[-_.]?[A-Za-z0-9_\-.=/+]{12,}"
)
_SECRET = re.compile(r"\b(password|passwd|pwd|secret|token|api[ _-]?key|bearer)\b\s*[:=]?\s+?(\S{6,})", re.IGNORECASE)
_ASSIGNED = re.compile(r"\b(password|passwd|pwd|secret|token|api[ _-]?key)\b\s*[:=]\s*(\S+)", re.IGNORECASE)
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9+/=]{20,}")
#: Bits a character from which on a long word is taken for made by chance.
_CHANCE = 3.6
_LEAST_DIGITS = 8


def scrubbed(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = _MAIL.sub("[mail]", text)
    text = _LOGIN.sub(r"\1", text)
    text = _QUESTION.sub(r"\1", text)
    text = _KEY.sub("[key]", text)
    text = _ASSIGNED.sub(r"\1 [key]", text)
    text = _SECRET.sub(lambda found: found[0] if _is_word(found[2]) else f"{found[1]} [key]", text)
    text = _UUID.sub("[key]", text)
    text = _WORD.sub(lambda found: "[key]" if _is_chance(found[0]) else found[0], text)
    text = _TELEPHONE.sub(lambda found: "[number]" if _digits(found[0]) >= _LEAST_DIGITS else found[0], text)
    return " ".join(text.split())[:LONGEST]


def _is_word(text: str) -> bool:
    return text.strip(".,;:!?").isalpha()


def _is_chance(text: str) -> bool:
    """Words, also joined ones, repeat letters; what was drawn by chance has digits among them and hardly does."""
    if not any(c.isdigit() for c in text) or not any(c.isalpha() for c in text):
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return bits >= _CHANCE


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)
