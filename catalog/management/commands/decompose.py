from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.choices import SourceKind
from catalog.decompose import MAX_JSON, decompose
from catalog.desk import offered
from catalog.models import Artifact


class Command(BaseCommand):
    help = "Proposes offerings out of texts: a README, a card, a tool list, or what listings say themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--artifact", metavar="SLUG", help="Which artifact; else all public ones without offerings."
        )
        parser.add_argument("--from", dest="file", type=Path, metavar="FILE", help="A text about the artifact.")
        parser.add_argument(
            "--url", default="", help="Where that text stands; else the artifact's repository or homepage."
        )

    def handle(self, *, artifact: str | None, file: Path | None, url: str, **options: Any) -> None:
        words = offered.vocabulary()
        if file is None:
            self.stdout.write(str(offered.take_listings_apart(self._listings(artifact), words=words)))
            return
        try:
            text = file.read_bytes()[:MAX_JSON].decode("utf-8", errors="replace")
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        if artifact is None:  # only looked at
            for offer in decompose(text, words):
                self.stdout.write(f"{offer.confidence:.2f}  {offer.capability}  {offer.title}  “{offer.quote}”")
            return
        one = self._listings(artifact)[0]
        kind = SourceKind.CODE if text.lstrip()[:1] in ("{", "[") else ""
        place = offered.Place(url=url or one.repository or one.homepage, kind=kind)
        self.stdout.write(str(offered.take_apart(one, text, words=words, place=place)))

    @staticmethod
    def _listings(slug: str | None) -> list[Artifact]:
        if slug is None:
            return list(Artifact.objects.public().filter(offerings=None).order_by("pk"))
        found = Artifact.objects.filter(slug=slug, merged_into=None).first()
        if found is None:
            raise CommandError(f"There is no artifact “{slug}”.")
        return [found]
