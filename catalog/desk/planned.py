"""What will become of each of many artifacts, before and while it is written: the one shape in which a bulk edit and an
imported table are shown, and the one function that writes both.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catalog import wording
from catalog.changes import AS_IMPORTED, Change
from catalog.choices import Kind, Outcome
from catalog.factsheet import FACTS
from catalog.keeping import keep_copies
from catalog.models import Artifact, Category, Fact
from catalog.models.fields import sort_key

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: How many rows are planned and written at a time: large enough for few queries, small enough to let others write.
CHUNK = 1_000
LONGEST_SHOWN = 160  # characters of a text in a preview


@dataclass(frozen=True)
class Edit:
    field: str
    was: str
    will_be: str

    def shown(self) -> list[str]:
        """Cut to what a table can show, beginning shortly before the two part."""
        start = 0
        if max(len(self.was), len(self.will_be)) > LONGEST_SHOWN:
            together = next(
                (i for i, (a, b) in enumerate(zip(self.was, self.will_be, strict=False)) if a != b),
                min(len(self.was), len(self.will_be)),
            )
            start = max(0, together - 40)
        return [self.field, _cut(self.was, start), _cut(self.will_be, start)]


@dataclass
class Planned:
    """One artifact's part. Whatever is refused of it, all of it stays as it is."""

    number: int
    slug: str
    #: As it will be saved; its values are set already. None where there is nothing to save.
    artifact: Artifact | None = None
    edits: list[Edit] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    #: What to know beforehand of what will be done.
    notes: list[str] = field(default_factory=list)
    #: Columns to write.
    fields: set[str] = field(default_factory=set)
    shelves_to_add: set[int] = field(default_factory=set)
    shelves_to_leave: set[int] = field(default_factory=set)

    @property
    def outcome(self) -> Outcome | None:
        """None: it stays as it is."""
        if self.refusals:
            return Outcome.REFUSED
        if self.artifact is not None and self.artifact._state.adding:
            return Outcome.NEW
        return Outcome.CHANGED if self.edits else None

    def set(
        self, name: str, value: Any, *, label: str = "", was: str | None = None, will_be: str | None = None
    ) -> None:
        assert self.artifact is not None  # noqa: S101 - narrows the type
        before = getattr(self.artifact, name)
        setattr(self.artifact, name, value)
        self.fields.add(name)
        self.edits.append(Edit(label or name, str(before) if was is None else was, will_be or str(value or "")))

    def shelve(self, was: Collection[int], will_be: Collection[int], names: Mapping[int, str]) -> None:
        self.shelves_to_add, self.shelves_to_leave = set(will_be) - set(was), set(was) - set(will_be)
        if self.shelves_to_add or self.shelves_to_leave:
            self.edits.append(Edit("categories", named(was, names), named(will_be, names)))


def named(keys: Iterable[int], names: Mapping[int, str]) -> str:
    return ", ".join(sorted(names[key] for key in keys))


def shelves_of(artifact_ids: Collection[int]) -> dict[int, set[int]]:
    rows = Artifact.categories.through.objects.filter(artifact_id__in=artifact_ids)
    found: dict[int, set[int]] = defaultdict(set)
    for artifact_id, category_id in rows.values_list("artifact_id", "category_id"):
        found[artifact_id].add(category_id)
    return found


def category_names() -> dict[int, str]:
    return dict(Category.objects.values_list("pk", "slug"))


def refuse_stranded_facts(planned: Collection[Planned]) -> None:
    """A kind has its own facts: what would be left with others is refused, and they are named."""
    moved = {p.artifact.pk: p for p in planned if p.artifact and p.artifact.pk and "kind" in p.fields}
    if not moved:
        return
    stranded: dict[int, list[str]] = defaultdict(list)
    said = Fact.objects.filter(artifact__in=moved).order_by("name").values_list("artifact_id", "name").distinct()
    for artifact_id, name in said:
        artifact = moved[artifact_id].artifact
        assert artifact is not None  # noqa: S101 - as above
        if name in FACTS and artifact.kind not in FACTS[name].kinds:
            stranded[artifact_id].append(FACTS[name].label.lower())
    for artifact_id, labels in stranded.items():
        one = moved[artifact_id]
        assert one.artifact is not None  # noqa: S101 - as above
        label = Kind(one.artifact.kind).label.lower()
        one.refusals.append(f"It has facts that are none of the kind {label}: {wording.listed(labels)}.")


def refuse_changed_since(planned: Collection[Planned], checked_at: dt.datetime | None) -> None:
    """Nobody's edit is written over that was made after the editor had looked at the plan."""
    if checked_at is None:
        return
    ours = {p.artifact.pk: p for p in planned if p.artifact and p.artifact.pk and p.edits}
    later = Artifact.history.filter(id__in=ours, history_date__gt=checked_at).values_list("id", flat=True)
    for pk in set(later):
        ours[pk].refusals.append("Somebody has changed it since it was checked.")


def save(planned: Sequence[Planned], it: Change, *, by: User, why: str) -> None:
    """Writes what is not refused, within the running change `it`; the history names the editor."""
    good = [p for p in planned if p.artifact is not None and p.outcome in (Outcome.NEW, Outcome.CHANGED)]
    made = [p.artifact for p in good if p.artifact and p.outcome == Outcome.NEW]
    changed = [p.artifact for p in good if p.artifact and p.outcome == Outcome.CHANGED and p.fields]
    fields = set().union(*(p.fields for p in good if p.outcome == Outcome.CHANGED))
    if "name" in fields:
        fields.add("sort_name")  # a bulk update asks no field what to write
        for artifact in changed:
            artifact.sort_name = sort_key(artifact.name)
    touched = [p.artifact for p in good if p.artifact and p.outcome == Outcome.CHANGED]
    _keep_imported([artifact.pk for artifact in touched], at=it.at)
    if changed:
        Artifact.objects.bulk_update(changed, sorted(fields), batch_size=200)
    if made:
        Artifact.objects.bulk_create(made, batch_size=200)
    _shelve(good)
    keep_copies(touched, why=why, at=it.at, by=by)
    keep_copies(made, why=why, at=it.at, by=by, are_new=True)
    it.touch(p.artifact.pk for p in good if p.artifact)
    it.is_touched = it.is_touched or bool(good)


def _shelve(planned: Iterable[Planned]) -> None:
    shelf = Artifact.categories.through
    added, left = [], defaultdict(list)
    for one in planned:
        assert one.artifact is not None  # noqa: S101 - as above
        added += [shelf(artifact_id=one.artifact.pk, category_id=key) for key in sorted(one.shelves_to_add)]
        for key in one.shelves_to_leave:
            left[key].append(one.artifact.pk)
    shelf.objects.bulk_create(added, batch_size=1_000, ignore_conflicts=True)
    for key, artifact_ids in left.items():
        shelf.objects.filter(category_id=key, artifact_id__in=artifact_ids).delete()


def _keep_imported(artifact_ids: list[int], *, at: dt.datetime) -> None:
    """As receivers.py does for each row that is saved alone: without it, what was imported could not be restored."""
    edited = set(Artifact.history.filter(id__in=artifact_ids).values_list("id", flat=True))
    untouched = list(Artifact.objects.filter(pk__in=set(artifact_ids) - edited))
    for row in untouched:
        row._history_date = min(row.created_at, at - dt.timedelta(microseconds=1))  # type: ignore[attr-defined]
    keep_copies(untouched, why=AS_IMPORTED, at=None, are_new=True)


def _cut(text: str, start: int) -> str:
    piece = text[start : start + LONGEST_SHOWN]
    return f"{'…' if start and piece else ''}{piece}{'…' if start + LONGEST_SHOWN < len(text) else ''}"
