"""For how long a host asks to be left alone, in its answer's headers. Pure.

Retry-After, and the three ways in which hosts say that nothing is left of what one may ask: `RateLimit: "api";r=0;t=55`
(the newer draft of the IETF), `RateLimit: limit=100, remaining=0, reset=55` (the older one, also as three headers), and
`X-RateLimit-Remaining` with a reset in seconds or, as at GitHub, as a point in time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

#: What is larger is no number of seconds, but a time: they count from 1970.
EPOCH = 1_000_000_000


def rest_asked_for(headers: Mapping[str, str], status: int, *, now: float) -> float:
    """Seconds; 0 where it says nothing. `now` is in seconds since 1970."""
    if status in (429, 503) and "retry-after" in headers:
        return _until(headers["retry-after"], now)
    together = headers.get("ratelimit", "")
    # Several limits are separated by commas: the first of which nothing is left counts.
    for limit in together.split(",") if ";" in together else [together]:
        said: dict[str, str] = dict(re.findall(r"\b(r|t|remaining|reset)\s*=\s*([0-9]+)", limit))
        if said.get("r", said.get("remaining")) == "0":
            return _until(said.get("t", said.get("reset", "")), now)
    for prefix in ("ratelimit", "x-ratelimit"):
        if headers.get(f"{prefix}-remaining", "").strip() == "0":
            return _until(headers.get(f"{prefix}-reset", ""), now)
    return 0.0


def _until(text: str, now: float) -> float:
    """A number of seconds, a time since 1970 or a date; 0 for anything else."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,12}", text, re.ASCII):
        return max(0.0, float(text) - now) if int(text) > EPOCH else float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
