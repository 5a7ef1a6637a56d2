"""A file at a fixed address of the website: whoever writes it has the host, and nothing above or below."""

from __future__ import annotations

import json

from catalog.network import CLAIMS, CannotFetch, Profile, fetch
from claims.choices import Outcome
from claims.proofs.base import Asked, Instructions, Reach, Seen, absent, evidence_of, of_status, unknown

PATH = "/.well-known/unfragile.json"
KEY = "unfragile-challenges"


def instructions(asked: Asked) -> Instructions:
    return Instructions(
        steps=(
            f"Put this file at https://{asked.where}{PATH}, answered with status 200 and without a redirect.",
            "Where it is there already for another listing, add the token to its list.",
        ),
        copies=(
            ("Address", f"https://{asked.where}{PATH}"),
            ("Content", json.dumps({KEY: [asked.token]}, indent=2)),
        ),
    )


def look(asked: Asked, reach: Reach) -> Seen:
    return look_at(f"https://{asked.where}{PATH}", asked, reach, profile=CLAIMS)


def look_at(address: str, asked: Asked, reach: Reach, *, profile: Profile) -> Seen:
    try:
        answer = fetch(address, profile=profile, door=reach.door)
    except CannotFetch as error:
        return unknown(error.why)
    if decided := of_status(answer):
        return decided
    try:
        said = answer.json()
    except CannotFetch:
        return absent(answer, "other")
    tokens = said.get(KEY) if isinstance(said, dict) else None
    if isinstance(tokens, list) and asked.token in tokens:
        return Seen(Outcome.PRESENT, "there", evidence_of(answer))
    return absent(answer)
