from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import pre_delete


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Claims"

    def ready(self) -> None:
        from django.contrib.auth.models import User

        from catalog.desk import reports
        from claims import (
            editors,
            key_uses,
            people,
            receivers,
            requests,
            tasks,  # noqa: F401 - so that every process knows to whom letters are handed
        )
        from claims.api import schema  # noqa: F401 - read by the API's description once it has been imported

        pre_delete.connect(people.account_goes, sender=User, dispatch_uid="claims_account_goes")
        editors.connect()
        key_uses.connect()
        receivers.connect()
        if requests.answered not in reports.DECIDED:
            reports.DECIDED.append(requests.answered)
