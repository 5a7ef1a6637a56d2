from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from catalog.state import State, live_state
from catalog.views.caching import PublicRequest, public_page
from ranking.comparing import Meant, artifacts_for, comparison_of
from ranking.comparing_past import CannotLookBack, Past, comparison_at
from ranking.comparison import Preferences
from ranking.comparison.document import Edition
from ranking.comparison.key import MOST, CannotCompare, checked, key_of, slugs_in
from ranking.comparison_pages import AT, ONLY, comparison_page
from ranking.forms import PARAMETERS, preferences_in
from ranking.picking import BETWEEN, COOKIE, TRAY_SECONDS, Picked, picked, tray_in, tray_of
from ranking.suggestions import close_pairs
from ranking.views.counting import seen

#: What the page reads from its address.
READ = (*PARAMETERS, AT, ONLY)
#: Longer than four of the longest slugs: nothing that anybody linked to.
LONGEST_KEY = 4 * 120 + 3 * 4


@public_page(params=READ, seen=seen)
def comparison(request: PublicRequest, key: str) -> HttpResponse:
    if len(key) > LONGEST_KEY:
        return _unmade(request, [], "That address is longer than any comparison’s.", status=400)
    try:
        slugs = slugs_in(key)
    except CannotCompare as error:
        return _unmade(request, key.split("-vs-"), str(error), status=400)
    meant = artifacts_for(slugs, request.state)
    if meant.withdrawn:
        return _withdrawn(request, meant)
    if meant.unknown:
        named = " or ".join(f"“{slug}”" for slug in meant.unknown)
        return _unmade(request, slugs, f"Nothing here is called {named}.", status=404)
    today = [meant.moved.get(slug, slug) for slug in slugs]
    try:
        wanted = key_of(checked(today))
    except CannotCompare as error:  # two names of one artifact
        return _unmade(request, today, str(error), status=400)
    if wanted != key:
        # Its own address has the slugs of today by the alphabet; what the reader asks goes along.
        query = request.META.get("QUERY_STRING", "")
        address = reverse("ranking:comparison", args=[wanted])
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    preferences, errors = preferences_in(request.GET)
    past = _past(request, meant, preferences, errors) if request.GET.get(AT) else None
    table = (
        past.table if past else comparison_of(meant.artifacts, request.state, preferences=preferences, today=_today())
    )
    asked = [(name, value) for name in READ for value in request.GET.getlist(name) if value]
    page = comparison_page(table, meant.artifacts, asked)
    context = {"page": page, "table": table, "past": past, "errors": errors, "nav": "compare"}
    context["citation"] = Edition(table, settings.SITE_URL, past.changes if past else None).citation
    return render(request, "ranking/comparison.html", context)


def _today() -> dt.date:
    return timezone.now().date()


def _past(request: PublicRequest, meant: Meant, preferences: Preferences, errors: dict[str, list[str]]) -> Past | None:
    """What was seen on the day that is asked for; where nothing was kept of it, a word in `errors` and today's page."""
    try:
        on = dt.date.fromisoformat(request.GET[AT])
        return comparison_at(meant.artifacts, on=on, preferences=preferences, state=request.state, today=_today())
    except ValueError:
        errors[AT] = ["A day is written as 2026-01-31. This is the comparison of today."]
    except CannotLookBack as error:
        errors[AT] = [f"{error} This is the comparison of today."]
    return None


def _withdrawn(request: PublicRequest, meant: Meant) -> HttpResponse:
    left = [artifact.slug for artifact in meant.artifacts]
    named = " and ".join(artifact.name for artifact in meant.withdrawn)
    text = f"{named} {'was' if len(meant.withdrawn) == 1 else 'were'} withdrawn and cannot be compared any more."
    return _unmade(request, left, text, status=410, withdrawn=meant.withdrawn)


def _unmade(request: HttpRequest, texts: list[str], problem: str, *, status: int, **more: Any) -> HttpResponse:
    """A comparison that cannot be: says why, and helps to put another together from what was understood."""
    state: State = getattr(request, "state", None) or live_state()
    found = picked(texts[: MOST + 4], state)
    return _picker(request, state, found, problem, status=status, **more)


@never_cache
@csrf_exempt  # it takes no posts, and whoever posts to it shall hear that
@require_safe
def comparison_picker(request: HttpRequest) -> HttpResponse:
    """Where comparisons are put together. `artifact` is a field of its form; `with` and `without` change the tray."""
    state = live_state()
    tray = tray_in(request.COOKIES.get(COOKIE, ""))
    problem = ""
    if texts := [text for text in request.GET.getlist("artifact")[: MOST + 4] if text.strip()]:
        found = picked(texts, state)
        if all(it.slug for it in found):
            try:
                slugs = checked([it.slug for it in found])
            except CannotCompare as error:
                problem = str(error)
            else:
                return HttpResponseRedirect(reverse("ranking:comparison", args=[key_of(slugs)]))
        else:
            problem = "Not every name is one of ours. Choose among those that come near, or write another."
        return _picker(request, state, found, problem)
    wanted = [slug for slug in tray if slug not in request.GET.getlist("without")]
    for slug in request.GET.getlist("with"):
        if slug in wanted:
            continue
        if len(wanted) == MOST:
            problem = f"A comparison takes {MOST} artifacts at most. Take one out first."
        else:
            wanted.append(slug)
    found = [it for it in picked(wanted, state) if it.slug]
    response = _picker(request, state, found, problem, in_tray=True)
    kept = tray_of([it.slug for it in found])
    if kept != BETWEEN.join(tray):
        # No secret: a script of ours draws the tray from it on pages that are kept for everybody.
        response.set_cookie(COOKIE, kept, max_age=TRAY_SECONDS, samesite="Lax", secure=request.is_secure())
    return response


def _picker(
    request: HttpRequest, state: State, found: list[Picked], problem: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    known = [it for it in found if it.slug]
    context = {
        "problem": problem,
        "unclear": [it for it in found if not it.slug and it.near],
        "unheard": [it for it in found if not it.slug and not it.near],
        "fields": [*known[:MOST], *[None] * max(0, MOST - len(found))],
        "pairs": close_pairs(state, today=timezone.now().date()),
        "status": status,
        "nav": "compare",
        **more,
    }
    return render(request, "ranking/comparison_picker.html", context, status=status)
