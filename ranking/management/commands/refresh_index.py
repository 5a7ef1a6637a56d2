from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ranking import indexing


class Command(BaseCommand):
    help = "Brings the match index up to what has changed, and makes it the live one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="From scratch, also where nothing has changed.")

    def handle(self, anew: bool, **options: Any) -> None:
        made = indexing.refresh(now=timezone.now(), anew=anew)
        if made is None:
            self.stdout.write("Nothing has changed since the last index, or another process is at it.")
            return
        how = "anew" if made.is_whole else "out of the one before"
        self.stdout.write(f"{made}: {made.documents} documents, made {how} in {made.seconds:.1f} s.")
