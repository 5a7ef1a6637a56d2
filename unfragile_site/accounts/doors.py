"""How often a form of the account pages may be sent: counted before anything is looked at, atomically, by network.

No limit here can be used to keep somebody out of their own account: what is counted for an account is counted for
the network that asks as well, or opens anew with its password. The client's address is known by PROXY_COUNT alone.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from catalog.limits import give_back, network_of, so_far, wait_for

MINUTE, HOUR, DAY = 60, 3600, 86_400
View = Callable[..., HttpResponseBase]

#: Wrong passwords for one account within an hour, from everywhere, after which the right one alone is not enough.
WRONG_PASSWORDS = 50
#: Mails of one sort to one address within a day, whoever asks for them.
MAILS = 5


@dataclass(frozen=True)
class Limit:
    what: str
    most: int
    window: int  # seconds
    whose: Callable[[HttpRequest], str]

    def key(self, request: HttpRequest) -> str:
        return f"accounts-{self.what}-{self.window}:{_digest(self.whose(request))}"


def _digest(text: str) -> str:
    """Neither addresses of networks nor of people lie in the cache."""
    return salted_hmac(__name__, text).hexdigest()[:24]


def client_address(request: HttpRequest) -> str:
    return BaseThrottle().get_ident(cast("Request", request)) or ""  # which reads META alone


def network(request: HttpRequest) -> str:
    return network_of(client_address(request))


def named_account(request: HttpRequest) -> str:
    """The account a form names, as seen from this network."""
    named = request.POST.get("login") or request.POST.get("email") or ""
    return f"{named.strip().lower()[:254]} {network(request)}"


def person(request: HttpRequest) -> str:
    """Whoever is signed in, or halfway. With their password's hash: a new password opens a new count, so that whoever
    had guessed the old one cannot use up the codes of its owner."""
    pending = None if request.user.is_authenticated else unstash_login(request, peek=True)
    user: Any = pending.user if pending is not None else request.user
    return f"{user.pk} {user.password}" if user is not None and user.pk else network(request)


#: What each form takes. Of the first kind only what fails counts, of the second everything does.
LOG_IN = (Limit("login", 10, 5 * MINUTE, network), Limit("login-account", 10, 5 * MINUTE, named_account))
CODE = (
    Limit("code", 5, 5 * MINUTE, person),
    Limit("code", 20, HOUR, person),
    Limit("code", 50, DAY, person),
)
PASSWORD = (Limit("password", 10, 5 * MINUTE, person),)
NEW_PASSWORD = (Limit("new-password", 10, 5 * MINUTE, network),)
SIGN_UP = (Limit("sign-up", 20, HOUR, network),)
RESET = (Limit("reset", 5, DAY, named_account), Limit("reset-network", 20, HOUR, network))
ADDRESS = (Limit("address", 10, HOUR, person),)
CONFIRM = (Limit("confirm", 20, 5 * MINUTE, network),)
GITHUB = (Limit("github", 20, 5 * MINUTE, network),)
ONLY_FAILURES = (LOG_IN, CODE, PASSWORD, NEW_PASSWORD)


def guarded(view: View, limits: tuple[Limit, ...] = (), *, is_steady: bool = False) -> View:
    """`is_steady`: what it answers takes the same time for everybody, unless it lets somebody in."""

    @functools.wraps(view)
    def at_the_door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        started = time.perf_counter()
        keys = []
        for limit in limits:
            key = limit.key(request)
            if wait := wait_for(key, limit.most, limit.window):
                return too_many(request, wait)
            keys.append(key)
        response = view(request, *args, **kwargs)
        # Whoever has used up a code is sent back to the log-in, which is no success.
        went_on = response.status_code == 302 and response["Location"] != reverse("account_login")
        if limits in ONLY_FAILURES and went_on:
            for key in keys:
                give_back(key)
        if is_steady and not request.user.is_authenticated:
            time.sleep(max(0.0, started + settings.ACCOUNTS["STEADY_SECONDS"] - time.perf_counter()))
        return response

    return at_the_door


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "429.html", {"minutes": -(-wait // MINUTE)}, status=429)
    response["Retry-After"] = str(wait)
    return response


def note_wrong_password(login: str) -> None:
    """For an unknown name just as for a known one."""
    wait_for(_wrong(login), WRONG_PASSWORDS, HOUR)


def had_many_wrong_passwords(*names: str) -> bool:
    return sum(so_far(_wrong(name)) for name in names if name) > WRONG_PASSWORDS


def _wrong(login: str) -> str:
    return f"accounts-wrong:{_digest(login.strip().lower())}"


def may_mail(sort: str, address: str) -> bool:
    return not wait_for(f"accounts-mail:{_digest(f'{sort} {address.lower()}')}", MAILS, DAY)
