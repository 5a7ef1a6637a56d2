"""Keeping a listing right, as its owner or a maintainer: what stands, what may be changed, and what was proposed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.choices import ProposalState
from catalog.desk import proposals
from claims import listing
from claims.listing_page import Form, Sent, page_of
from claims.listing_plans import CannotPropose
from claims.models import Claim
from claims.permissions import Verb
from claims.suggestions import own_changes_of, proposals_of
from claims.views.owning import claim_or_404, person_of

#: Shown of those that were answered; what is older stands in the listing's change log.
MOST_ANSWERED = 50


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.EDIT)
    if request.method != "POST":
        return _shown(request, claim)
    said = {name: str(value) for name, value in request.POST.items()}
    form = page_of(claim).form(said.get("form", ""))
    if form is None:
        messages.error(request, "What you were changing is not there any more.")
        return HttpResponseRedirect(reverse("claims:listing", args=[claim.pk]))
    is_removal = said.get("act") == "remove"
    try:
        done = _submit(request, claim, form, said, is_removal=is_removal)
    except CannotPropose as refused:
        sent = Sent(form.section, form.row, said, refused.errors, is_removal)
        return _shown(request, claim, sent, retry_after=refused.retry_after)
    if done.at_once:
        messages.success(request, f"It stands now: {', '.join(done.at_once).lower()}.")
    if done.proposed:
        many = len(done.proposed)
        what = "Your proposal waits" if many == 1 else f"Your {many} proposals wait"
        messages.success(request, f"{what} for an editor. You get a letter once it is answered.")
    return HttpResponseRedirect(f"{reverse('claims:listing', args=[claim.pk])}#{form.section}")


def _submit(
    request: HttpRequest, claim: Claim, form: Form, said: dict[str, str], *, is_removal: bool
) -> listing.Submitted:
    if said.get("seen") != form.seen:
        raise CannotPropose({"": "The listing has changed since you opened this page. Look again, then send it."})
    return listing.submit(
        claim,
        form.section,
        {} if is_removal else form.changed(said),
        by=person_of(request),
        now=timezone.now(),
        row=form.row,
        remove=is_removal,
        why=said.get("why", ""),
        source=said.get("source", ""),
    )


def _shown(request: HttpRequest, claim: Claim, sent: Sent | None = None, *, retry_after: int = 0) -> HttpResponse:
    context = {
        "claim": claim,
        "artifact": claim.artifact,
        "page": page_of(claim, sent=sent),
        "is_refused": sent is not None,
        "own_changes": own_changes_of(claim)[:5],
        "nav": "owner",
    }
    status = 429 if retry_after else 400 if sent else 200
    response = render(request, "claims/listing.html", context, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@never_cache
@login_required
@require_safe
def proposals_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.EDIT)
    mine = proposals_of(claim)
    shown = [
        (one, proposals.lines_of(one, proposals.row_of(one)), proposals.is_removal(one))
        for one in (*mine.filter(state=ProposalState.OPEN), *mine.exclude(state=ProposalState.OPEN)[:MOST_ANSWERED])
    ]
    context = {
        "claim": claim,
        "artifact": claim.artifact,
        "open": [one for one in shown if one[0].state == ProposalState.OPEN],
        "answered": [one for one in shown if one[0].state != ProposalState.OPEN],
        "nav": "owner",
    }
    return render(request, "claims/proposals.html", context)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.EDIT)
    try:
        listing.withdraw(claim, proposal, by=person_of(request), now=timezone.now())
        messages.success(request, "Withdrawn. Nothing was changed.")
    except CannotPropose as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("claims:proposals", args=[claim.pk]))
