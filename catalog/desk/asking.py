"""A run of questions to the site's language model about texts: proposed like what the rules find, labelled AI.

`catalog.decompose.endpoint` asks and checks; this module leads it through the door to the network, keeps the answers,
counts, and stops. A text about which one could not ask is counted, and the rest goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.choices import Lifecycle, TakenApartBy
from catalog.decompose.endpoint import Budget, CannotAsk, Endpoint, Post, Spent
from catalog.desk.offered import Place, Proposed, propose, vocabulary
from catalog.models import Artifact, Entry
from catalog.network import IMPORTS, CannotFetch, fetch

Text = tuple[Artifact, str, Place]


@dataclass(frozen=True)
class Asked:
    proposed: Proposed
    #: Texts that were asked about now, and such as an earlier run had asked about.
    asked: int
    known: int
    #: Offers that were dropped, and texts about which one could not ask, each with its reason.
    refused: tuple[str, ...]
    failed: tuple[str, ...]
    tokens: int
    cost: float
    #: Whether it stopped because the next call could have passed what a run may take.
    is_spent: bool


class Answers(MutableMapping[str, str]):
    """One file an answer, under its digest: what was paid for once is not asked again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, key: str) -> str:
        try:
            return (self.folder / key).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: str, value: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{key}.part"  # written aside, so that one who is stopped leaves no half an answer
        part.write_text(value.encode("utf-8", "replace").decode(), encoding="utf-8")
        part.replace(self.folder / key)

    def __delitem__(self, key: str) -> None:
        (self.folder / key).unlink()

    def __iter__(self) -> Iterator[str]:
        names = self.folder.iterdir() if self.folder.is_dir() else ()
        return (path.name for path in names if path.suffix != ".part")

    def __len__(self) -> int:
        return sum(1 for _ in self)


#: A model thinks for a while and says little. One in the same rack has to be named in NETWORK_ENDPOINTS.
MODEL = replace(IMPORTS, name="model", most_bytes=1024 * 1024, redirects=0)


def through_the_door(url: str, body: dict[str, Any], timeout: float) -> Any:
    key = settings.DECOMPOSER["KEY"]
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    try:
        answer = fetch(
            url,
            profile=replace(MODEL, seconds=timeout),
            method="POST",
            headers=headers,
            body=json.dumps(body).encode(),
        )
    except CannotFetch as error:
        raise CannotAsk(str(error)) from error
    if answer.status != 200:
        raise CannotAsk(f"It answered {answer.status}.")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise CannotAsk("It answered something else than JSON.") from error


def configured(post: Post = through_the_door) -> Endpoint:
    """The site's own. Raises CannotAsk where none is named."""
    said = settings.DECOMPOSER
    if not (said["URL"] and said["MODEL"]):
        raise CannotAsk("No model is named: set DECOMPOSER_URL and DECOMPOSER_MODEL.")
    budget = Budget(said["MAX_TOKENS"], said["MAX_COST"], said["PRICE_IN"], said["PRICE_OUT"])
    return Endpoint(said["URL"], said["MODEL"], post, budget, known=Answers(settings.VAR_DIR / "decomposer"))


def brought() -> Iterator[Text]:
    """What imports have brought about listings that were not withdrawn; one of many answers is known already."""
    entries = Entry.objects.exclude(text="").exclude(digest="gone").exclude(artifact__lifecycle=Lifecycle.WITHDRAWN)
    for entry in entries.select_related("artifact").order_by("pk").iterator(chunk_size=200):
        yield entry.artifact, entry.text, Place(entry.text_at)


def ask_about(texts: Iterable[Text], *, endpoint: Endpoint) -> Asked:
    words = vocabulary()
    total, asked, known = Proposed(), 0, 0
    refused: list[str] = []
    failed: list[str] = []
    is_spent = False
    for artifact, text, place in texts:
        try:
            answered = endpoint.ask(text, words)
        except Spent:
            is_spent = True
            break
        except CannotAsk as error:
            failed.append(f"{artifact.slug}: {error}")
            continue
        asked, known = asked + (not answered.was_known), known + answered.was_known
        refused += [f"{artifact.slug}: {why}" for why in answered.refused]
        total += propose(artifact, answered.offers, by=TakenApartBy.AI, place=place)
    budget = endpoint.budget
    tokens = budget.tokens_in + budget.tokens_out
    return Asked(total, asked, known, tuple(refused), tuple(failed), tokens, budget.cost, is_spent)
