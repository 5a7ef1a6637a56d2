from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ranking.match import offline


class Command(BaseCommand):
    help = "Answers the queries of a file by the engine that answers on the site, over files and without any table."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "corpus", type=Path, help="JSON lines: id, name, kind, category, capabilities, description."
        )
        parser.add_argument("feedback", type=Path, help="JSON lines: actor, query, artifact. May be empty.")
        parser.add_argument("queries", type=Path, help="JSON lines: id, query.")
        parser.add_argument("run", type=Path, help="Where to write query id, artifact id, rank and score, by tabs.")

    def handle(self, corpus: Path, feedback: Path, queries: Path, run: Path, **options: Any) -> None:
        try:
            with (
                corpus.open(encoding="utf-8") as documents,
                feedback.open(encoding="utf-8") as choices,
                queries.open(encoding="utf-8") as asked,
                run.open("w", encoding="utf-8") as out,
            ):
                answered = offline.run(documents, choices, asked, out)
        except (OSError, UnicodeDecodeError, offline.CannotMatch) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{answered} queries answered.")
