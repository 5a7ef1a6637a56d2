"""An owner's page of replies: what others say against the listing, and what is said to that."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from claims import replies
from claims.permissions import Verb, may
from claims.views.owning import claim_or_404, person_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replies_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.EDIT if request.method == "POST" else Verb.SEE)
    now, error, at = timezone.now(), "", 0
    typed = request.POST.get("text", "")
    if request.method == "POST":
        named = request.POST.get("sentence", "")
        at = int(named) if named.isascii() and named.isdecimal() and len(named) < 19 else 0
        try:
            replies.write(claim, at, typed, by=person_of(request), now=now)
        except replies.CannotReply as refused:
            error = str(refused)
        else:
            messages.success(request, "Sent. An editor reads it first.")
            return HttpResponseRedirect(reverse("claims:replies", args=[claim.pk]))
    sentences = replies.sentences_of(claim)
    if error and not any(one.contrast.pk == at and one.is_free for one in sentences):
        messages.error(request, error)
    context = {
        "claim": claim,
        "artifact": claim.artifact,
        "sentences": sentences,
        "error": error,
        "at": at,
        "typed": typed,
        "may_edit": may(request.user, Verb.EDIT, claim, now=now),
        "longest": replies.LONGEST,
        "nav": "owner",
    }
    return render(request, "claims/replies.html", context, status=400 if error else 200)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, reply: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.EDIT)
    try:
        replies.withdraw(claim, reply, by=person_of(request), now=timezone.now())
        messages.success(request, "Taken back.")
    except replies.CannotReply as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(reverse("claims:replies", args=[claim.pk]))
