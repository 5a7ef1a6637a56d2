"""How often somebody did something within a window of time: counted atomically, shared by all processes.

The API's throttle and the forms of public pages ask it; what the limits are is decided by them.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time

from django.core.cache import caches

log = logging.getLogger(__name__)


def counted(key: str, window: int) -> tuple[int, int]:
    """The number of this one within its window, and how many seconds that has left."""
    cache = caches["limits"]
    now = time.time()
    opened = cache.get_or_set(key, now, window) or now
    if now >= opened + window:  # the cache keeps its own time, and may let go of it late
        cache.set(key, now, window)
        opened = now
    counter = f"{key}:{opened}"
    cache.add(counter, 0, window + 1)
    try:
        count = cache.incr(counter)
    except ValueError:  # it ran out between the two lines
        count = 1
    return count, max(1, math.ceil(opened + window - now))


def wait_for(key: str, most: int, window: int) -> int:
    """Seconds until this one may go on; 0 where it may now, and for as long as the counts cannot be kept."""
    try:
        count, left = counted(key, window)
    except Exception:  # whatever the cache's client raises: better unlimited for a while than shut
        log.warning("%s cannot be counted.", key.partition(":")[0].capitalize(), exc_info=True)
        return 0
    return left if count > most else 0


def so_far(key: str) -> int:
    """The number within the window that is open, without adding to it; 0 where counts cannot be kept."""
    try:
        cache = caches["limits"]
        opened = cache.get(key)
        return int(cache.get(f"{key}:{opened}") or 0) if opened else 0
    except Exception:  # as above
        log.warning("%s cannot be read.", key.partition(":")[0].capitalize(), exc_info=True)
        return 0


def give_back(key: str) -> None:
    """This one shall not count after all."""
    try:
        cache = caches["limits"]
        if opened := cache.get(key):
            cache.decr(f"{key}:{opened}")
    except Exception:  # also ValueError, where the window has just closed
        log.debug("%s was not given back.", key.partition(":")[0].capitalize(), exc_info=True)


def network_of(address: str) -> str:
    """One household or server holds a whole /64 of IPv6, so its addresses count together."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
