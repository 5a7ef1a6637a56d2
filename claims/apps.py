from __future__ import annotations

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Claims"

    def ready(self) -> None:
        from claims import (  # so that every process knows to whom letters are handed, and what an account leaves
            receivers,  # noqa: F401
            tasks,  # noqa: F401
        )
