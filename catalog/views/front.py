from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from catalog.pages.front import front
from catalog.views.caching import PublicRequest, public_page


@public_page()
def home(request: PublicRequest) -> HttpResponse:
    content = front(request.state, timezone.now().date())
    return render(
        request, "catalog/home.html", {"front": content, "show_rank": request.state.generation_id is not None}
    )
