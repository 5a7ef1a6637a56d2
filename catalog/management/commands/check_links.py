from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from catalog.desk import links
from catalog.desk.outside import MOST, check_outside


class Command(BaseCommand):
    help = "Looks for links that lead nowhere: all of those to pages of ours, and some of those that lead elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=MOST, help="Links elsewhere to ask; 0 asks none.")

    def handle(self, *, most: int, **options: Any) -> None:
        now = timezone.now()
        self.stdout.write(f"{links.check(now=now)} broken links wait at the desk.")
        self.stdout.write(str(check_outside(now=now, most=most)))
