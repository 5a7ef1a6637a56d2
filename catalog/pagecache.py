"""Whole pages for anonymous readers, kept under what they depend on: address, facts, ranks, day.

A key contains the catalog's version and the live generation, so an edit makes every older copy unreachable at once and
nothing ever has to be thrown away. A cache that does not answer is logged and treated as empty: no page fails for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from catalog.state import State

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    body: bytes
    content_type: str


def page_key(address: str, state: State, today: dt.date, variant: str = "") -> str:
    """`variant` tells apart what one address may answer with."""
    return hashlib.sha256(f"{variant}|{state.key}|{today}|{address}".encode()).hexdigest()[:40]


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
