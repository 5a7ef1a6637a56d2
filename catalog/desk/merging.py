"""Two listings of one thing become one, and can become two again.

Everything that points at the merged artifact points at the kept one afterwards; where the kept one says the same
thing already, its own stays. The merged row stays too, out of sight: its address redirects, and its history is told
on the kept one's page. What was moved, dropped and changed is written down, so that an undo is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from catalog import vocabulary
from catalog.changes import Change, change
from catalog.choices import PUBLIC_LIFECYCLES, Lifecycle, PairState
from catalog.desk import snapshots
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    CapabilityAlias,
    Contrast,
    Difference,
    Entry,
    Evidence,
    Fact,
    Identifier,
    Lineage,
    Merge,
    Offering,
    Pair,
    Price,
    Proposal,
    Reading,
    Report,
    ReviewStep,
    Synonym,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Shelving: type[models.Model] = Artifact.categories.through
#: What may be taken from either side.
CHOICES = ("name", "kind", "tagline", "description", "publisher", "licence", "homepage", "repository")
#: Every column by which a row belongs to an artifact, or names one. A test fails when one is forgotten.
MOVED: tuple[tuple[type[models.Model], str], ...] = (
    (Alias, "artifact"),
    (Identifier, "artifact"),
    (Shelving, "artifact"),
    (Lineage, "artifact"),
    (Lineage, "parent"),
    (Fact, "artifact"),
    (Price, "artifact"),
    (BenchmarkResult, "artifact"),
    (BenchmarkResult, "benchmark_artifact"),
    (Proposal, "artifact"),
    (Reading, "artifact"),
    (Contrast, "artifact"),
    (Artifact, "deprecated_by"),
    (Artifact, "merged_into"),
    (ReviewStep, "artifact"),
    (Report, "artifact"),
    (Difference, "artifact"),
    (Entry, "artifact"),
)
#: What stays with the merged row: derived, published by ranking, found anew before long, about the pair itself, or
#: counted of its own page.
LEFT = ("artifacttype", "artifacttally", "fall", "related", "standing", "brokenlink", "pair", "merge")
#: For putting back: what others point at comes first.
ORDER: list[type[models.Model]] = [
    Capability, CapabilityAlias, Synonym, Artifact, Shelving, Alias, Identifier, Lineage, Fact, Price,
    BenchmarkResult, Reading, Offering, Evidence, Contrast, ReviewStep, Report, Difference, Entry, Pair, Proposal,
]  # fmt: skip


class CannotMerge(Exception):
    pass


class CannotUndo(Exception):
    pass


def merge(artifact: Artifact, *, into: Artifact, taking: Iterable[str] = (), why: str, by: User | None = None) -> Merge:
    """Makes one of two. `taking` names the columns of CHOICES in which the merged one's value is the better."""
    _check(artifact, into)
    unknown = set(taking) - set(CHOICES)
    if unknown:
        raise CannotMerge(f"There is no choice about {', '.join(sorted(unknown))}.")
    if not why.strip():
        raise CannotMerge("Say why the two are one; readers will see it.")
    with change(why=why) as it:
        # Read again inside: two editors may be merging the same thing.
        artifact, into = _locked(artifact, into)
        _check(artifact, into)
        before = snapshots.images(_rows_of(artifact, into))
        for name in taking:
            setattr(into, name, getattr(artifact, name))
        _merge_offerings(artifact, into)
        for model, column in MOVED:
            _repoint(model._base_manager.filter(**{column: artifact.pk}), column, to=into.pk)
        Contrast.objects.filter(artifact=into, offering__artifact=into).delete()  # nothing is its own alternative
        if into.deprecated_by_id in (artifact.pk, into.pk):
            into.deprecated_by = None
            if into.lifecycle == Lifecycle.DEPRECATED:
                into.lifecycle = Lifecycle.PUBLISHED
        artifact.merged_into = into
        artifact.publish_at = None
        artifact.lifecycle = Lifecycle.WITHDRAWN
        artifact.withdrawn_reason = f"It is the same as {into.name[:200]}."
        artifact.save()
        into.save()
        first, second = sorted((artifact.pk, into.pk))
        Pair.objects.filter(first=first, second=second).update(
            state=PairState.MERGED, decided_at=timezone.now(), decided_by=by
        )
        return _record(it, before, _rows_of(artifact, into), kept=into, merged=artifact, why=why.strip(), by=by)


def merge_capabilities(capability: Capability, *, into: Capability, why: str, by: User | None = None) -> Merge:
    """`vocabulary.merge`, written down so that it can be undone."""
    if not why.strip():
        raise CannotMerge("Say why the two are one.")
    with change(why=why) as it:
        # Read again inside: two editors may be merging the same thing.
        rows = {row.pk: row for row in Capability.objects.select_for_update().filter(pk__in=(capability.pk, into.pk))}
        if not {capability.pk, into.pk} <= rows.keys():
            raise CannotMerge("One of the two is gone.")
        capability, into = rows[capability.pk], rows[into.pk]
        before = snapshots.images(_rows_of_words(capability, into))
        try:
            vocabulary.merge(capability, into=into, why=why)
        except vocabulary.CannotMerge as error:
            raise CannotMerge(str(error)) from error
        after = _rows_of_words(capability, into)
        return _record(it, before, after, kept_capability=into, merged_capability=capability, why=why.strip(), by=by)


def undo(merge: Merge, *, by: User | None = None) -> None:
    """Puts every row back as it stood. Raises CannotUndo where one has been changed since."""
    why = "Undid a merge."
    with change(why=why) as it:
        if Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by) != 1:
            raise CannotUndo("This merge has been undone already.")
        later = Merge.objects.filter(undone_at=None, pk__gt=merge.pk)
        if (merge.kept_id and later.filter(merged=merge.kept_id).exists()) or (
            merge.kept_capability_id and later.filter(merged_capability=merge.kept_capability_id).exists()
        ):
            raise CannotUndo("What was kept has itself been merged since; undo that first.")
        try:
            snapshots.check(merge.before, merge.after)
        except snapshots.CannotRestore as error:
            raise CannotUndo(f"{error} Put that right first.") from error
        _touch(it, merge.before, merge.after)
        snapshots.restore(merge.before, merge.after, ORDER, why=why)
        _touch(it, merge.before, merge.after)
        merge.refresh_from_db()
        for row in (merge.kept, merge.merged, merge.kept_capability, merge.merged_capability):
            if row is not None:
                row.save()  # for its history


def _check(artifact: Artifact, into: Artifact) -> None:
    if artifact.pk == into.pk:
        raise CannotMerge("An artifact cannot be merged with itself.")
    if artifact.merged_into_id:
        raise CannotMerge(f"“{artifact.name[:100]}” has been merged already.")
    if into.merged_into_id:
        raise CannotMerge(f"“{into.name[:100]}” has itself been merged; choose what it was merged into.")
    if artifact.published_at and into.lifecycle not in PUBLIC_LIFECYCLES:
        raise CannotMerge(
            f"“{into.name[:100]}” is not public, so the address of “{artifact.name[:100]}” would lead nowhere: "
            "merge the other way round, or publish it first."
        )


def _locked(artifact: Artifact, into: Artifact) -> tuple[Artifact, Artifact]:
    rows = {row.pk: row for row in Artifact.objects.select_for_update().filter(pk__in=(artifact.pk, into.pk))}
    if len(rows) != 2:
        raise CannotMerge("One of the two is gone.")
    return rows[artifact.pk], rows[into.pk]


def _rows_of(*artifacts: Artifact) -> Iterator[models.Model]:
    """Every row that a merge of these may touch."""
    ids = [artifact.pk for artifact in artifacts]
    yield from Artifact.objects.filter(
        models.Q(pk__in=ids) | models.Q(deprecated_by__in=ids) | models.Q(merged_into__in=ids)
    )
    offerings = Offering.objects.filter(artifact__in=ids)
    yield from offerings
    yield from Evidence.objects.filter(offering__in=offerings)
    yield from Contrast.objects.filter(models.Q(offering__in=offerings) | models.Q(artifact__in=ids))
    yield from Pair.objects.filter(first__in=ids, second__in=ids)
    seen = {Artifact, Contrast}
    for model, _ in MOVED:
        if model in seen:
            continue
        seen.add(model)
        columns = [column for other, column in MOVED if other is model]
        named = chain.from_iterable(model._base_manager.filter(**{f"{column}__in": ids}) for column in columns)
        yield from {row.pk: row for row in named}.values()


def _rows_of_words(*capabilities: Capability) -> Iterator[models.Model]:
    ids = [capability.pk for capability in capabilities]
    yield from Capability.objects.filter(models.Q(pk__in=ids) | models.Q(broader__in=ids))
    yield from CapabilityAlias.objects.filter(capability__in=ids)
    yield from Synonym.objects.filter(capability__in=ids)
    offerings = Offering.objects.filter(capability__in=ids)
    yield from offerings
    yield from Evidence.objects.filter(offering__in=offerings)
    yield from Contrast.objects.filter(offering__in=offerings)


def _merge_offerings(artifact: Artifact, into: Artifact) -> None:
    """Where both offer a capability the kept one's text stays, and takes over what speaks for the other."""
    kept = dict(into.offerings.values_list("capability_id", "pk"))
    for offering in artifact.offerings.order_by("id"):
        twin = kept.get(offering.capability_id)
        if twin is None:
            Offering.objects.filter(pk=offering.pk).update(artifact=into)
            continue
        for model in (Evidence, Contrast):
            _repoint(model._base_manager.filter(offering=offering), "offering", to=twin)
        offering.delete()


def _repoint(rows: models.QuerySet[Any], column: str, *, to: int) -> None:
    """Moves rows by one column. What is there already, or would point at itself, goes instead."""
    model = rows.model
    attname = _attname(model, column)
    twins = [fields for fields in _unique_together(model) if column in fields]
    taken = {
        fields: set(model._base_manager.filter(**{column: to}).values_list(*_others(fields, column)))
        for fields in twins
    }
    moving, dropped = [], []
    for row in rows.order_by("pk"):
        if to in [getattr(row, name) for name in _selves(model, column)]:
            dropped.append(row.pk)
            continue
        keys = {fields: tuple(_column(row, name) for name in _others(fields, column)) for fields in twins}
        # Empty columns are never the same as others: to the database neither.
        if any(None not in key and key in taken[fields] for fields, key in keys.items()):
            dropped.append(row.pk)
            continue
        for fields, key in keys.items():
            taken[fields].add(key)
        moving.append(row.pk)
    if model is Artifact:  # it points at what is merged: the pointer goes, never the artifact
        model._base_manager.filter(pk__in=dropped).update(**{attname: None})
    elif dropped:
        model._base_manager.filter(pk__in=dropped).delete()
    model._base_manager.filter(pk__in=moving).update(**{attname: to})


def _unique_together(model: type[models.Model]) -> list[tuple[str, ...]]:
    named = [tuple(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    return named + [tuple(fields) for fields in model._meta.unique_together]


def _others(fields: tuple[str, ...], column: str) -> list[str]:
    return [name for name in fields if name != column]


def _column(row: models.Model, name: str) -> Any:
    return getattr(row, _attname(type(row), name))


def _attname(model: type[models.Model], name: str) -> str:
    return next(field.attname for field in model._meta.concrete_fields if field.name == name)


def _selves(model: type[models.Model], column: str) -> list[str]:
    """Columns that must not end up the same as the moved one: both ends of a lineage, an artifact and its successor."""
    if model is Artifact:
        return ["pk"]
    if model is Lineage:
        return ["parent_id" if column == "artifact" else "artifact_id"]
    return []


def _record(it: Change, before: Mapping[str, snapshots.Image], rows: Iterable[models.Model], **columns: Any) -> Merge:
    after = snapshots.reread(before) | snapshots.images(rows)
    was, now = snapshots.differences(dict(before), after)
    _touch(it, was, now)
    return Merge.objects.create(before=was, after=now, **columns)


def _touch(it: Change, *sides: Mapping[str, snapshots.Image]) -> None:
    """Every artifact whose page these rows are part of."""
    offerings: set[int] = set()
    for side in sides:
        for key, image in side.items():
            label, _, pk = key.partition(":")
            if label == Artifact._meta.label_lower:
                it.touch([int(pk)])
            it.touch([image.get("artifact_id"), image.get("parent_id")])
            offerings |= {image["offering_id"]} if image.get("offering_id") else set()
            offerings |= {int(pk)} if label == Offering._meta.label_lower else set()
    it.touch(Offering.objects.filter(pk__in=offerings).values_list("artifact_id", flat=True))
    it.is_touched = True
