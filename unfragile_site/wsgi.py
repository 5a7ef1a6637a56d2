"""The door for web servers. Refuses to open on an incomplete production environment."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

from unfragile_site.checks import refuse_to_start_on_errors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

_site = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """As the site answers, to HEAD without the body: Django leaves that to the server, which complains of each."""
    answer: Any = _site(environ, start_response)
    if environ["REQUEST_METHOD"] == "HEAD" and hasattr(answer, "content"):
        answer.content = b""  # its headers, the length among them, are told already
    return answer


refuse_to_start_on_errors()

# Import every view and template tag now: before gunicorn forks, and not during somebody's first request.
get_resolver().url_patterns  # noqa: B018
engines.all()
