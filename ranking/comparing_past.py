"""A comparison as it was seen on a past day: from the last sheets and snapshots by then, in one query.

What nobody kept is not made up: where the ranks kept reach further back than the facts, only the ranks are shown, and
the answer says from when on facts are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from catalog.choices import COMPONENTS
from catalog.models import Artifact
from catalog.state import State
from catalog.wording import day, listed
from ranking.comparing import comparison_of, counts_in
from ranking.comparison import Preferences, Subject, Table, table_of
from ranking.comparison.changes import Changed, Changes, changed
from ranking.comparison.packing import unpacked
from ranking.comparison.subject import Ranked, Term
from ranking.configurations import formula_behind
from ranking.models import Sheet, Snapshot
from ranking.scoring.ties import Standing

FROM_SNAPSHOT = (
    *("on", "number", "score", "low", "high", "percentile", "coverage", "momentum", "survival", *COMPONENTS),
    *("shown", "chosen", "is_sample"),
)


class CannotLookBack(Exception):
    """Nothing was kept of that day. Says in a sentence from when on there is something."""


@dataclass(frozen=True)
class Told:
    """A change, with the name of what it is about."""

    name: str
    row: Changed
    #: Whether the table of that day has the row.
    is_shown: bool


@dataclass(frozen=True)
class Past:
    table: Table
    on: dt.date
    changes: Changes

    @property
    def rows(self) -> list[Told]:
        names = {it.slug: it.name for it in self.table.subjects}
        return [Told(names[row.slug], row, self.table.row(row.name) is not None) for row in self.changes.rows]


@dataclass(frozen=True)
class _Kept:
    """What there is of one artifact."""

    artifact: Artifact
    snapshot: dict[str, Any] | None
    sheet: dict[str, Any] | None
    #: The first sheet of all, and the first rank.
    facts_from: dt.date | None
    ranks_from: dt.date | None


def comparison_at(
    artifacts: Sequence[Artifact], *, on: dt.date, preferences: Preferences, state: State, today: dt.date
) -> Past:
    """`artifacts` come from `artifacts_for`. Raises CannotLookBack."""
    if on > today:
        raise CannotLookBack(f"{day(on)} has not come yet. Give a day in the past.")
    kept = [_kept(row, by_id) for by_id in [{it.pk: it for it in artifacts}] for row in _rows(by_id, on)]
    if not any(it.snapshot or it.sheet for it in kept):
        raise CannotLookBack(f"Nothing was kept of {day(on)}.{_ranks_since(kept)} {_since(kept)}")
    read = [_subject(it, {it.slug for it in artifacts}) for it in kept]
    weeks = [it.snapshot["on"] for it in kept if it.snapshot]
    then = table_of(
        [subject for subject, _ in read],
        terms={term.slug: term for _, terms in reversed(read) for term in terms},
        formula=formula_behind(state.generation_id),
        generation=max((it.snapshot["number"] for it in kept if it.snapshot), default=None),
        at=on,
        preferences=preferences,
    )
    now = comparison_of(artifacts, state, preferences=preferences, today=today)
    bare = [it for it in kept if it.sheet is None]
    changes = Changes(
        ranks_of=dt.date.fromisoformat(max(weeks)) if weeks else None,
        facts_from=max((it.facts_from for it in bare if it.facts_from), default=None),
        note=_note(kept, bare),
        rows=changed(then, now, without_facts={it.artifact.slug for it in bare}),
    )
    return Past(then, on, changes)


def _rows(by_id: dict[int, Artifact], on: dt.date) -> Any:
    snapshot = Snapshot.objects.filter(artifact=OuterRef("pk")).order_by("-on")
    sheet = Sheet.objects.filter(artifact=OuterRef("pk")).order_by("-on")
    return (
        Artifact.objects.filter(pk__in=by_id)
        .annotate(
            snapshot=Subquery(
                snapshot.filter(on__lte=on)
                .annotate(it=JSONObject(**{name: name for name in FROM_SNAPSHOT}))
                .values("it")[:1]
            ),
            sheet=Subquery(sheet.filter(on__lte=on).values("body")[:1]),
            facts_from=Subquery(sheet.reverse().values("on")[:1]),
            ranks_from=Subquery(snapshot.reverse().values("on")[:1]),
        )
        .order_by("slug")
        .values_list("pk", "snapshot", "sheet", "facts_from", "ranks_from")
    )


def _kept(row: Any, by_id: dict[int, Artifact]) -> _Kept:
    pk, *found = row
    return _Kept(by_id[pk], *found)


def _subject(kept: _Kept, here: set[str]) -> tuple[Subject, list[Term]]:
    ranked = _ranked(kept.snapshot) if kept.snapshot else None
    counts = counts_in(kept.snapshot or {})
    artifact = kept.artifact
    if kept.sheet is None:
        return replace(_bare(artifact, ranked), **counts), []
    subject, terms = unpacked(kept.sheet)
    # By the slug and name of today, under which its readers find it.
    return (
        replace(
            subject,
            slug=artifact.slug,
            name=artifact.name,
            ranked=ranked,
            derived_from=tuple(slug for slug in subject.derived_from if slug in here),
            **counts,
        ),
        terms,
    )


def _bare(artifact: Artifact, ranked: Ranked | None) -> Subject:
    """Only what does not change: of all else nothing is known of that day."""
    return Subject(
        slug=artifact.slug, name=artifact.name, kind=artifact.kind, publisher="", licence="", licence_class="unknown",
        is_verified=False, ranked=ranked, facts=(), prices=(), results=(), offerings=(), tagline=artifact.tagline,
    )  # fmt: skip


def _ranked(it: dict[str, Any]) -> Ranked:
    return Ranked(
        Standing(it["score"], it["low"], it["high"]),
        it["percentile"],
        it["coverage"],
        {name: it[name] for name in COMPONENTS},
        it["momentum"],
        it["survival"],
    )


def _note(kept: Sequence[_Kept], bare: Sequence[_Kept]) -> str:
    sentences = []
    if unranked := [it.artifact.name for it in kept if it.snapshot is None]:
        sentences.append(f"No rank was kept of {listed(unranked)} by then.")
    if bare:
        names = listed([it.artifact.name for it in bare])
        sentences.append(f"{_since(bare)} Of {names} only the rank of that day is shown.")
    return " ".join(sentences)


def _since(kept: Sequence[_Kept]) -> str:
    first = max((it.facts_from for it in kept if it.facts_from), default=None)
    return f"Facts are kept from {day(first)} on." if first else "No facts have been kept so far."


def _ranks_since(kept: Sequence[_Kept]) -> str:
    first = min((it.ranks_from for it in kept if it.ranks_from), default=None)
    return f" Ranks are kept from {day(first)} on." if first else ""
