from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Builds a new generation of ranks in any case: evidence ages without anybody reading anything new."

    def handle(self, **options: Any) -> None:
        call_command("recompute_ranks", stdout=self.stdout, stderr=self.stderr)
