from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.audit import verified


class Command(BaseCommand):
    help = "Walks the log of what was done to claims, and says where it was changed or cut."

    def handle(self, **options: Any) -> None:
        number, faults = verified()
        if faults:
            told = "\n".join(f"  {fault.number}: {fault.what}" for fault in faults)
            raise CommandError(f"{number} entries, {len(faults)} faults:\n{told}")
        self.stdout.write(f"{number} entries, each bound to the one before.")
