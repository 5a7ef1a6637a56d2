from __future__ import annotations

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Claims"

    def ready(self) -> None:
        from claims import key_uses, tasks  # noqa: F401 - so that every process knows to whom letters are handed
        from claims.api import schema  # noqa: F401 - read by the API's description once it has been imported

        key_uses.connect()
