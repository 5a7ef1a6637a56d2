"""Who looks at a comparison: given to `public_page` as its `seen`, as `catalog.views.looking` has it for artifacts."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from catalog.views.looking import looks, network
from ranking.comparison.key import ADDRESS
from ranking.comparison_views import VIEWS


def seen(request: HttpRequest) -> None:
    found = ADDRESS.fullmatch(request.path_info)
    if found is not None and looks(request):
        VIEWS.count(found[1], network=network(request), day=timezone.now().date())
