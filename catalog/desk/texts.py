"""Takes apart what imports have brought: texts that are new, or have changed, or were read with another vocabulary.

    take_apart_texts()      a turn: as much as fits; called again it goes on where it was

Each entry of a source keeps its text and with what it was last taken apart. A batch is one transaction with its marks,
so that whoever is stopped repeats at most one, and two workers do not propose the same. Called by the task and by the
commands.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace

from django.db import DatabaseError
from django.db.models import QuerySet
from django.db.models.functions import Length

from catalog.changes import change
from catalog.choices import Lifecycle, TakenApartBy
from catalog.decompose import RULES, Term, Vocabulary, decompose
from catalog.desk.offered import Place, Proposed, Text, propose_all, terms
from catalog.models import Entry

log = logging.getLogger(__name__)

#: Texts in one transaction: a third of a second's work.
BATCH = 200
MOST_TEXT = 4 * 1024 * 1024  # characters in one batch
#: After so many seconds a turn ends: well below a task's time limit.
TURN = 8 * 60


@dataclass(frozen=True)
class Taken:
    """What became of the texts of a turn."""

    read: int = 0
    #: Texts that could not be taken apart; why stands on their entries.
    failed: int = 0
    proposed: Proposed = field(default_factory=Proposed)
    #: Whether there was time for all of them.
    is_done: bool = True

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.read + other.read,
            self.failed + other.failed,
            self.proposed + other.proposed,
            self.is_done and other.is_done,
        )

    def __str__(self) -> str:
        return f"{self.proposed} read={self.read} failed={self.failed}"


def take_apart_texts(*, seconds: float = TURN) -> Taken:
    """Twice changes nothing."""
    until = time.monotonic() + seconds
    words = terms()
    mark = mark_of(words)
    total, last = Taken(), 0
    vocabulary: Vocabulary | None = None
    while some := _next(_waiting(mark).filter(pk__gt=last)):
        if time.monotonic() > until:
            return replace(total, is_done=False)
        vocabulary = vocabulary or Vocabulary(words)
        last = some[-1].pk
        total += _take_apart(some, vocabulary, mark)
    return total


def mark_of(words: Sequence[Term]) -> str:
    """Changes with the vocabulary and with the rules."""
    said = json.dumps([RULES, [astuple(term) for term in words]])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _waiting(mark: str) -> QuerySet[Entry]:
    """Of listings that were withdrawn not; back again, their texts come up."""
    there = Entry.objects.exclude(text="").exclude(taken_apart_with=mark).exclude(digest="gone")
    return there.exclude(artifact__lifecycle=Lifecycle.WITHDRAWN)


def _next(waiting: QuerySet[Entry]) -> list[Entry]:
    """As many as a batch holds, and fewer of long ones: two hundred of a megabyte would not fit anywhere."""
    pks: list[int] = []
    sizes: list[int] = []
    for pk, size in waiting.order_by("pk").values_list("pk", Length("text"))[:BATCH]:
        if pks and size > MOST_TEXT - sum(sizes):
            break
        pks.append(pk)
        sizes.append(size)
    return list(Entry.objects.filter(pk__in=pks).order_by("pk"))


def _take_apart(some: list[Entry], vocabulary: Vocabulary, mark: str) -> Taken:
    texts: dict[int, Text] = {}
    failed: dict[int, str] = {}
    for entry in some:
        try:
            offers = tuple(decompose(entry.text, vocabulary))
        except Exception as error:  # whatever a stranger's text does, the others go on
            log.exception("A text could not be taken apart", extra={"entry": entry.pk})
            failed[entry.pk] = f"{type(error).__name__}: {error}"[:300]
            continue
        texts[entry.pk] = Text(entry.artifact_id, offers, Place(entry.text_at), entry.run_id)
    taken = _write(some, texts, mark)
    for pk, why in failed.items():
        Entry.objects.filter(pk=pk).update(taken_apart_with=mark, not_taken_apart=why)
    return replace(taken, read=taken.read + len(failed), failed=taken.failed + len(failed))


def _write(some: Sequence[Entry], texts: dict[int, Text], mark: str) -> Taken:
    """What the tables do not take stands alone in the end, and is told on its entry."""
    try:
        with change(why="Taken apart from a text."):
            # As they were read: what an import has changed meanwhile comes up again.
            read = {entry.pk: entry.digest for entry in some if entry.pk in texts}
            held = Entry.objects.select_for_update(of=("self",)).filter(pk__in=read).exclude(taken_apart_with=mark)
            mine = [pk for pk, digest in held.order_by("pk").values_list("pk", "digest") if digest == read[pk]]
            proposed = propose_all([texts[pk] for pk in mine], by=TakenApartBy.RULES)
            Entry.objects.filter(pk__in=mine).update(taken_apart_with=mark, not_taken_apart="")
            return Taken(len(mine), 0, proposed)
    except (DatabaseError, ValueError) as error:
        if len(some) == 1:
            log.exception("Offerings could not be proposed", extra={"entry": some[0].pk})
            why = f"The tables do not take it: {type(error).__name__}."
            Entry.objects.filter(pk=some[0].pk).update(taken_apart_with=mark, not_taken_apart=why)
            return Taken(1, 1)
        middle = len(some) // 2
        return _write(some[:middle], texts, mark) + _write(some[middle:], texts, mark)
