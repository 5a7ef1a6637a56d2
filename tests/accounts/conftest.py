"""People who sign up and in, and what the mails to them say."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

PASSWORD = "stronger-through-disorder"

LogIn = Callable[..., Any]


@pytest.fixture
def ada(db: None) -> User:
    """Who has signed up and confirmed her address."""
    from allauth.account.models import EmailAddress

    user = User.objects.create_user("person-ada", "ada@unfragile.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def log_in(client: Client, login: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": login, "password": password}, **more)


def link_in_mail(number: int = -1) -> str:
    """The first address of ours in a mail, as a path."""
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", str(mail.outbox[number].body))
    assert found, mail.outbox[number].body
    return found[1]


def with_second_factor(user: User) -> Authenticator:
    app = totp.TOTP.activate(user, totp.generate_totp_secret()).instance
    RecoveryCodes.activate(user)
    return app


def code_of(app: Authenticator) -> str:
    return code_by(decrypt(app.data["secret"]))


def code_by(secret: str) -> str:
    """What the app shows, for a while yet: one that is about to change is old before it is typed."""
    if 30 - time.time() % 30 < 3:
        time.sleep(3)
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
