from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.digest import catalog_digest


class Command(BaseCommand):
    help = "Prints a digest of everything the catalog states, so that “nothing changed” can be checked."

    def handle(self, **options: Any) -> None:
        self.stdout.write(catalog_digest())
