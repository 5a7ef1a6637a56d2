"""What people looked for: an owner's numbers as a page and as a file, and the weekly letter about them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Artifact
from catalog.state import live_state
from claims import digests
from claims.health import health_of
from claims.models import DigestSubscription
from claims.numbers import least_people, numbers_of
from claims.numbers_file import csv_of
from claims.permissions import Verb
from claims.views.owning import claim_or_404, person_of
from ranking.rank_pages import rank_page


@never_cache
@login_required
@require_safe
def numbers_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.ANALYSE)
    now, state = timezone.now(), live_state()
    artifact = Artifact.objects.for_page(state.generation_id).get(pk=claim.artifact_id)
    member = claim.members.filter(user=person_of(request)).first()
    return render(
        request,
        "claims/numbers.html",
        {
            "claim": claim,
            "artifact": artifact,
            "numbers": numbers_of(claim, now=now),
            "least": least_people(),
            "rank": rank_page(artifact, state),
            "health": health_of(artifact, today=now.date()),
            "is_member": member is not None,
            "has_letter": DigestSubscription.objects.filter(member=member).exists(),
            "nav": "owner",
        },
    )


@never_cache
@login_required
@require_safe
def numbers_file(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.ANALYSE)
    now = timezone.now()
    name = f"{claim.artifact.slug}-{now:%Y-%m-%d}.csv"
    return HttpResponse(
        csv_of(numbers_of(claim, now=now)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


@never_cache
@login_required
@require_POST
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether one wants it, each for themselves."""
    claim = claim_or_404(request, pk, Verb.ANALYSE)
    member = get_object_or_404(claim.members, user=person_of(request))
    if request.POST.get("wanted") == "yes":
        digests.subscribe(member, now=timezone.now())
        messages.success(request, "You get the letter from next Tuesday on.")
    else:
        digests.unsubscribe(member)
        messages.success(request, "You get no more of these letters.")
    return HttpResponseRedirect(reverse("claims:numbers", args=[claim.pk]))


@never_cache
@csrf_exempt  # a mail program ends it by itself (RFC 8058): the signed address is what a forged form could not have
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest, token: str) -> HttpResponse:
    """Ends a letter, without log-in. Whoever merely follows the link is asked first."""
    if digests.subscription_of(token) is None:
        raise Http404
    if request.method == "POST":
        digests.end(token)
    return render(request, "claims/digest.html", {"is_over": request.method == "POST", "nav": "owner"})
