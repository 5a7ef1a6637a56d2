"""What somebody was asked by a letter: GET shows what it is, POST answers. By its link, or from one's own page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from claims import people, transfers
from claims.models import Invitation, Transfer
from claims.views.freshness import asked_first
from claims.views.owning import person_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str = "", pk: int = 0) -> HttpResponse:
    now, person = timezone.now(), person_of(request)
    row = people.invitation_of(token) if token else people.invited(person, now=now).filter(pk=pk).first()
    if row is None:
        raise Http404
    if refused := _not_theirs(request, row, is_open=people.is_open(row, now=now)):
        return refused
    if request.method != "POST":
        return _asked(request, row, "claims/invitation.html")
    try:
        if request.POST.get("answer") == "no":
            people.decline(row, by=person, now=now)
            messages.success(request, "Declined. The link is good for nothing now.")
        else:
            claim = people.take_up(row, by=person, now=now)
            messages.success(request, f"You look after {claim.artifact.name[:80]} now.")
            return HttpResponseRedirect(claim.get_absolute_url())
    except people.CannotChange as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("claims:home"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, token: str = "", pk: int = 0) -> HttpResponse:
    """Accepting asks for the password; refusing keeps things as they are."""
    now, person = timezone.now(), person_of(request)
    row = transfers.transfer_of(token) if token else transfers.offered(person, now=now).filter(pk=pk).first()
    if row is None:
        raise Http404
    is_mine = row.ended_at is None and row.accepted_by_id == person.pk
    if refused := _not_theirs(request, row, is_open=is_mine or transfers.is_open(row, now=now)):
        return refused
    if request.method != "POST":
        return _asked(request, row, "claims/transfer.html")
    is_no = request.POST.get("answer") == "no"
    if not is_no and (asked := asked_first(request)):
        return asked
    try:
        if is_no:
            transfers.refuse(row, by=person, now=now)
            messages.success(request, "Refused. All stays as it was.")
        else:
            until = transfers.accept(row, by=person, now=now).takes_effect_at
            messages.success(request, f"Accepted. It is yours on {until:%-d %B, %H:%M} UTC.")
    except people.CannotChange as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("claims:home"))


def _not_theirs(request: HttpRequest, row: Invitation | Transfer, *, is_open: bool) -> HttpResponse | None:
    """What was sent to somebody else is said to be so; not to whom, nor what it is about."""
    person = person_of(request)
    if row.email in people.confirmed(person) or (isinstance(row, Transfer) and row.accepted_by_id == person.pk):
        return None if is_open else render(request, "claims/over.html", {"nav": "owner"}, status=410)
    return render(request, "claims/another_address.html", {"nav": "owner"}, status=403)


def _asked(request: HttpRequest, row: Invitation | Transfer, template: str) -> HttpResponse:
    return render(request, template, {"row": row, "artifact": row.claim.artifact, "nav": "owner"})
