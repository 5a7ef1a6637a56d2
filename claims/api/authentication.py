"""Who asks the API: whose key stands in the Authorization header. Without one it is nobody, which is enough to read.

A key that is not good is refused wherever it is sent, also where none is needed: whoever sends one wants to know.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from catalog.api.throttling import RateThrottle
from claims import key_uses, keys
from claims.choices import Scope
from claims.models import Key

SCHEME = "Bearer"


@dataclass(frozen=True)
class Presented:
    """As catalog.api.throttling asks for it."""

    key: Key
    throttle_scope: str = "key"

    @property
    def rate_key(self) -> str:
        return str(self.key.pk)

    def has(self, scope: Scope) -> bool:
        return scope in self.key.scopes


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, Presented] | None:
        scheme, _, text = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        now = timezone.now()
        key = keys.key_of(text.strip(), now=now)
        if key is None:
            # Counted by address, as any request without a key is: nobody tries keys faster than they may read.
            throttle = RateThrottle()
            if not throttle.allow_request(request._request):
                raise Throttled(throttle.wait())
            raise AuthenticationFailed("This key is not known, or works no longer.")
        key_uses.count(key, now=now)
        return key.person, Presented(key)

    def authenticate_header(self, request: Request) -> str:
        """As RFC 6750 has it: an error is named where a key was sent."""
        realm = f'{SCHEME} realm="api"'
        return f'{realm}, error="invalid_token"' if "Authorization" in request.headers else realm
