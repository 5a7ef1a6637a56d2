"""Whole pages for anonymous readers, kept under what they depend on: address, facts, ranks, day.

A key contains the catalog's version and the live generation, so an edit makes every older copy unreachable at once and
nothing ever has to be thrown away. A cache that does not answer is logged and treated as empty: no page fails for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from catalog.state import State

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    body: bytes
    content_type: str
    tag: str


def page_key(address: str, state: State, today: dt.date, variant: str = "") -> str:
    """`variant` tells apart what one address may answer with."""
    return hashlib.sha256(f"{variant}|{state.key}|{today}|{address}".encode()).hexdigest()[:40]


_TAG = re.compile(r'"([0-9a-f]{40})(?:-([0-9a-f]{1,12}))?"')


def tag_of(key: str, lapses_at: dt.datetime | None) -> str:
    """An entity tag. The key stands for address, facts, ranks and day; what lapses earlier carries its hour itself."""
    return f'"{key}-{int(lapses_at.timestamp()):x}"' if lapses_at else f'"{key}"'


def current_tag(header: str, key: str, now: dt.datetime) -> str | None:
    """The entity tag in the header that is for this key and has not lapsed."""
    for match in _TAG.finditer(header):
        lapses_at = int(match[2], 16) if match[2] else None
        if match[1] == key and (lapses_at is None or now.timestamp() < lapses_at):
            return match[0]
    return None


def kept(key: str) -> Any:
    try:
        return cache.get(f"page:{key}")
    except Exception:  # whatever the backend raises: Redis, sockets, a damaged entry
        log.warning("The page cache does not answer.", exc_info=True)
        return None


def keep(key: str, value: Any, seconds: int) -> None:
    try:
        cache.set(f"page:{key}", value, seconds)
    except Exception:
        log.warning("The page cache does not take entries.", exc_info=True)
