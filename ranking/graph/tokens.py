"""The signed leave to give feedback on one served answer: what was served, to whom, until when.

    mint(Served(...), keys)      with the first key
    read(token, keys, now=...)   what it says; raises CannotRead

Pure: keys and the time are handed in. That a token is used once is for the table of feedback to keep.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

VERSION = 1
LIFETIME = 24 * 3600  # seconds
#: A clock of another host may be this far off, in seconds.
LEEWAY = 300
#: Of a key, so that the right one of two is tried, and of a signature.
KEY_ID, SIGNATURE = 4, 32
MOST_SERVED = 50
LONGEST = 1_024  # characters
_HEAD = struct.Struct(f">B{KEY_ID}s16sI8s8sB")


class CannotRead(Exception):
    """It was not made here, was changed, or has run out."""


@dataclass(frozen=True)
class Served:
    search_key: UUID
    #: Seconds since 1970.
    issued: int
    actor: bytes
    network: bytes
    #: Artifacts by id, in the order served.
    artifacts: tuple[int, ...]
    #: The id of the key that it was signed with, as read.
    signed_by: bytes = field(default=b"", compare=False)

    @property
    def expires(self) -> int:
        return self.issued + LIFETIME


def mint(served: Served, keys: Sequence[bytes]) -> str:
    if len(served.artifacts) > MOST_SERVED:
        raise ValueError(f"A token takes at most {MOST_SERVED} artifacts.")
    head = _HEAD.pack(
        VERSION,
        _id_of(keys[0]),
        served.search_key.bytes,
        served.issued,
        served.actor,
        served.network,
        len(served.artifacts),
    )
    body = head + struct.pack(f">{len(served.artifacts)}Q", *served.artifacts)
    return base64.urlsafe_b64encode(body + _signature(body, keys[0])).rstrip(b"=").decode()


def read(token: str, keys: Sequence[bytes], *, now: float) -> Served:
    raw = _decoded(token)
    body, signature = raw[:-SIGNATURE], raw[-SIGNATURE:]
    if len(body) < _HEAD.size:
        raise CannotRead
    version, key_id, search_key, issued, actor, network, count = _HEAD.unpack_from(body)
    key = next((key for key in keys if _id_of(key) == key_id), None)
    # Without a key of ours it is compared all the same, so that the time it takes tells nothing.
    if not hmac.compare_digest(_signature(body, key or keys[0]), signature) or key is None:
        raise CannotRead
    if version != VERSION or len(body) != _HEAD.size + 8 * count:
        raise CannotRead
    artifacts = struct.unpack_from(f">{count}Q", body, _HEAD.size)
    served = Served(UUID(bytes=search_key), issued, actor, network, artifacts, signed_by=key_id)
    if not served.issued - LEEWAY <= now < served.expires + LEEWAY:
        raise CannotRead
    return served


def _decoded(token: str) -> bytes:
    if not token or len(token) > LONGEST:
        raise CannotRead
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CannotRead from error
    # One token has one spelling: base64 otherwise lets the last bits be anything.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise CannotRead
    return raw


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"id" + key).digest()[:KEY_ID]


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()
