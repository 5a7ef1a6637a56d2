"""Secrets that are shown once or published: made by the system's generator, in letters that any place can hold."""

from __future__ import annotations

import base64
import hashlib
import secrets

PREFIX = "unfragile-"
#: 200 bits: forty letters and digits of base 32, lower case, without padding; they stand in a DNS record as they are.
_BYTES = 25


def challenge() -> str:
    """What an owner puts where only they can. It is bound to its claim and method by the row it is kept in."""
    return PREFIX + base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower()


def link_token() -> str:
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """A fast digest will do: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()
