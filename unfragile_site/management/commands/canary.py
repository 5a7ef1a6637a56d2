from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ranking.canary import DeadCanary
from unfragile_site.tasks import canary


class Command(BaseCommand):
    help = "Computes ranks that are known, and notes for /readyz that they came out right."

    def handle(self, **options: Any) -> None:
        try:
            canary()
        except DeadCanary as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The canary sings: ranks come out as they are known to.")
