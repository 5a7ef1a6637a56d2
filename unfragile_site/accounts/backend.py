"""Whose log-in it is, and whether the password is right: one account, one hash, whatever was typed.

allauth's own would try an address that looks like a user name as both, and so take twice as long where it is known.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import get_user_by_username
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.http import HttpRequest


class OneHashBackend(AuthenticationBackend):
    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        user = account_named(credentials.get("email") or credentials.get("username") or "")
        return self._check_password(user, credentials.get("password") or "")


def account_named(login: str) -> Any:
    """The account of an e-mail address or user name. An address of several accounts, proven for none, is no name.

    Whoever has merely begun to claim an address for theirs never comes before the one whose it was.
    """
    login = login.strip()
    if "@" in login:
        proven = EmailAddress.objects.filter(email=login.lower(), verified=True).select_related("user").first()
        if proven is not None:
            return proven.user
        people = list(User.objects.filter(email__iexact=login)[:2])
        if len(people) == 1:
            return people[0]
    return get_user_by_username(login)
