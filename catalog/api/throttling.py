"""How often somebody may ask: 60 times a minute by address, 300 with a key.

Keys live in a layer above. Its authenticator puts an object on `request.auth` with two attributes, and that is all this
module needs to know of it:

    rate_key        a text that is the same for every request with this key, and is not the secret itself
    throttle_scope  which of DEFAULT_THROTTLE_RATES applies, such as "key"
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.crypto import salted_hmac
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from catalog.limits import counted, network_of

if TYPE_CHECKING:  # REST framework's views import this module through the settings
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

ANONYMOUS = "anon"
_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}  # seconds


@dataclass(frozen=True)
class Rate:
    """Where somebody stands: `limit` requests in `window` seconds, `remaining` of them for the next `reset` seconds."""

    scope: str
    limit: int
    window: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has them."""
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.limit};w={self.window}',
            "RateLimit": f'"{self.scope}";r={self.remaining};t={self.reset}',
        }


class RateThrottle(BaseThrottle):
    """A window opens with somebody's first request. Within it each request counts one up, atomically."""

    rate: Rate | None = None

    def allow_request(self, request: Any, view: APIView | None = None) -> bool:
        """A request that the framework has not seen yet counts as one without a key."""
        scope = getattr(_key_of(request), "throttle_scope", ANONYMOUS)
        given = api_settings.DEFAULT_THROTTLE_RATES.get(scope)
        if given is None or request.method == "OPTIONS":  # a browser's preflight is not the reader's doing
            return True
        limit, window = _parsed(given)
        try:
            count, reset = counted(f"rate:{scope}:{self.subject(request)}", window)
        except Exception:  # whatever the cache's client raises: better unlimited for a while than shut
            log.warning("Requests cannot be counted.", exc_info=True)
            return True
        self.rate = Rate(scope, limit, window, max(limit - count, 0), reset)
        request.rate = self.rate  # for the headers of the answer
        return count <= limit

    def subject(self, request: Any) -> str:
        """Who is counted, as a digest: neither address nor key is written down anywhere."""
        key = getattr(_key_of(request), "rate_key", None)
        who = f"key {key}" if key else f"address {network_of(self.get_ident(request))}"
        return salted_hmac("catalog.api.throttling", who).hexdigest()[:24]

    def wait(self) -> float | None:
        return float(self.rate.reset) if self.rate else None


def _key_of(request: Any) -> Any:
    return getattr(request, "auth", None)


def _parsed(rate: str | float) -> tuple[int, int]:
    """60/min -> (60, 60)."""
    number, _, period = str(rate).partition("/")
    return int(number), _PERIODS[period[0]]
