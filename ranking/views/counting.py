"""Who looks at a comparison: given to `public_page` as its `seen`, so it hears of every answer.

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

from catalog.limits import network_of
from ranking.comparison.key import ADDRESS
from ranking.comparison_views import count

#: What programs call themselves that do not hide it.
PROGRAM = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|scan|headless|curl|wget|python|java/|go-http|httpclient|libwww|feed",
    re.IGNORECASE,
)


def seen(request: HttpRequest) -> None:
    found = ADDRESS.fullmatch(request.path_info)
    agent = request.headers.get("User-Agent", "")
    if found is None or request.method != "GET" or not agent or PROGRAM.search(agent):
        return
    network = network_of(BaseThrottle().get_ident(cast("Request", request)) or "")  # which reads META alone
    count(found[1], network=network, day=timezone.now().date())
