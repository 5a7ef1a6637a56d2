from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ranking import generations
from ranking.models import BuildState
from ranking.publish import CannotRollBack, roll_back


class Command(BaseCommand):
    help = "Builds a new generation of ranks out of the readings, checks it and makes it the live one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-due", action="store_true", help="Only where something has changed since the last.")
        parser.add_argument(
            "--accept-losses", action="store_true", help="Also where many artifacts lose their rank: you know why."
        )
        parser.add_argument(
            "--roll-back",
            nargs="?",
            const=0,
            type=int,
            metavar="NUMBER",
            help="Builds nothing: makes an older generation live again, by default the one before.",
        )

    def handle(self, if_due: bool, accept_losses: bool, roll_back: int | None, **options: Any) -> None:
        now = timezone.now()
        if roll_back is not None:
            return self._back(roll_back or None)
        if if_due and not generations.due(now=now):
            self.stdout.write("Nothing has changed since the last generation.")
            return None
        it = generations.build(now=now, clock=timezone.now, accept_losses=accept_losses)
        if it is None:
            raise CommandError("Another builder is at work.")
        if it.state == BuildState.REFUSED:
            raise CommandError(f"Generation {it.number} is refused, the one before stays:\n{it.problems}")
        took = (it.ended_at - it.started_at).total_seconds() if it.ended_at else 0
        self.stdout.write(f"Generation {it.number}: {it.ranked} ranked, {it.unranked} not yet, in {took:.1f} s.")
        return None

    def _back(self, to: int | None) -> None:
        try:
            self.stdout.write(f"Generation {roll_back(to=to).number} is live.")
        except CannotRollBack as error:
            raise CommandError(str(error)) from error
