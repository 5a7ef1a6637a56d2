"""The search page, and what people say afterwards: which one they took, and whether it worked.

A choice is sent by a button, never by following a link. The token in the form stands for the reader's leave: it was
given to them, once, with the answer; so no cookie is needed, and none is set.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.limits import network_of, wait_for
from catalog.models import Artifact
from catalog.pages.nearnames import names_mistyped
from catalog.state import live_state
from catalog.storable import storable
from ranking.comparison.key import key_of
from ranking.completing import completions
from ranking.graph import recording
from ranking.models import Act, Door
from ranking.searching import FILTERS, Found, Wish, label_of, search
from ranking.views.readers import reader_of
from ranking.wording import many

#: Searches of one network in a minute: typing asks at every pause.
MOST, WINDOW = 180, 60
#: Suggestions: a fast typist pauses that often.
MOST_SUGGESTED = 600
#: Seconds for which a browser may keep a list of names.
KEPT = 60
#: What one may narrow a search down by, and what its field is called.
NARROWED = {
    "kind": "Kind",
    "price": "Price",
    "licence": "Licence",
    "source": "Source",
    "weights": "Weights",
    "runs": "Runs",
    "input": "Takes",
    "output": "Gives",
}
#: Of the first answers so many are set beside each other.
COMPARED = 3


@never_cache
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    facets = [
        f"{name}:{value}" for name, values in FILTERS.items() for value in values if value in _given(request, name)
    ]
    dropped = [facet for facet in request.GET.getlist("without") if _is_facet(facet)]
    htmx: Any = getattr(request, "htmx", None)
    is_typing = bool(htmx) and htmx.trigger_name == "q"
    found = None
    if asked.strip():
        wait = wait_for(f"searches:{network_of(reader_of(request).address)}", MOST, WINDOW)
        if wait:
            return _too_many(request, wait)
        found = search(
            asked,
            state=live_state(),
            reader=reader_of(request),
            door=Door.PAGE,
            now=timezone.now(),
            facets=facets,
            dropped=dropped,
            is_recorded=request.method == "GET" and not is_typing,
        )
    response = render(
        request,
        "ranking/search.html",
        {
            "asked": asked[:1_000],
            "found": found,
            "chips": _chips(request, found.wishes) if found else [],
            "set_aside": [wish.label for wish in found.wishes if not wish.is_met] if found else [],
            "dropped": _dropped(request, dropped),
            "choices": [_choice(request, name) for name in NARROWED],
            "settles": _address(request) if is_typing else "",
            "meant": names_mistyped(found.query, live_state()) if found and found.is_strange else [],
            **_comparison(found),
            "nav": "search",
        },
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _given(request: HttpRequest, name: str) -> list[str]:
    return request.GET.getlist(name)


def _is_facet(text: str) -> bool:
    name, _, value = text.partition(":")
    return value in FILTERS.get(name, ())


def _address(request: HttpRequest, **changes: Any) -> str:
    """This search, with something changed."""
    query = request.GET.copy()
    for name, values in changes.items():
        query.setlist(name, values)
    for name in [name for name in query if not any(query.getlist(name))]:
        del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _chips(request: HttpRequest, wishes: tuple[Wish, ...]) -> list[dict[str, Any]]:
    """Each filter in force, with the address of the search without it."""
    chips = []
    for wish in wishes:
        if not wish.is_met:
            continue
        name, _, value = wish.facet.partition(":")
        if wish.words:
            without = _address(request, without=[*request.GET.getlist("without"), wish.facet])
        else:
            without = _address(request, **{name: [one for one in request.GET.getlist(name) if one != value]})
        chips.append({"wish": wish, "without": without})
    return chips


def _dropped(request: HttpRequest, facets: list[str]) -> list[dict[str, str]]:
    """Each filter that may not be read out of the words, with the address of the search where it may again."""
    return [
        {
            "facet": facet,
            "label": label_of(facet),
            "again": _address(request, without=[f for f in facets if f != facet]),
        }
        for facet in facets
    ]


def _choice(request: HttpRequest, name: str) -> dict[str, Any]:
    chosen = _given(request, name)
    options = [(value, label_of(f"{name}:{value}"), value in chosen) for value in FILTERS[name]]
    return {"name": name, "label": NARROWED[name], "options": options}


def _comparison(found: Found | None) -> dict[str, str]:
    """The address of the first few beside each other, which are of one kind, and what those are called."""
    if found is None or not found.hits:
        return {}
    first = found.hits[0].row
    alike = [hit.row.slug for hit in found.hits if hit.row.kind == first.kind][:COMPARED]
    if len(alike) < 2:
        return {}
    return {"compare": reverse("ranking:comparison", args=[key_of(alike)]), "compared": many(first.kind_plural)}


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Names for what has been typed so far. Nothing of it is written down."""
    if wait := wait_for(f"suggestions:{network_of(reader_of(request).address)}", MOST_SUGGESTED, WINDOW):
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    only_artifacts = request.GET.get("of") == "artifacts"
    found = completions(request.GET.get("q", ""), live_state(), only_artifacts=only_artifacts)
    response = render(request, "ranking/_suggestions.html", {"completions": found, "leads": not only_artifacts})
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=KEPT)
    return response


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "ranking/search_too_many.html", {"wait": wait, "nav": "search"}, status=429)
    response["Retry-After"] = str(wait)
    return response


@never_cache
@csrf_exempt  # the token is what a forged form could not have
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    token, slug = request.POST.get("token", ""), request.POST.get("artifact", "")
    artifact = Artifact.objects.public().filter(slug=storable(slug)).first()
    if artifact is None:
        raise Http404
    try:
        reader = reader_of(request, asks_person=True)
        recording.accept(token, act=Act.CHOICE, artifact=artifact.pk, reader=reader, now=timezone.now())
    except recording.CannotAccept:
        return HttpResponseRedirect(artifact.get_absolute_url())  # the reader goes where they wanted to
    return HttpResponseRedirect(f"{reverse('ranking:chosen')}?{urlencode({'artifact': slug, 'token': token})}")


@never_cache
@csrf_exempt  # the token, as above
@require_http_methods(["GET", "HEAD", "POST"])
def chosen(request: HttpRequest) -> HttpResponse:
    """Where a choice leads: on to the artifact, and back here to say whether it worked."""
    given = request.POST if request.method == "POST" else request.GET
    token, slug = given.get("token", ""), given.get("artifact", "")
    artifact = Artifact.objects.public().filter(slug=storable(slug)).first()
    if artifact is None:
        raise Http404
    problem, is_done = "", False
    if request.method == "POST":
        worked = given.get("worked", "")
        if worked not in ("yes", "no"):
            problem = "Say whether it worked."
        else:
            try:
                recording.accept(
                    token,
                    act=Act.OUTCOME,
                    artifact=artifact.pk,
                    worked=worked == "yes",
                    comment=given.get("comment", ""),
                    reader=reader_of(request, asks_person=True),
                    now=timezone.now(),
                )
                is_done = True
            except recording.CannotAccept as error:
                problem = str(error)
    context = {"artifact": artifact, "token": token, "problem": problem, "is_done": is_done, "nav": "search"}
    return render(request, "ranking/chosen.html", context, status=422 if problem else 200)
