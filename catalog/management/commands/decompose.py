from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.choices import SourceKind
from catalog.decompose import MAX_JSON, decompose
from catalog.decompose.endpoint import CannotAsk
from catalog.desk import asking, offered
from catalog.desk.ripening import publish_ripe
from catalog.desk.texts import take_apart_texts
from catalog.models import Artifact


class Command(BaseCommand):
    help = "Proposes offerings out of texts: a README, a card, a tool list, or what listings say themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--artifact", metavar="SLUG", help="Which artifact; else all public ones without offerings."
        )
        parser.add_argument(
            "--brought", action="store_true", help="What imports have brought, as far as it is new or has changed."
        )
        parser.add_argument("--from", dest="file", type=Path, metavar="FILE", help="A text about the artifact.")
        parser.add_argument(
            "--url", default="", help="Where that text stands; else the artifact's repository or homepage."
        )

        parser.add_argument("--ask", action="store_true", help="Ask the language model of DECOMPOSER_URL.")

    def handle(
        self, *, artifact: str | None, brought: bool, file: Path | None, url: str, ask: bool, **options: Any
    ) -> None:
        if brought and ask:
            self._ask(asking.brought())
            return
        if brought:
            self.stdout.write(str(take_apart_texts(seconds=float("inf"))))
            if published := publish_ripe(now=timezone.now()):
                self.stdout.write(f"Published, as the rules of their sources say: {published}")
            return
        text = "" if file is None else self._text(file)
        if ask:
            self._ask(self._texts(self._listings(artifact), text, url))
            return
        words = offered.vocabulary()
        if file is None:
            self.stdout.write(str(offered.take_listings_apart(self._listings(artifact), words=words)))
            return
        if artifact is None:  # only looked at
            for offer in decompose(text, words):
                self.stdout.write(f"{offer.confidence:.2f}  {offer.capability}  {offer.title}  “{offer.quote}”")
            return
        one = self._listings(artifact)[0]
        self.stdout.write(str(offered.take_apart(one, text, words=words, place=self._place(one, text, url))))

    def _texts(self, artifacts: list[Artifact], text: str, url: str) -> list[asking.Text]:
        if text and len(artifacts) != 1:
            raise CommandError("Name the artifact that the text is about with --artifact.")
        return [
            (one, text, self._place(one, text, url)) if text else (one, offered.own_text(one), offered.Place())
            for one in artifacts
        ]

    def _ask(self, texts: Iterable[asking.Text]) -> None:
        try:
            done = asking.ask_about(texts, endpoint=asking.configured())
        except CannotAsk as error:
            raise CommandError(str(error)) from error
        for line in (*done.refused, *done.failed):
            self.stderr.write(line)
        said = f"{done.proposed} asked={done.asked} remembered={done.known} refused={len(done.refused)}"
        self.stdout.write(f"{said} failed={len(done.failed)} tokens={done.tokens} cost=${done.cost:.4f}")
        if done.is_spent:
            raise CommandError("It stopped because the next question could pass what a run may take. Run it again.")

    @staticmethod
    def _text(file: Path) -> str:
        try:
            with file.open("rb") as opened:
                return opened.read(MAX_JSON).decode("utf-8", errors="replace")
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error

    @staticmethod
    def _place(artifact: Artifact, text: str, url: str) -> offered.Place:
        kind = SourceKind.CODE if text.lstrip()[:1] in ("{", "[") else ""
        return offered.Place(url=url or artifact.repository or artifact.homepage, kind=kind)

    @staticmethod
    def _listings(slug: str | None) -> list[Artifact]:
        if slug is None:
            return list(Artifact.objects.public().filter(offerings=None).order_by("pk"))
        found = Artifact.objects.filter(slug=slug, merged_into=None).first()
        if found is None:
            raise CommandError(f"There is no artifact “{slug}”.")
        return [found]
