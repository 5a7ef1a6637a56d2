"""The door for web servers. Refuses to open on an incomplete production environment."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

from unfragile_site.checks import refuse_to_start_on_errors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

application = get_wsgi_application()
refuse_to_start_on_errors()

# Import every view and template tag now: before gunicorn forks, and not during somebody's first request.
get_resolver().url_patterns  # noqa: B018
engines.all()
