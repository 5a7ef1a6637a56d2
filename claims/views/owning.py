"""An owner's pages: what is theirs, how it is proven, and who else looks after it. Never the admin's."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Artifact
from claims import badge, checking, ownership, people, proofs, transfers
from claims.choices import OPEN, ProofState
from claims.models import Claim, Proof
from claims.numbers import last_weeks
from claims.permissions import Verb, has_rights, may
from claims.proofs import SENTENCES, Asked
from claims.tasks import look_for_proof

#: Seconds for which the page waits by itself for what a look finds.
PATIENCE = 60


def person_of(request: HttpRequest) -> User:
    return cast("User", request.user)


def claim_or_404(request: HttpRequest, pk: int, verb: Verb) -> Claim:
    """Somebody else's claim is not there, whatever is asked of it."""
    claim = Claim.objects.select_related("artifact", "opened_by").filter(pk=pk).first()
    now = timezone.now()
    if claim is None or not may(request.user, Verb.SEE, claim, now=now) or not may(request.user, verb, claim, now=now):
        raise Http404
    return claim


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    now, mine, roles = timezone.now(), ownership.claims_of(person), people.roles_of(person)
    shown = [claim for claim in mine if may(person, Verb.ANALYSE, claim, now=now)]
    weeks = last_weeks(shown, now=now)
    return render(
        request,
        "claims/home.html",
        {
            "last_week": [(claim, weeks[claim.pk]) for claim in shown if claim.pk in weeks],
            "open": [(claim, roles.get(claim.pk, "")) for claim in mine if claim.state in OPEN],
            "invited": people.invited(person, now=now),
            "offered": transfers.offered(person, now=now),
            "over": [claim for claim in mine if claim.state not in OPEN][:20],
            "nav": "owner",
        },
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    artifact = get_object_or_404(Artifact.objects.public(), slug=slug)
    offered = ownership.places(artifact)
    error = ""
    if request.method == "POST":
        chosen = request.POST.get("place", "")
        place = offered[int(chosen)] if chosen.isdecimal() and len(chosen) < 3 and int(chosen) < len(offered) else None
        if place is None:
            error = "Choose one of the ways."
        else:
            try:
                proof = ownership.open_claim(artifact, place, by=person_of(request), now=timezone.now())
                return HttpResponseRedirect(proof.claim.get_absolute_url())
            except ownership.CannotClaim as refused:
                error = str(refused)
    holder = ownership.holder_of(artifact.pk)
    context = {
        "artifact": artifact,
        "places": offered,
        "error": error,
        "is_claimed": holder is not None,
        "is_mine": holder is not None and may(request.user, Verb.SEE, holder, now=timezone.now()),
        "holder": holder,
        "nav": "owner",
    }
    return render(request, "claims/start.html", context, status=400 if error else 200)


@never_cache
@login_required
@require_safe
def claim_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.SEE)
    now = timezone.now()
    current = {proof.state: proof for proof in claim.proofs.exclude(state=ProofState.OVER)}
    pending, standing = current.get(ProofState.PENDING), current.get(ProofState.STANDING)
    asked = request.GET.get("asked", "")
    return render(
        request,
        "claims/claim.html",
        {
            "claim": claim,
            "artifact": claim.artifact,
            "pending": _told(pending),
            "standing": _told(standing),
            "expires_at": ownership.expires_at(pending) if pending else None,
            "is_looking": _is_looking(pending or standing, asked, now),
            "has_rights": has_rights(claim, now=now),
            "badge": badge.badge_of(claim.artifact_id, now=now),
            "snippets": badge.snippets(claim.artifact.slug),
            "dispute": ownership.dispute_of(claim),
            "may_prove": may(request.user, Verb.PROVE, claim, now=now),
            "may_lead": may(request.user, Verb.LEAD, claim, now=now),
            "places": ownership.places(claim.artifact) if claim.state in OPEN else [],
            "nav": "owner",
        },
    )


def _told(proof: Proof | None) -> dict[str, Any] | None:
    if proof is None:
        return None
    return {
        "proof": proof,
        "instructions": proofs.instructions_for(proof.method, Asked(proof.place, proof.token)),
        "sentence": SENTENCES.get(proof.last_code, ""),
    }


def _is_looking(proof: Proof | None, asked: str, now: dt.datetime) -> bool:
    return proof is not None and is_awaited(proof.last_checked_at, asked, now)


def is_awaited(seen: dt.datetime | None, asked: str, now: dt.datetime) -> bool:
    """Whether what was asked for, at that second, has not come yet; after a while nobody waits any longer."""
    if not asked.isdecimal() or len(asked) > 10:
        return False
    since = dt.datetime.fromtimestamp(int(asked), tz=dt.UTC)
    return (seen is None or seen < since) and now - since < dt.timedelta(seconds=PATIENCE)


@never_cache
@login_required
@require_POST
def check_now(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.PROVE)
    open_proofs = {proof.state: proof for proof in claim.proofs.exclude(state=ProofState.OVER)}
    proof = open_proofs.get(ProofState.PENDING) or open_proofs.get(ProofState.STANDING)
    if proof is None:
        return HttpResponseRedirect(claim.get_absolute_url())
    now = timezone.now()
    try:
        checking.check_limits(proof, by=person_of(request), now=now)
    except checking.CannotLook as error:
        response = render(
            request, "claims/too_many.html", {"claim": claim, "wait": error.retry_after, "nav": "owner"}, status=429
        )
        response["Retry-After"] = str(error.retry_after)
        return response
    look_for_proof.delay(proof.pk, person_of(request).pk)
    return HttpResponseRedirect(f"{claim.get_absolute_url()}?asked={int(now.timestamp())}")


@never_cache
@login_required
@require_POST
def another_way(request: HttpRequest, pk: int) -> HttpResponse:
    """Another challenge, by the same way or another one. What stands goes on standing until the new one is seen."""
    claim = claim_or_404(request, pk, Verb.PROVE)
    offered = ownership.places(claim.artifact)
    chosen = request.POST.get("place", "")
    if chosen.isdecimal() and len(chosen) < 3 and int(chosen) < len(offered):
        try:
            ownership.open_claim(claim.artifact, offered[int(chosen)], by=person_of(request), now=timezone.now())
        except ownership.CannotClaim as refused:
            messages.error(request, str(refused))
    else:
        messages.error(request, "Choose one of the ways.")
    return HttpResponseRedirect(claim.get_absolute_url())


@never_cache
@login_required
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.LEAD)
    if request.POST.get("sure") != "yes":
        messages.error(request, "Tick the box to say that you mean it.")
        return HttpResponseRedirect(claim.get_absolute_url())
    ownership.give_up(claim, by=person_of(request), now=timezone.now())
    messages.success(request, f"Your claim of {claim.artifact.name[:80]} has ended.")
    return HttpResponseRedirect(claim.get_absolute_url())
