"""Who asks, as far as a request tells it; nothing of it is written down as it is."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from catalog.views.looking import PROGRAM
from ranking.graph.recording import Reader

#: Characters of what a browser says of itself that are taken in.
LONGEST = 300


def reader_of(request: HttpRequest | Request, *, programs_count: bool = False, asks_person: bool = False) -> Reader:
    """`programs_count`: the API is for programs; on a page what says that it is one weighs nothing. `asks_person`: who
    is signed in, too, which makes the answer theirs alone.
    """
    address = BaseThrottle().get_ident(cast("Request", request)) or ""  # which reads META alone
    agent = request.headers.get("User-Agent", "")[:LONGEST]
    is_program = not programs_count and (not agent or PROGRAM.search(agent) is not None)
    person = getattr(request, "user", None) if asks_person else None
    return Reader(address, agent, is_program=is_program, person=getattr(person, "pk", None))
