from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims.checking import check_due
from claims.disputes import look_again


class Command(BaseCommand):
    help = "Looks for the proofs whose time has come, those of disputes too, and lets claims lapse whose time is over."

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        made, moved = check_due(now=now)
        disputed = look_again(now=now)
        self.stdout.write(f"looks={made} moved={moved} disputed={disputed}")
