from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ranking import indexing
from ranking.graph import folding


class Command(BaseCommand):
    help = "Takes what people searched for and chose since the last time into the match graph, and into the index."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="Everything again. The graph is the same after it.")

    def handle(self, anew: bool, **options: Any) -> None:
        now = timezone.now()
        folded = folding.refold(now=now) if anew else folding.fold(now=now)
        whole = ", everything anew" if folded.is_whole else ""
        self.stdout.write(f"searches={folded.searches} feedback={folded.feedback}{whole}")
        if folded:
            indexing.refresh(now=timezone.now())
