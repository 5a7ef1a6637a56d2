"""Who looks after a listing: the page, and what an owner does there."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from claims import people, transfers
from claims.choices import HOLDING, Role
from claims.forms import InviteForm, TransferForm
from claims.models import Claim, Invitation, Member
from claims.permissions import Verb, has_rights, may
from claims.views.freshness import asked_first
from claims.views.owning import claim_or_404, person_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Invites by POST."""
    if request.method != "POST":
        return _shown(request, claim_or_404(request, pk, Verb.SEE))
    claim = claim_or_404(request, pk, Verb.LEAD)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _shown(request, claim, invite=form, status=400)
    said = form.cleaned_data
    if said["role"] == Role.OWNER and (asked := asked_first(request)):
        return asked
    try:
        people.invite(claim, said["email"], said["role"], by=person_of(request), now=timezone.now())
    except people.CannotChange as refused:
        form.add_error(None, str(refused))
        return _refused(_shown(request, claim, invite=form, status=400), refused)
    messages.success(request, "Invited. They have three days to take it up.")
    return _back(claim)


@never_cache
@login_required
@require_POST
def member(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Another role for one of its people, or none any more."""
    claim = claim_or_404(request, pk, Verb.LEAD)
    row = get_object_or_404(Member, pk=member, claim=claim)
    role, goes = request.POST.get("role", ""), "remove" in request.POST
    # An owner is made and unmade by whoever it is, and not by whoever found the page open.
    if Role.OWNER in (role, row.role) and (asked := asked_first(request)):
        return asked
    by, now = person_of(request), timezone.now()
    if goes:
        _done(request, "They no longer look after it.", lambda: people.remove(claim, row.user_id, by=by, now=now))
    else:
        _done(request, "Their role has changed.", lambda: people.change_role(claim, row.user_id, role, by=by, now=now))
    return _back(claim, by=request)


@never_cache
@login_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.SEE)
    if claim.state not in HOLDING:
        raise Http404
    if request.POST.get("sure") != "yes":
        messages.error(request, "Tick the box to say that you mean it.")
        return _back(claim)
    _done(
        request,
        f"You no longer look after {claim.artifact.name[:80]}.",
        lambda: people.leave(claim, by=person_of(request), now=timezone.now()),
    )
    return _back(claim, by=request)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.LEAD)
    row = get_object_or_404(Invitation, pk=invitation, claim=claim)
    _done(
        request,
        "Withdrawn. Its link is good for nothing now.",
        lambda: people.withdraw(row, by=person_of(request), now=timezone.now()),
    )
    return _back(claim)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Offers it to somebody, by POST; who was asked for the password in between may come back by GET."""
    claim = claim_or_404(request, pk, Verb.LEAD)
    if request.method != "POST":
        return _back(claim)
    form = TransferForm(request.POST)
    if not form.is_valid():
        return _shown(request, claim, transfer=form, status=400)
    if asked := asked_first(request):
        return asked
    try:
        transfers.start(claim, form.cleaned_data["email"], by=person_of(request), now=timezone.now())
    except people.CannotChange as refused:
        form.add_error(None, str(refused))
        return _refused(_shown(request, claim, transfer=form, status=400), refused)
    messages.success(request, "Offered. They have three days to accept it, and you can call it off all the while.")
    return _back(claim)


@never_cache
@login_required
@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Without the password: it keeps things as they are, and may be in a hurry."""
    claim = claim_or_404(request, pk, Verb.LEAD)
    _done(request, "Called off.", lambda: transfers.call_off(claim, by=person_of(request), now=timezone.now()))
    return _back(claim)


def _done(request: HttpRequest, sentence: str, act: Callable[[], object]) -> None:
    try:
        act()
        messages.success(request, sentence)
    except people.CannotChange as refused:
        messages.error(request, str(refused))


def _back(claim: Claim, *, by: HttpRequest | None = None) -> HttpResponse:
    """To the page; `by`: or home, where it may have become somebody else's page meanwhile."""
    if by is not None and not may(by.user, Verb.SEE, claim, now=timezone.now()):
        return HttpResponseRedirect(reverse("claims:home"))
    return HttpResponseRedirect(reverse("claims:people", args=[claim.pk]))


def _refused(response: HttpResponse, refused: people.CannotChange) -> HttpResponse:
    if isinstance(refused, people.TooMany):
        response.status_code = 429
        response["Retry-After"] = str(refused.retry_after)
    return response


def _shown(
    request: HttpRequest,
    claim: Claim,
    *,
    invite: InviteForm | None = None,
    transfer: TransferForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    holds, leads = claim.state in HOLDING, may(request.user, Verb.LEAD, claim, now=now)
    rows = list(claim.members.select_related("user"))
    context = {
        "claim": claim,
        "artifact": claim.artifact,
        "holds": holds,
        "members": rows,
        "roles": Role.choices,
        "is_last_owner": [row.user_id for row in rows if row.role == Role.OWNER] == [request.user.pk],
        "may_lead": leads,
        "can_share": leads and holds and has_rights(claim, now=now),
        "waiting": people.waiting(claim, now=now) if leads and holds else [],
        "under_way": transfers.under_way(claim) if holds else None,
        "invite": invite or InviteForm(),
        "transfer": transfer or TransferForm(),
        "nav": "owner",
    }
    return render(request, "claims/people.html", context, status=status)
