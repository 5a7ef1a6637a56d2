"""What all ways of proving have in common: a look at one place for one token, and the words for its owner.

A way is one module with `instructions` and `look`, and one line in the registry. `look` answers with what it saw and
never guesses: whatever it did not expect is *unknown*, so an error in here can take nothing for present.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.network import SENTENCES as NETWORK
from catalog.network import Answer, Door, Resolvers, Why
from claims.choices import Outcome


@dataclass(frozen=True)
class Reach:
    """By what the outside is reached; tests put in their own."""

    door: Door | None = None
    resolvers: Resolvers | None = None


@dataclass(frozen=True)
class Asked:
    where: str
    token: str
    #: Of the repository and its owner, where they have been seen before.
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    outcome: Outcome
    #: One word for the owner's page and the log, see SENTENCES.
    code: str
    #: What stood there, for the audit: address, status, digest. Never the body.
    evidence: Mapping[str, Any] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Instructions:
    """What to put where, ready to copy."""

    steps: tuple[str, ...]
    #: Label and text to copy, in order.
    copies: tuple[tuple[str, str], ...]


SENTENCES = {
    "there": "Found. It is exactly as it should be.",
    "missing": "The place can be reached, and the token is not there.",
    "no_page": "There is nothing at that address (404).",
    "other": "Something stands there, but not exactly this token.",
    "spreading": "One resolver has the record already, another not yet. That can take an hour.",
    "fork": "This repository is a fork. Only the original can prove the listing.",
    "private": "This repository is not public.",
    "renamed": "Another repository, or another owner, stands at this address now.",
    "unclear": "The place gave no clear answer. Nothing is taken away for that; we look again later.",
    **{why.value: sentence for why, sentence in NETWORK.items()},
}


def unknown(why: Why | None = None) -> Seen:
    """The network's no in one of its own few words, which give nothing away."""
    return Seen(Outcome.UNKNOWN, "unclear" if why is None else why.value)


def evidence_of(answer: Answer) -> dict[str, Any]:
    return {
        "url": answer.final_url,
        "status": answer.status,
        "address": answer.address,
        "sha256": hashlib.sha256(answer.body).hexdigest(),
    }


def absent(answer: Answer, code: str = "missing") -> Seen:
    return Seen(Outcome.ABSENT, code, evidence_of(answer))


def of_status(answer: Answer) -> Seen | None:
    """What the status alone decides; None where the body has to be read."""
    if answer.status == 200:
        return None
    if answer.status in (404, 410):
        return absent(answer, "no_page")
    return Seen(Outcome.UNKNOWN, "unclear", evidence_of(answer))
