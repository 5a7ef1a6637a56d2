"""“Is it still you?”: asked before something that takes a listing from somebody, as the account pages ask it."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    raise_if_reauthentication_required,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def asked_first(request: HttpRequest) -> HttpResponse | None:
    """None where somebody has said their password, or a code, within the last ten minutes. Otherwise allauth asks, and
    comes back with what was sent. Whoever has neither, having come by GitHub, sets a password first.
    """
    if not get_reauthentication_flows(request.user):
        messages.error(request, "Set a password first: what you were about to do asks for it.")
        return HttpResponseRedirect(reverse("account_set_password"))
    raise_if_reauthentication_required(request, app="account")
    return None
