"""The ways to show that a listing is one's own: one module each, and one line here."""

from __future__ import annotations

from types import ModuleType

from claims.choices import Method
from claims.proofs import dns_txt, meta_tag, repository_file, well_known
from claims.proofs.base import SENTENCES, Asked, Instructions, Reach, Seen, unknown

__all__ = ["PROOFS", "SENTENCES", "Asked", "Instructions", "Reach", "Seen", "instructions_for", "look", "unknown"]

PROOFS: dict[Method, ModuleType] = {
    Method.REPOSITORY: repository_file,
    Method.DNS: dns_txt,
    Method.WELL_KNOWN: well_known,
    Method.META: meta_tag,
}


def instructions_for(method: str, asked: Asked) -> Instructions:
    told: Instructions = PROOFS[Method(method)].instructions(asked)
    return told


def look(method: str, asked: Asked, reach: Reach) -> Seen:
    seen: Seen = PROOFS[Method(method)].look(asked, reach)
    return seen
