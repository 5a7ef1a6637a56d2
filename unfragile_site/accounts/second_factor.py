"""The second factor: how its secrets lie in the database, and when the editors' desk lets somebody in by it."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest

IDLE = 30 * 60  # seconds without a page of the desk, after which it asks again
LONGEST = 8 * 3600  # seconds from the log-in, after which it asks in any case
SEEN, SINCE = "desk_seen_at", "desk_since"
MINUTE = 60  # a session is not written more often than that


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That is not the code, or it was used before.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return generate_totp_secret()  # written under a key that is gone: no code is right


def _cipher() -> MultiFernet:
    """A key for this purpose alone; while SECRET_KEY is rotated the previous one still reads."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{__name__}|{key}".encode()).digest())) for key in keys]
    )


def has_one(user: Any) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP]))


def was_shown(request: HttpRequest) -> bool:
    """In this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_over(request: HttpRequest) -> bool:
    """Whether a session at the desk has been idle for too long, or lasted too long."""
    now = time.time()
    records = get_authentication_records(request, request.user)
    since = records[0]["at"] if records else request.session.get(SINCE, now)
    return now - since > LONGEST or now - request.session.get(SEEN, now) > IDLE


def opens_the_desk(request: HttpRequest) -> bool:
    """Notes that somebody was at the desk, where they may be."""
    if not was_shown(request) or is_over(request):
        return False
    now = time.time()
    if now - request.session.get(SEEN, 0) > MINUTE:
        request.session.setdefault(SINCE, now)
        request.session[SEEN] = now
    return True
