from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame needs. Without a session there are no queries here: error pages use it, too."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        # Not even looked at for readers without a session, whose pages are kept and shared.
        "person": getattr(request, "user", None) if has_session else None,
        "github_login": settings.ACCOUNTS["GITHUB_LOGIN"],
    }
