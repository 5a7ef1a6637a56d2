"""Who looks at a page: given to `public_page` as its `seen`, so it hears of every answer.

A page that is made, one that is kept and a "not modified" are all three somebody looking. It counts where a whole page
is asked for (GET) by somebody who does not say that they are a program.
"""

from __future__ import annotations

import re
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from catalog.artifact_views import VIEWS
from catalog.limits import network_of

#: What programs call themselves that do not hide it.
PROGRAM = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|scan|headless|curl|wget|python|java/|go-http|httpclient|libwww|feed",
    re.IGNORECASE,
)
ARTIFACT = re.compile(r"/artifacts/([^/]+)/")


def looks(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    return request.method == "GET" and bool(agent) and PROGRAM.search(agent) is None


def network(request: HttpRequest) -> str:
    return network_of(BaseThrottle().get_ident(cast("Request", request)) or "")  # which reads META alone


def artifact_seen(request: HttpRequest) -> None:
    found = ARTIFACT.fullmatch(request.path_info)
    if found is not None and looks(request):
        VIEWS.count(found[1], network=network(request), day=timezone.now().date())
