"""Every address of the site, in the order a reader meets them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from unfragile_site import docs, health, rootfiles

urlpatterns = [
    path("", include("ranking.urls")),
    path("", include("catalog.urls")),
    path("", include("claims.urls")),
    path("api/", include("unfragile_site.api")),
    path("docs/api/", docs.api_docs, name="api-docs"),
    path("accounts/", include("unfragile_site.accounts.urls")),
    path("admin/", admin.site.urls),
    path("robots.txt", rootfiles.robots, name="robots"),
    path(".well-known/gpc.json", rootfiles.gpc, name="gpc"),
    path("favicon.ico", rootfiles.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

# Errors under /api/ are problems, all others pages.
handler400 = "unfragile_site.errors.bad_request"
handler403 = "unfragile_site.errors.permission_denied"
handler404 = "unfragile_site.errors.page_not_found"
handler500 = "unfragile_site.errors.server_error"
