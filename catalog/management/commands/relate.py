from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog.relating import relate


class Command(BaseCommand):
    help = (
        "Finds related artifacts and alternatives by what they offer, and writes what differs. Twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="Compute even if no fact has changed since the last run."
        )

    def handle(self, *, anew: bool, **options: Any) -> None:
        self.stdout.write(str(relate(is_forced=anew)))
