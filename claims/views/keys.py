"""Pages for the keys of one's programs: made, shown once, counted, revoked."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import key_uses, keys, ownership
from claims.choices import OPEN, Scope
from claims.models import Key
from claims.views.owning import person_of

#: What each scope is for, in the words of the page.
WHAT_FOR = {
    Scope.CLAIMS: "Your claims, their proofs, and what became of what you proposed.",
    Scope.ANALYTICS: "Views, times shown and chosen, and intents, as on your pages.",
    Scope.PROPOSALS: "Propose changes, and take them back. An editor still decides.",
}
#: Units of the chart; the page stretches it.
_WIDTH, _HEIGHT = 300, 80


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=keys.LONGEST_NAME,
        error_messages={"required": "Give it a name, so that you know it again.", "max_length": "Make it shorter."},
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        error_messages={"required": "Tick what it is for: a key without that is good for nothing."},
    )
    claim = forms.ChoiceField(required=False)
    days = forms.TypedChoiceField(coerce=int, choices=[(days, f"{days} days") for days in keys.DAYS], initial=90)
    #: Drawn when the form was shown, and signed: sent twice, it makes one key.
    once = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.claims = {str(one.pk): one for one in ownership.claims_of(person) if one.state in OPEN}
        named = [(pk, one.artifact.name[:80]) for pk, one in self.claims.items()]
        self.fields["claim"].choices = [("", "All that is yours"), *named]  # type: ignore[attr-defined]
        self.fields["once"].initial = signer(person).sign(keys.draw_prefix())

    def clean_once(self) -> str:
        try:
            return signer(self.person).unsign(self.cleaned_data["once"])
        except signing.BadSignature as error:
            raise forms.ValidationError("Begin again.") from error

    def scope_rows(self) -> list[dict[str, Any]]:
        ticked = self["scopes"].value() or []
        return [
            {"value": scope.value, "label": scope.label, "help": WHAT_FOR[scope], "is_ticked": scope.value in ticked}
            for scope in Scope
        ]


def signer(person: User) -> signing.Signer:
    return signing.Signer(salt=f"claims.keys {person.pk}")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def key_list(request: HttpRequest) -> HttpResponse:
    """The keys there are, and the form for another one. What is made is shown in the answer, and never again."""
    person, now = person_of(request), timezone.now()
    begun = {"claim": request.GET.get("claim", "")[:20], "scopes": [Scope.CLAIMS.value]}
    form = KeyForm(request.POST if request.method == "POST" else None, initial=begun, person=person)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            key, text = keys.make(
                person,
                name=sent["name"],
                scopes=sent["scopes"],
                days=sent["days"],
                claim=form.claims.get(sent["claim"]),
                prefix=sent["once"],
                now=now,
            )
            return render(request, "claims/key_made.html", {"key": _told(key), "text": text, "nav": "owner"})
        except keys.CannotMake as refused:
            form.add_error(None, str(refused))
    mine = list(Key.objects.filter(person=person).select_related("claim__artifact"))
    asked = key_uses.totals(mine, today=now.date())
    rows = [{**_told(key), "asked": asked.get(key.pk, 0)} for key in mine]
    context = {
        "form": form,
        "working": [row for row in rows if row["key"].works(now=now)],
        "over": [row for row in rows if not row["key"].works(now=now)][:20],
        "shown": key_uses.SHOWN,
        "nav": "owner",
    }
    return render(request, "claims/keys.html", context, status=400 if form.errors else 200)


def _told(key: Key) -> dict[str, Any]:
    return {"key": key, "scopes": [Scope(scope) for scope in key.scopes], "mark": f"{keys.MARK}{key.prefix}_…"}


@never_cache
@login_required
@require_safe
def key_page(request: HttpRequest, pk: int) -> HttpResponse:
    key, now = _mine_or_404(request, pk), timezone.now()
    days = key_uses.days_of(key, today=now.date())
    most = max(day.count for day in days)
    context = {
        **_told(key),
        "works": key.works(now=now),
        "days": days,
        "total": sum(day.count for day in days),
        "most": most,
        "bars": _bars([day.count for day in days], most),
        "size": (_WIDTH, _HEIGHT),
        "nav": "owner",
    }
    return render(request, "claims/key.html", context)


def _bars(counts: list[int], most: int) -> list[tuple[str, str, str]]:
    """Left edge, upper edge and height of each day's; a day on which little was asked is still seen."""
    step = _WIDTH / len(counts)
    heights = [max(2, math.ceil(_HEIGHT * count / most)) if count else 0 for count in counts]
    return [(f"{i * step + 1:g}", str(_HEIGHT - height), str(height)) for i, height in enumerate(heights)]


@never_cache
@login_required
@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    key = _mine_or_404(request, pk)
    keys.revoke(key, by=person_of(request), now=timezone.now())
    messages.success(request, f"{key.name} works no longer.")
    return HttpResponseRedirect(reverse("claims:keys"))


def _mine_or_404(request: HttpRequest, pk: int) -> Key:
    key = Key.objects.filter(pk=pk, person=person_of(request)).select_related("claim__artifact").first()
    if key is None:
        raise Http404
    return key
