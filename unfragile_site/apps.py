from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class SiteConfig(AppConfig):
    name = "unfragile_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from unfragile_site import checks  # noqa: F401  registers the numbered checks


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin, with the desk in place of its site."""

    default = False  # of this package; named in INSTALLED_APPS
    default_site = "unfragile_site.desk.Desk"

    def ready(self) -> None:
        """Addresses, second factors and connected accounts belong to their people: the desk has no pages for them."""
        super().ready()
        from django.contrib import admin

        for model in list(admin.site._registry):
            if model._meta.app_label in ("account", "mfa", "socialaccount"):
                admin.site.unregister(model)
