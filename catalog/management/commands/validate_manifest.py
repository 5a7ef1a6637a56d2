from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.importers.documents import MAX_BYTES
from catalog.manifest import CannotRead, validate
from catalog.vocabulary import spoken


class Command(BaseCommand):
    help = "Checks an unfragile.yml and prints errors and warnings with line and column."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The manifest.")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                raw = opened.read(MAX_BYTES + 1)  # a longer one is refused unread
            found = validate(raw, vocabulary=spoken())
        except OSError as error:
            raise CommandError(f"{file}: The file cannot be read: {error.strerror}.") from error
        except CannotRead as error:
            raise CommandError(f"{file}:{error.line}:{error.column}: error: {error}") from error
        for finding in found.findings:
            self.stdout.write(f"{file}:{finding}")
        errors, warnings = len(found.errors), len(found.warnings)
        said = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        if errors:
            raise CommandError(f"{said}.")
        self.stdout.write(f"{said}.")
