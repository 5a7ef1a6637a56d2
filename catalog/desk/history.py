"""Every version of one artifact as its editors see it: who, when, why, and which words of which row.

What one `change` saved has one time, so it is one version. Rows that nobody edited have no history; what imports did
to them is told by their runs' differences. The public log (pages/changelog.py) is told from the same records.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from catalog.changes import AS_IMPORTED
from catalog.desk.rowdiffs import ROWS, SHELVES, FieldDiff, RowDiff, names_in, row_diff, tracked
from catalog.desk.snapshots import Image, image_of
from catalog.models import Artifact, Contrast, Difference, Evidence, Offering

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)
#: Differences of imports that are shown: a listing imported daily for a year.
MOST_DIFFERENCES = 400


@dataclass(frozen=True)
class Record:
    """One entry of the history of one row."""

    at: dt.datetime
    how: str  # +, ~ or -
    by: int | None
    why: str
    image: Image


@dataclass(frozen=True)
class Version:
    """What one save, or one import, did."""

    at: dt.datetime
    #: The name that whoever did it signs in with; empty for the system.
    by: str
    why: str
    rows: tuple[RowDiff, ...]
    #: As addresses name it; None where it cannot be restored, as of what an import did.
    number: int | None
    is_as_imported: bool = False


@dataclass(frozen=True)
class _Save:
    at: dt.datetime
    by: int | None
    why: str
    #: Key of a row -> how it stood before and after.
    rows: dict[str, tuple[Image | None, Image | None]]


def number_of(at: dt.datetime) -> int:
    return (at - _EPOCH) // _TICK


def time_of(number: int) -> dt.datetime:
    """Raises OverflowError for what is no time."""
    return _EPOCH + number * _TICK


def versions(artifact: Artifact) -> Versions:
    return Versions(artifact)


class Versions(Sequence[Version]):
    """The newest first, as a paginator takes them: words are looked up for a page only."""

    def __init__(self, artifact: Artifact) -> None:
        records = records_of(artifact)
        saves = list(_saves(records))
        self._all: list[_Save | Version] = [*saves, *_of_imports(artifact)]
        is_imported = any(r.why == AS_IMPORTED for rows in records.values() for r in rows)
        if saves and is_imported:
            first = min(save.at for save in saves) - _TICK
            self._all.append(Version(first, "", "", (), number_of(first), is_as_imported=True))
        self._all.sort(key=lambda one: one.at, reverse=True)

    @property
    def newest(self) -> dt.datetime | None:
        """The last save: how it stands, so there is nothing to restore."""
        return next((one.at for one in self._all if isinstance(one, _Save)), None)

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, int):
            return self._words([self._all[place]])[0]
        return self._words(self._all[place])

    def _words(self, page: list[_Save | Version]) -> list[Version]:
        images = [
            (key, image)
            for one in page
            if isinstance(one, _Save)
            for key, both in one.rows.items()
            for image in both
            if image
        ]
        names = names_in(images)
        users = _usernames(one.by for one in page if isinstance(one, _Save))
        told = []
        for one in page:
            if isinstance(one, Version):
                told.append(one)
                continue
            rows = (row_diff(key, was, now, names) for key, (was, now) in one.rows.items())
            said = tuple(row for row in rows if row is not None)
            told.append(Version(one.at, users.get(one.by or 0, ""), one.why, said, number_of(one.at)))
        return told


def records_of(artifact: Artifact) -> dict[str, list[Record]]:
    """The history of the artifact and of every row it has or had, by row, the oldest first."""
    family = [artifact.pk, *artifact.merged.values_list("pk", flat=True)]
    found: dict[str, list[Record]] = {}
    offerings: set[int] = {0}
    for model in ROWS:
        kept: Any = model.history.model._base_manager  # type: ignore[attr-defined]
        if model is Artifact:
            asked = Q(id=artifact.pk)
        elif model in (Evidence, Contrast):
            once = kept.filter(offering__in=offerings).values("id")
            asked = Q(id__in=once) | Q(id__in=model._base_manager.filter(offering__in=offerings).values("pk"))
        else:
            once = kept.filter(artifact__in=family).values("id")
            asked = Q(id__in=once) | Q(id__in=model._base_manager.filter(artifact=artifact).values("pk"))
        rows = list(kept.filter(asked).order_by("history_date", "history_id"))
        shelves = _shelves(row.pk for row in rows) if model is Artifact else {}
        for row in rows:
            image = image_of(row, tracked(model))
            if model is Artifact:
                image[SHELVES] = sorted(shelves.get(row.pk, ()))
            record = Record(
                row.history_date, row.history_type, row.history_user_id, row.history_change_reason or "", image
            )
            found.setdefault(f"{model._meta.label_lower}:{row.id}", []).append(record)
        if model is Offering:
            offerings |= {row.id for row in rows}
            offerings |= set(Offering._base_manager.filter(artifact=artifact).values_list("pk", flat=True))
    return found


def _shelves(copies: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    shelved: type[models.Model] = Artifact.history.model.categories.model
    for copy, category in shelved._base_manager.filter(history__in=list(copies)).values_list("history", "category"):
        found[copy].append(category)
    return found


def _saves(records: dict[str, list[Record]]) -> Iterator[_Save]:
    saves: dict[tuple[dt.datetime, int | None], _Save] = {}
    for key, rows in records.items():
        before: Image | None = None
        for row in rows:
            now = None if row.how == "-" else row.image
            if before is None and row.how != "+":
                before = row.image
            if row.why != AS_IMPORTED and before != now:
                save = saves.setdefault((row.at, row.by), _Save(row.at, row.by, row.why, {}))
                if row.why and not save.why:
                    save = saves[row.at, row.by] = replace(save, why=row.why)
                was = save.rows[key][0] if key in save.rows else before
                save.rows[key] = (was, now)
            before = now
    yield from saves.values()


def _usernames(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {pk for pk in ids if pk}
    if not wanted:
        return {}
    users = get_user_model()._default_manager.filter(pk__in=wanted)
    return dict(users.values_list("pk", "username"))


def _of_imports(artifact: Artifact) -> Iterator[Version]:
    """What each run did, as one version; such versions cannot be restored, since imports leave no copies."""
    rows = Difference.objects.filter(artifact=artifact).select_related("run").order_by("-id")[:MOST_DIFFERENCES]
    by_run: dict[int, list[Difference]] = defaultdict(list)
    for row in rows:
        by_run[row.run_id].append(row)
    for differences in by_run.values():
        run = differences[0].run
        told = tuple(_told(one) for one in reversed(differences))
        yield Version(run.started_at, "", f"Import: {run.importer}", told, None)


def _told(row: Difference) -> RowDiff:
    before, after = row.before or {}, row.after or {}
    how = "Added" if row.before is None else "Removed" if row.after is None else "Changed"
    # Numbers of rows say nothing to a person.
    names = [name for name in (after or before) if not name.endswith("_id")]
    fields = (FieldDiff(name.replace("_", " "), _plain(before.get(name)), _plain(after.get(name))) for name in names)
    return RowDiff(how, f"{row.subject}", tuple(one for one in fields if one.was or one.now))


def _plain(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 600 else f"{text[:599]}…"
