from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ranking.formulas import BrokenFormula
from ranking.verifying import CannotVerify, differences

#: A rank.json is some tens of kilobytes; nobody has to read gigabytes to find that out.
MOST_BYTES = 20_000_000


class Command(BaseCommand):
    help = "Computes a downloaded rank.json again from the readings in it, and says where its numbers differ."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="As /artifacts/<slug>/rank.json answers it.")

    def handle(self, file: Path, **options: Any) -> None:
        try:
            if file.stat().st_size > MOST_BYTES:
                raise CommandError(f"{file} is larger than any rank.json.")
            document = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(document, dict):
                raise CannotVerify("It is no rank.json: it should be an object.")
            found = differences(document)
        except RecursionError as error:
            raise CommandError(f"{file}: It is nested deeper than any rank.json.") from error
        except (OSError, ValueError, CannotVerify, BrokenFormula) as error:
            raise CommandError(f"{file}: {error}") from error
        if found:
            told = "\n".join(f"  {one.what}: states {one.stated}, computed {one.computed}" for one in found)
            raise CommandError(f"{len(found)} {'differs' if len(found) == 1 else 'differ'}:\n{told}")
        rank = document["rank"]
        told = "not ranked" if rank is None else f"{rank:.2f}"
        signals, version = len(document["points"]), document["formula_version"]
        self.stdout.write(f"{document['artifact']}: {told}, as it states; {signals} signals, formula {version}.")
