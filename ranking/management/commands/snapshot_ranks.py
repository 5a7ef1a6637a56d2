from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ranking import sheets, snapshots


class Command(BaseCommand):
    help = "Writes down this week's ranks and what is said of artifacts, for good. What is written down stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reconstruct",
            type=int,
            metavar="WEEKS",
            help="Also computes so many weeks before, from the readings known by then, where nothing was written down.",
        )

    def handle(self, reconstruct: int | None, **options: Any) -> None:
        now = timezone.now()
        self.stdout.write(f"{snapshots.take(now=now)} ranks written down.")
        self.stdout.write(f"{sheets.keep(now=now)} sheets of what is said written down.")
        if reconstruct:
            self.stdout.write(f"{snapshots.reconstruct(weeks=reconstruct, now=now)} ranks of earlier weeks computed.")
