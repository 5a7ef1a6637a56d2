"""An owner's page of requests: what was asked of the editors, and what they answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.choices import Section, Wish
from catalog.desk.reports import LONGEST, SHORTEST
from claims import requests
from claims.permissions import Verb, may
from claims.views.owning import claim_or_404, person_of


class AskForm(forms.Form):
    wish = forms.ChoiceField(choices=Wish.choices, error_messages={"required": "Choose what you ask for."})
    section = forms.ChoiceField(choices=Section.choices, required=False)
    text = forms.CharField(
        min_length=SHORTEST,
        max_length=LONGEST,
        error_messages={"required": "Say in a sentence why.", "min_length": "Say in a sentence why."},
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def requests_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.EDIT if request.method == "POST" else Verb.SEE)
    now, person = timezone.now(), person_of(request)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        section = said["section"] if said["wish"] == Wish.CORRECTION and said["section"] else Section.LISTING
        try:
            requests.ask(claim, wish=said["wish"], text=said["text"], section=section, by=person, now=now)
        except requests.CannotAsk as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Asked. An editor reads it, and the answer will stand here.")
            return HttpResponseRedirect(reverse("claims:requests", args=[claim.pk]))
    context = {
        "claim": claim,
        "artifact": claim.artifact,
        "form": form,
        "chosen": form["wish"].value() or Wish.CORRECTION,
        "sections": Section.choices,
        "asked": requests.requests_of(claim),
        "may_edit": may(person, Verb.EDIT, claim, now=now),
        "may_ask_withdrawal": requests.may_ask(claim, Wish.WITHDRAWAL, by=person, now=now),
        "nav": "owner",
    }
    return render(request, "claims/requests.html", context, status=400 if form.errors else 200)
