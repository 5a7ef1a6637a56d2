"""Listings: which artifact a record means, and its own columns, ids, old addresses and shelves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

from catalog.derived import Key, chunks
from catalog.identity import SCHEMES, identity_key
from catalog.importers.circles import runs_in_a_circle
from catalog.importers.records import ArtifactRecord, Records
from catalog.importers.upsert.resolving import resolved
from catalog.importers.upsert.shared import Shared
from catalog.importers.upsert.tally import Tally, sync
from catalog.models import Alias, Artifact, Difference, Identifier

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


def upsert_artifacts(
    records: Records, shared: Shared, tally: Tally, *, importer: str, now: dt.datetime, by_address: bool = True
) -> dict[str, int]:
    """Primary keys by the slugs that the records use. `by_address`: two at one address are refused as one thing."""
    slug_of = resolved(records.artifacts, tally, by_address=by_address)
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

    standing = [row for some in chunks(slug_of.values()) for row in Artifact.objects.filter(slug__in=some)]
    wanted = [_row(record, slug_of[record.slug], shared, now) for record in records.artifacts]
    of_others = _keep_words_of_others({row.slug: row for row in standing}, wanted, importer)
    rows = sync(
        standing,
        wanted,
        key=lambda row: row.slug,
        fields=FIELDS,
        tally=tally,
        is_held=lambda row: row.slug in edited,
        on_new=on_new,
        on_change=lambda row, before, after: tally.note(row.pk, "listing", before, after),
        on_held=lambda row, before, after: tally.hold(row, row.pk, "listing", before, after),
    )
    ids = {slug: rows[own].pk for slug, own in slug_of.items()}
    closed = {rows[slug].pk for slug in edited if slug in rows} - tally.new
    # Sources spell one id in large and small letters: what stands, stays, else each would write it over.
    _upsert_identifiers(records.artifacts, ids, closed, tally, fields=("value",) if by_address else ())
    _upsert_aliases(records.artifacts, ids, closed, tally)
    _upsert_shelves(records.artifacts, ids, shared, closed, tally)
    _upsert_successors([r for r in records.artifacts if slug_of[r.slug] not in of_others], ids, edited, tally)
    return ids


def _keep_words_of_others(standing: Mapping[str, Artifact], wanted: Iterable[Artifact], importer: str) -> set[str]:
    """A listing keeps the words of the importer that brought it; others add what it lacks, and facts of their own.

    Returns the slugs of those that others brought.
    """
    brought_by: dict[int, str] = {}
    for some in chunks(row.pk for row in standing.values()):
        first = Difference.objects.filter(artifact__in=some, subject="listing", before__isnull=True).order_by("-id")
        brought_by.update(first.values_list("artifact_id", "run__importer"))
    others = set()
    for row in wanted:
        here = standing.get(row.slug)
        if here is not None and brought_by.get(here.pk, importer) != importer:
            others.add(row.slug)
            for name in FIELDS:
                setattr(row, name, getattr(here, name) or (getattr(row, name) if name != "withdrawn_reason" else ""))
    return others


def edited_by_people(model: Any, keys: Iterable[Key], field: str) -> set[Key]:
    """Which of these rows have a history: imports leave none, so somebody edited them in the admin."""
    return {
        value
        for some in chunks(keys)
        for value in model.history.filter(**{f"{field}__in": some}).values_list(field, flat=True)
    }


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
        # As `derived.py` will find it: written with the row, it need not be written once more.
        identifiers=dict(sorted(dict(reversed(_in_order(record))).items())),
    )


def _in_order(record: ArtifactRecord) -> list[tuple[str, str]]:
    """Its ids, the strongest scheme first."""
    order = list(SCHEMES)
    return sorted(record.ids, key=lambda pair: order.index(pair[0]))


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
    records: Collection[ArtifactRecord],
    ids: dict[str, int],
    closed: Collection[int],
    tally: Tally,
    *,
    fields: tuple[str, ...],
) -> None:
    known = set(ids.values()) - tally.new
    standing = [row for some in chunks(known) for row in Identifier.objects.filter(artifact__in=some)]
    wanted = [
        Identifier(artifact_id=ids[r.slug], scheme=scheme, value=value, key=identity_key(scheme, value))
        for r in records
        for scheme, value in _in_order(r)
    ]
    sync(
        standing,
        _without_removed(wanted, standing, ("artifact_id", "scheme", "key"), closed, tally),
        key=lambda row: (row.artifact_id, row.scheme, row.key),
        fields=fields,
        tally=tally,
        on_new=lambda row: tally.note(row.artifact_id, "id", None, {"scheme": row.scheme, "value": row.value}),
        on_change=lambda row, before, after: tally.note(row.artifact_id, "id", before, after),
    )


def _upsert_aliases(
    records: Collection[ArtifactRecord], ids: dict[str, int], closed: Collection[int], tally: Tally
) -> None:
    wanted = [Alias(slug=slug, artifact_id=ids[r.slug]) for r in records for slug in r.aliases]
    # A record that was found by its ids under another slug is reachable by its own one, too.
    own: dict[int, str] = {}
    for some in chunks(ids.values()):
        own.update(Artifact.objects.filter(pk__in=some).values_list("pk", "slug"))
    wanted += [Alias(slug=slug, artifact_id=pk) for slug, pk in ids.items() if own[pk] != slug]
    by_pk = {ids[record.slug]: record for record in records}
    there: dict[str, int | None] = {}
    standing: list[Alias] = []
    for slugs in chunks({row.slug for row in wanted}):
        there.update(Artifact.objects.filter(slug__in=slugs).values_list("slug", "merged_into_id"))
        standing += Alias.objects.filter(slug__in=slugs)
    # Of what was merged, the row itself redirects.
    wanted = [row for row in wanted if there.get(row.slug) != row.artifact_id]
    held = {row.slug: row.artifact_id for row in standing}
    for row in wanted:
        record = by_pk[row.artifact_id]
        if row.slug in there:
            text = f"An artifact has the slug “{row.slug}”; an alias would hide it."
        elif held.get(row.slug, row.artifact_id) != row.artifact_id:
            text = f"“{row.slug}” redirects to another artifact already."
        else:
            continue
        tally.problems.append(record.place.problem("aliases", text, of=f"artifact {record.slug}"))
    if not tally.problems:
        sync(
            standing,
            _without_removed(wanted, standing, ("artifact_id", "slug"), closed, tally),
            key=lambda row: row.slug,
            fields=(),
            tally=tally,
            on_new=lambda row: tally.note(row.artifact_id, "alias", None, {"slug": row.slug}),
        )


def _upsert_shelves(
    records: Collection[ArtifactRecord], ids: dict[str, int], shared: Shared, closed: Collection[int], tally: Tally
) -> None:
    if not any(record.categories for record in records):
        return
    shelf = Artifact.categories.through
    slugs = {pk: slug for slug, pk in shared.categories.items()}
    standing = [row for some in chunks(ids.values()) for row in shelf.objects.filter(artifact_id__in=some)]
    wanted = [
        shelf(artifact_id=ids[r.slug], category_id=shared.categories[slug]) for r in records for slug in r.categories
    ]
    sync(
        standing,
        _without_removed(wanted, standing, ("artifact_id", "category_id"), closed, tally),
        key=lambda row: (row.artifact_id, row.category_id),
        fields=(),
        tally=tally,
        on_new=lambda row: tally.note(row.artifact_id, "category", None, {"category": slugs[row.category_id]}),
    )


def _upsert_successors(
    records: Collection[ArtifactRecord], ids: dict[str, int], edited: Collection[str], tally: Tally
) -> None:
    wanted = {ids[r.slug]: ids[r.deprecated_by] for r in records if r.deprecated_by}
    names = {ids[r.deprecated_by]: r.deprecated_by for r in records if r.deprecated_by}
    changed = []
    found = (Artifact.objects.filter(pk__in=some).select_related("deprecated_by") for some in chunks(wanted))
    for row in chain.from_iterable(found):
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
    by_pk = {ids[record.slug]: record for record in records}
    for row in changed:
        if runs_in_a_circle(row.pk, above):
            record, text = by_pk[row.pk], "What it is deprecated by leads back to it."
            tally.problems.append(record.place.problem("deprecated_by", text, of=f"artifact {record.slug}"))
    Artifact.objects.bulk_update(changed, ["deprecated_by"], batch_size=200)
