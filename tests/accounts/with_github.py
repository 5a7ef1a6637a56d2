"""The addresses of a site that GitHub knows."""

from __future__ import annotations

from django.urls import include, path

from unfragile_site.accounts.urls import github_urls
from unfragile_site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from unfragile_site.urls import urlpatterns as without

urlpatterns = [path("accounts/", include(github_urls)), *without]
