from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims.checking import check_due


class Command(BaseCommand):
    help = "Looks for the proofs whose time has come, and lets claims lapse whose time is over."

    def handle(self, **options: Any) -> None:
        made, moved = check_due(now=timezone.now())
        self.stdout.write(f"looks={made} moved={moved}")
