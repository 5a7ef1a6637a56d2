from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """What every page's frame needs. No queries here: error pages use it, too."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
