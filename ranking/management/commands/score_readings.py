from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ranking.formulas import BrokenFormula, formula_in, shipped_formula
from ranking.readings_file import MOST_COMPLAINTS, CannotScore, read, write


class Command(BaseCommand):
    help = "Scores the readings of a CSV file as of a day, by the code that ranks the catalog, and writes a CSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("readings", type=Path, help="CSV: artifact, kind, signal, observed_at, value.")
        parser.add_argument("out", type=Path, help="Where to write rank, band, coverage, momentum and survival.")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, required=True, help="The day, as 2026-01-31.")
        parser.add_argument("--formula", type=Path, help="Another formula's file; by default the one shipped last.")

    def handle(self, readings: Path, out: Path, as_of: dt.date, formula: Path | None, **options: Any) -> None:
        try:
            numbers = formula_in(formula.read_text()) if formula else shipped_formula()
            with readings.open(newline="", encoding="utf-8-sig") as lines:  # as spreadsheets write it
                found = read(lines)
            with out.open("w", newline="", encoding="utf-8") as written:
                told = write(found, written, formula=numbers, as_of=as_of)
        except (OSError, UnicodeDecodeError, CannotScore) as error:
            raise CommandError(str(error)) from error
        except BrokenFormula as error:
            raise CommandError(f"The formula is refused:\n{error}") from error
        for complaint in found.complaints[:MOST_COMPLAINTS]:
            self.stderr.write(complaint)
        if len(found.complaints) > MOST_COMPLAINTS:
            self.stderr.write(f"... and {len(found.complaints) - MOST_COMPLAINTS} more lines that cannot be read.")
        for complaint in told.complaints:
            self.stderr.write(complaint)
        if told.refused > len(told.complaints):
            self.stderr.write(f"... and {told.refused - len(told.complaints):,} more readings that are not used.")
        self.stdout.write(f"{told.ranked} ranked, {sum(len(kind.artifacts) for kind in found.kinds.values())} read.")
