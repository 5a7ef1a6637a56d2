"""Listings: which artifact a record means, and its own columns, ids, old addresses and shelves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from catalog.identity import SCHEMES, identity_key
from catalog.importers.errors import Problem
from catalog.importers.records import ArtifactRecord, Records
from catalog.importers.upsert.shared import Shared
from catalog.importers.upsert.tally import Tally, runs_in_a_circle, sync
from catalog.models import Alias, Artifact, Identifier

FIELDS = (
    "name",
    "kind",
    "tagline",
    "description",
    "publisher_id",
    "licence",
    "homepage",
    "repository",
    "lifecycle",
    "withdrawn_reason",
)


def upsert_artifacts(records: Records, shared: Shared, tally: Tally, *, now: dt.datetime) -> dict[str, int]:
    """Primary keys by the slugs that the records use."""
    slug_of = _resolved(records.artifacts, tally)
    if tally.problems:
        return {}
    edited = edited_by_people(Artifact, slug_of.values(), "slug")

    brought = {
        slug_of[record.slug]: {
            "offerings": len(record.offerings),
            "facts": len(record.facts),
            "prices": len(record.prices),
        }
        for record in records.artifacts
    }

    def on_new(row: Artifact) -> None:
        tally.note_new(row.pk, {"name": row.name, "kind": row.kind, "lifecycle": row.lifecycle, **brought[row.slug]})

    rows = sync(
        Artifact.objects.filter(slug__in=slug_of.values()),
        [_row(record, slug_of[record.slug], shared, now) for record in records.artifacts],
        key=lambda row: row.slug,
        fields=FIELDS,
        is_held=lambda row: row.slug in edited,
        on_new=on_new,
        on_change=lambda row, before, after: tally.note(row.pk, "listing", before, after),
        on_held=lambda row: tally.held.add(row.pk),
    )
    ids = {slug: rows[own].pk for slug, own in slug_of.items()}
    closed = {rows[slug].pk for slug in edited if slug in rows} - tally.new
    _upsert_identifiers(records.artifacts, ids, closed, tally)
    _upsert_aliases(records.artifacts, ids, closed, tally)
    _upsert_shelves(records.artifacts, ids, shared, closed, tally)
    _upsert_successors(records.artifacts, ids, edited, tally)
    return ids


def edited_by_people(model: Any, keys: Collection[str | int], field: str) -> set:
    """Which of these rows have a history: imports leave none, so somebody edited them in the admin."""
    return set(model.history.filter(**{f"{field}__in": list(keys)}).values_list(field, flat=True))


def _row(record: ArtifactRecord, slug: str, shared: Shared, now: dt.datetime) -> Artifact:
    return Artifact(
        slug=slug,
        name=record.name,
        kind=record.kind,
        tagline=record.tagline,
        description=record.description,
        publisher_id=shared.publishers.get(record.publisher),
        licence=record.licence,
        homepage=record.homepage,
        repository=record.repository,
        lifecycle=record.lifecycle,
        withdrawn_reason=record.withdrawn_reason,
        published_at=None if record.lifecycle in ("draft", "in_review") else now,
        facts_changed_at=now,
    )


def _resolved(records: Collection[ArtifactRecord], tally: Tally) -> dict[str, str]:
    """The slug under which each record's artifact stands: its own, or where its ids or an old address lead."""
    owners = {
        (scheme, key): slug
        for scheme, key, slug in Identifier.objects.filter(
            key__in=[identity_key(s, v) for r in records for s, v in r.ids]
        ).values_list("scheme", "key", "artifact__slug")
    }
    slugs = [r.slug for r in records]
    moved = dict(Alias.objects.filter(slug__in=slugs).values_list("slug", "artifact__slug"))
    there = set(Artifact.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    resolved: dict[str, str] = {}
    claimed: dict[tuple[str, str], str] = {}
    for record in records:
        for pair in ((s, identity_key(s, v)) for s, v in record.ids):
            if claimed.setdefault(pair, record.slug) != record.slug:
                text = f"{pair[0]} {pair[1]} is {claimed[pair]} already: a thing is listed once."
                tally.problems.append(Problem(f"artifact {record.slug}", 0, text))
        found = {owners[pair] for pair in ((s, identity_key(s, v)) for s, v in record.ids) if pair in owners}
        here = record.slug if record.slug in there else moved.get(record.slug)
        if here is not None:
            found.add(here)
        if len(found) > 1:
            text = f"Its ids belong to several listings: {', '.join(sorted(found))}. Merge them first."
            tally.problems.append(Problem(f"artifact {record.slug}", 0, text))
        resolved[record.slug] = found.pop() if found else record.slug
    doubled = (
        [slug for slug in resolved if list(resolved.values()).count(resolved[slug]) > 1]
        if _has_doubles(resolved)
        else []
    )
    for slug in doubled:
        tally.problems.append(Problem(f"artifact {slug}", 0, f"Another record is the same listing: {resolved[slug]}."))
    return resolved


def _has_doubles(resolved: dict[str, str]) -> bool:
    return len(set(resolved.values())) < len(resolved)


def _without_removed(
    wanted: list[Any], standing: Collection[Any], columns: tuple[str, ...], closed: Collection[int], tally: Tally
) -> list[Any]:
    """What an edited artifact lacks, an editor may have taken away: it does not come back by itself."""
    there = {tuple(getattr(row, name) for name in columns) for row in standing}
    kept = []
    for row in wanted:
        if row.artifact_id in closed and tuple(getattr(row, name) for name in columns) not in there:
            tally.held.add(row.artifact_id)
        else:
            kept.append(row)
    return kept


def _upsert_identifiers(
    records: Collection[ArtifactRecord], ids: dict[str, int], closed: Collection[int], tally: Tally
) -> None:
    order = list(SCHEMES)
    standing = list(Identifier.objects.filter(artifact__in=ids.values()))
    wanted = [
        Identifier(artifact_id=ids[r.slug], scheme=scheme, value=value, key=identity_key(scheme, value))
        for r in records
        for scheme, value in sorted(r.ids, key=lambda pair: order.index(pair[0]))
    ]
    sync(
        standing,
        _without_removed(wanted, standing, ("artifact_id", "scheme", "key"), closed, tally),
        key=lambda row: (row.artifact_id, row.scheme, row.key),
        fields=("value",),
        on_new=lambda row: tally.note(row.artifact_id, "id", None, {"scheme": row.scheme, "value": row.value}),
        on_change=lambda row, before, after: tally.note(row.artifact_id, "id", before, after),
    )


def _upsert_aliases(
    records: Collection[ArtifactRecord], ids: dict[str, int], closed: Collection[int], tally: Tally
) -> None:
    wanted = [Alias(slug=slug, artifact_id=ids[r.slug]) for r in records for slug in r.aliases]
    # A record that was found by its ids under another slug is reachable by its own one, too.
    own = dict(Artifact.objects.filter(pk__in=ids.values()).values_list("pk", "slug"))
    wanted += [Alias(slug=slug, artifact_id=pk) for slug, pk in ids.items() if own[pk] != slug]
    slugs = [row.slug for row in wanted]
    for slug in Artifact.objects.filter(slug__in=slugs).values_list("slug", flat=True):
        tally.problems.append(Problem(f"alias {slug}", 0, "An artifact has this slug; an alias would hide it."))
    standing = list(Alias.objects.filter(slug__in=slugs))
    held = {row.slug: row.artifact_id for row in standing}
    for row in wanted:
        if held.get(row.slug, row.artifact_id) != row.artifact_id:
            tally.problems.append(Problem(f"alias {row.slug}", 0, "It redirects to another artifact already."))
    if not tally.problems:
        sync(
            standing,
            _without_removed(wanted, standing, ("artifact_id", "slug"), closed, tally),
            key=lambda row: row.slug,
            fields=(),
            on_new=lambda row: tally.note(row.artifact_id, "alias", None, {"slug": row.slug}),
        )


def _upsert_shelves(
    records: Collection[ArtifactRecord], ids: dict[str, int], shared: Shared, closed: Collection[int], tally: Tally
) -> None:
    shelf = Artifact.categories.through
    slugs = {pk: slug for slug, pk in shared.categories.items()}
    standing = list(shelf.objects.filter(artifact_id__in=ids.values()))
    wanted = [
        shelf(artifact_id=ids[r.slug], category_id=shared.categories[slug]) for r in records for slug in r.categories
    ]
    sync(
        standing,
        _without_removed(wanted, standing, ("artifact_id", "category_id"), closed, tally),
        key=lambda row: (row.artifact_id, row.category_id),
        fields=(),
        on_new=lambda row: tally.note(row.artifact_id, "category", None, {"category": slugs[row.category_id]}),
    )


def _upsert_successors(
    records: Collection[ArtifactRecord], ids: dict[str, int], edited: Collection[str], tally: Tally
) -> None:
    wanted = {ids[r.slug]: ids[r.deprecated_by] for r in records if r.deprecated_by}
    names = {ids[r.deprecated_by]: r.deprecated_by for r in records if r.deprecated_by}
    changed = []
    for row in Artifact.objects.filter(pk__in=wanted).select_related("deprecated_by"):
        if row.deprecated_by_id == wanted[row.pk]:
            continue
        if row.slug in edited:
            tally.held.add(row.pk)
        else:
            before = row.deprecated_by.slug if row.deprecated_by else None
            tally.note(row.pk, "listing", {"deprecated_by": before}, {"deprecated_by": names[wanted[row.pk]]})
            row.deprecated_by_id = wanted[row.pk]
            changed.append(row)
    standing = Artifact.objects.filter(deprecated_by__isnull=False).values_list("pk", "deprecated_by_id")
    above = {pk: [by] for pk, by in standing if by} | {row.pk: [wanted[row.pk]] for row in changed}
    for row in changed:
        if runs_in_a_circle(row.pk, above):
            text = "What it is deprecated by leads back to it."
            tally.problems.append(Problem(f"artifact {row.slug}", 0, text))
    Artifact.objects.bulk_update(changed, ["deprecated_by"], batch_size=200)
