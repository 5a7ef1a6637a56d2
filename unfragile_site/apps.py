from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "unfragile_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from unfragile_site import checks  # noqa: F401  registers the numbered checks
