"""How a proof is spoken of: on the badge, in its hint, and on the pages."""

from __future__ import annotations

from claims.models import Proof


def told(proof: Proof) -> str:
    """What the badge says on focus: by what, of what, since when."""
    first = proof.claim.first_proven_at or proof.issued_at
    last = proof.last_checked_at or first
    demo = "this is part of the demo, by " if proof.claim.is_demo else ""
    return (
        f"{demo}{method_of(proof)} ({proof.scope}), first proven {first.day} {first:%B %Y}, "
        f"last checked {last.day} {last:%B %Y}"
    )


def method_of(proof: Proof) -> str:
    """As it stands within a sentence."""
    words = proof.get_method_display()
    return words[0].lower() + words[1:]
