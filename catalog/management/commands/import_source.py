from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.choices import RunState
from catalog.desk.texts import take_apart_texts
from catalog.importers.errors import CannotImport
from catalog.importers.registry import FEEDS
from catalog.importers.run import import_from
from catalog.importers.steering import CannotRun

#: The status where a brake waits for somebody's word.
WAITS = 3


class Command(BaseCommand):
    help = "Imports facts from a source and prints one line of counts. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(FEEDS), help="Which importer reads it.")
        parser.add_argument("--from", dest="place", required=True, metavar="PATH_OR_URL", help="What it reads.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would change, and change nothing.")
        parser.add_argument("--confirm", action="store_true", help="Pass the brakes.")
        parser.add_argument("--why", default="", help="A reason for the change log.")

    def handle(self, *, name: str, place: str, dry_run: bool, confirm: bool, why: str, **options: Any) -> None:
        try:
            result = import_from(name, place, now=timezone.now(), is_dry_run=dry_run, is_confirmed=confirm, why=why)
        except CannotImport as error:
            count = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
            raise CommandError(f"{error}\n{count}; nothing was imported.") from error
        except CannotRun as error:
            raise CommandError(str(error)) from error
        for line in result.shown:
            self.stderr.write(line)
        self.stdout.write(str(result.counts))
        if not dry_run and (taken := take_apart_texts()).read:
            self.stderr.write(f"Texts: {taken}")
        if result.state == RunState.WAITING or (dry_run and result.brakes):
            raise CommandError("\n".join([*result.brakes, "It waits for --confirm."]), returncode=WAITS)
        if result.state == RunState.STOPPED:
            raise CommandError("It was stopped. Called again, it passes over what it has written.")
