"""Who did what at the desk, the newest first: saves, steps of the workflow, merges, decisions about pairs and reports.

One query a table, each for its newest rows before a time; pages follow one another by time, so that none gets slower.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from catalog import wording
from catalog.changes import AS_IMPORTED
from catalog.choices import PairState, ProposalState, ReportState
from catalog.desk.rowdiffs import ROWS
from catalog.models import (
    Artifact,
    Capability,
    Category,
    Contrast,
    Evidence,
    Merge,
    Offering,
    Pair,
    Proposal,
    Publisher,
    Report,
    ReviewStep,
    Source,
)

PER_PAGE = 50
#: Rows that are read of each table for one page: a save may write several.
_READ = 300
#: Of these the history is their own; all others belong to an artifact.
_ALONE = (Artifact, Capability, Category, Publisher, Source)
#: What is done to these is read from their histories; of other apps Django's own log tells.
_READ_HERE = ("catalog", "auth")
#: But what is done to these of the catalog's stands in the log.
_LOGGED = ("importrun", "importrule", "fall")
_VERBS = {"+": "added", "~": "changed", "-": "removed"}
Target = tuple[type[models.Model], int]


@dataclass(frozen=True)
class Act:
    at: dt.datetime
    by: str
    did: str
    #: What it was done to, and its place at the desk where it still has one: a name of the admin's and its arguments.
    what: str
    address: tuple[str, tuple[Any, ...]] | None
    why: str


@dataclass(frozen=True)
class _Deed:
    at: dt.datetime
    by: int
    target: Target
    did: str
    why: str


def acts(*, by: int | None = None, before: dt.datetime | None = None) -> tuple[list[Act], dt.datetime | None]:
    """A page, and the time before which the next one begins; None where there is none."""
    saves, horizon = _saves(by, before)
    deeds = [*saves]
    for some in (_steps, _merges, _undone, _pairs, _proposals, _reports, _logged):
        found = list(some(by, before))
        deeds += found
        if len(found) == _READ:
            horizon = max(horizon, found[-1].at) if horizon else found[-1].at
    # Beyond the oldest row of a table that was not read to its end, the rest is not known.
    known = [deed for deed in deeds if horizon is None or deed.at > horizon] or deeds
    known.sort(key=lambda deed: deed.at, reverse=True)
    page = known[:PER_PAGE]
    while len(page) < len(known) and known[len(page)].at == page[-1].at:
        page.append(known[len(page)])  # of one time, so that the next page begins after all of them
    is_more = len(page) < len(deeds) or horizon is not None
    return _told(page), page[-1].at if page and is_more else None


def _saves(by: int | None, before: dt.datetime | None) -> tuple[Iterable[_Deed], dt.datetime | None]:
    found: dict[tuple[dt.datetime, int, Target], Counter[tuple[str, type[models.Model]]]] = defaultdict(Counter)
    why: dict[tuple[dt.datetime, int, Target], str] = {}
    of_offerings: list[tuple[dt.datetime, int, int, str, type[models.Model], str]] = []
    horizon: dt.datetime | None = None
    models_kept: tuple[type[models.Model], ...] = (*ROWS, *_ALONE[1:])
    for model in models_kept:
        owner = "id" if model in _ALONE else "offering_id" if model in (Evidence, Contrast) else "artifact_id"
        kept: Any = model.history.model._base_manager  # type: ignore[attr-defined]
        rows = _of(kept.exclude(history_change_reason=AS_IMPORTED), "history_date", "history_user", by, before)
        columns = ("history_date", "history_user", owner, "history_type", "history_change_reason")
        read = list(rows.values_list(*columns))
        if len(read) == _READ:
            horizon = max(horizon, read[-1][0]) if horizon else read[-1][0]
        for at, user, pk, how, reason in read:
            if owner == "offering_id":
                of_offerings.append((at, user, pk, how, model, reason or ""))
                continue
            key = (at, user, (model if model in _ALONE else Artifact, pk))
            found[key][how, model] += 1
            why[key] = why.get(key) or reason or ""
    artifacts = dict(
        Offering._base_manager.filter(pk__in={row[2] for row in of_offerings}).values_list("pk", "artifact")
    )
    for at, user, pk, how, model, reason in of_offerings:
        if pk in artifacts:  # else it went with its offering, which says so
            key = (at, user, (Artifact, artifacts[pk]))
            found[key][how, model] += 1
            why[key] = why.get(key) or reason
    return [
        _Deed(at, user, target, _counted(rows), why[at, user, target]) for (at, user, target), rows in found.items()
    ], horizon


def _counted(rows: Counter[tuple[str, type[models.Model]]]) -> str:
    """Such as: changed the listing and 2 facts, removed 1 price."""
    said = []
    for how, verb in _VERBS.items():
        parts = [
            "it" if model in _ALONE else f"{count} {_noun(model, count)}"
            for (one, model), count in rows.items()
            if one == how
        ]
        if parts:
            said.append(f"{verb} {wording.listed(parts)}")
    return ", ".join(said)


def _noun(model: type[models.Model], count: int) -> str:
    return str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)


def _steps(by: int | None, before: dt.datetime | None) -> Iterator[_Deed]:
    for row in _of(ReviewStep.objects, "at", "by", by, before):
        yield _Deed(row.at, row.by_id, (Artifact, row.artifact_id), row.get_step_display().lower(), row.note)


def _merges(by: int | None, before: dt.datetime | None) -> Iterator[_Deed]:
    for row in _of(Merge.objects.defer("before", "after"), "at", "by", by, before):
        yield _Deed(row.at, row.by_id, _merged(row), "merged another into it", row.why)


def _undone(by: int | None, before: dt.datetime | None) -> Iterator[_Deed]:
    rows = Merge.objects.defer("before", "after").exclude(undone_at=None)
    for row in _of(rows, "undone_at", "undone_by", by, before):
        yield _Deed(row.undone_at, row.undone_by_id, _merged(row), "undid a merge", "")


def _merged(row: Merge) -> Target:
    return (Artifact, row.kept_id) if row.kept_id else (Capability, row.kept_capability_id or 0)


def _pairs(by: int | None, before: dt.datetime | None) -> Iterator[_Deed]:
    for row in _of(Pair.objects.filter(state=PairState.NOT_THE_SAME), "decided_at", "decided_by", by, before):
        yield _Deed(row.decided_at, row.decided_by_id, (Pair, row.pk), "told it apart from a likely double", "")


def _proposals(by: int | None, before: dt.datetime | None) -> Iterator[_Deed]:
    rows = Proposal.objects.defer("before", "after").exclude(state=ProposalState.OPEN)
    for row in _of(rows, "decided_at", "decided_by", by, before):
        did = f"answered a proposal for {row.subject}: {row.get_state_display().lower()}"
        yield _Deed(row.decided_at, row.decided_by_id, (Artifact, row.artifact_id), did, row.note)


def _reports(by: int | None, before: dt.datetime | None) -> Iterator[_Deed]:
    rows = Report.objects.exclude(state=ReportState.OPEN)
    for row in _of(rows, "decided_at", "decided_by", by, before):
        did = f"decided {'a request' if row.wish else 'a report'}: {row.became.lower()}"
        yield _Deed(row.decided_at, row.decided_by_id, (Report, row.pk), did, row.outcome)


def _logged(by: int | None, before: dt.datetime | None) -> Iterator[_Deed]:
    """What pages of other apps noted. The log names what it was done to, also where that is gone."""
    here = Q(app_label__in=_READ_HERE) & ~Q(app_label="catalog", model__in=_LOGGED)
    others = ContentType.objects.exclude(here)
    rows = LogEntry.objects.filter(content_type__in=others)  # by its index: they are few among all the log has
    for row in _of(rows.select_related("content_type"), "action_time", "user", by, before):
        yield _Deed(row.action_time, row.user_id, (LogEntry, row.pk), "worked on", row.get_change_message())


def _of(rows: Any, at: str, who: str, by: int | None, before: dt.datetime | None) -> Any:
    """The newest of a table that a person did."""
    rows = rows.filter(**{who: by}) if by is not None else rows.exclude(**{who: None})
    if before is not None:
        rows = rows.filter(**{f"{at}__lt": before})
    return rows.order_by(f"-{at}", "-pk")[:_READ]


def _told(page: list[_Deed]) -> list[Act]:
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for deed in page:
        wanted[deed.target[0]].add(deed.target[1])
    names: dict[Target, str] = {}
    for model, pks in wanted.items():
        column = {Report: "text", Source: "title", Pair: "first__name", LogEntry: "object_repr"}.get(model, "name")
        names |= {
            (model, pk): str(name)[:120]
            for pk, name in model._base_manager.filter(pk__in=pks).values_list("pk", column)
        }
    places = _places(wanted.get(LogEntry, set()))
    users = dict(get_user_model()._default_manager.filter(pk__in={d.by for d in page}).values_list("pk", "username"))
    return [
        Act(deed.at, users.get(deed.by, ""), deed.did, names.get(deed.target, ""), places.get(deed.target[1]), deed.why)
        if deed.target[0] is LogEntry
        else _act(deed, names.get(deed.target), users.get(deed.by, ""))
        for deed in page
    ]


def _places(entries: set[int]) -> dict[int, tuple[str, tuple[Any, ...]]]:
    """Where at the desk stands what these entries of the log are about, as long as it stands: one query a model."""
    about: dict[Any, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for entry in LogEntry.objects.filter(pk__in=entries).select_related("content_type"):
        if entry.content_type is not None and (entry.object_id or "").isdecimal():
            about[entry.content_type.model_class()][int(entry.object_id or 0)].append(entry.pk)
    return {
        entry: (f"{model._meta.app_label}_{model._meta.model_name}_change", (row,))
        for model, rows in about.items()
        if model is not None  # its app is not installed any more
        for row in model._base_manager.filter(pk__in=rows).values_list("pk", flat=True)
        for entry in rows[row]
    }


def _act(deed: _Deed, name: str | None, by: str) -> Act:
    model, pk = deed.target
    place = {Artifact: "catalog_artifact_history", Report: "catalog_report", Pair: "catalog_pair"}.get(
        model, f"catalog_{model._meta.model_name}_change"
    )
    called = name if name is not None else f"{model._meta.verbose_name} {pk}, which is gone"
    return Act(deed.at, by, deed.did, called, (place, (pk,)) if name is not None else None, deed.why)
