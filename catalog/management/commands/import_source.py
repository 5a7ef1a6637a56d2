from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.importers.errors import CannotImport
from catalog.importers.registry import IMPORTERS
from catalog.importers.run import import_from


class Command(BaseCommand):
    help = "Imports facts from a source and prints one line of counts. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(IMPORTERS), help="Which importer reads it.")
        parser.add_argument("--from", dest="place", required=True, metavar="PATH", help="What it reads.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
        parser.add_argument("--why", default="", help="A reason for the change log.")

    def handle(self, *, name: str, place: str, dry_run: bool, why: str, **options: Any) -> None:
        try:
            counts = import_from(name, place, now=timezone.now(), is_dry_run=dry_run, why=why)
        except CannotImport as error:
            count = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
            raise CommandError(f"{error}\n{count}; nothing was imported.") from error
        self.stdout.write(str(counts))
