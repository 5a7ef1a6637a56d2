"""What artifacts share: categories, publishers, the vocabulary, sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.importers.errors import Problem
from catalog.importers.records import CapabilityRecord, Records
from catalog.importers.upsert.tally import Tally, sync
from catalog.models import Capability, CapabilityAlias, Category, Publisher, Source, Synonym
from catalog.models.fields import sort_key


@dataclass(frozen=True)
class Shared:
    """Primary keys by natural key."""

    categories: dict[str, int]
    publishers: dict[str, int]
    capabilities: dict[str, int]
    sources: dict[str, int]


def upsert_shared(records: Records, tally: Tally) -> Shared:
    def touched(*args: object) -> None:
        tally.is_shared_touched = True

    categories = sync(
        Category.objects.all(),
        [Category(slug=c.slug, name=c.name, description=c.description) for c in records.categories],
        key=lambda row: row.slug,
        fields=("name", "description"),
        on_new=touched,
        on_change=touched,
    )
    publishers = sync(
        Publisher.objects.all(),
        [Publisher(slug=p.slug, name=p.name, homepage=p.homepage) for p in records.publishers],
        key=lambda row: row.slug,
        fields=("name", "homepage"),
        on_new=touched,
        on_change=touched,
    )
    publisher_ids = {slug: row.pk for slug, row in publishers.items()}
    return Shared(
        categories={slug: row.pk for slug, row in categories.items()},
        publishers=publisher_ids,
        capabilities=_upsert_vocabulary(records, tally, touched),
        sources=_upsert_sources(records, publisher_ids, touched),
    )


def _upsert_vocabulary(records: Records, tally: Tally, touched: Callable[..., None]) -> dict[str, int]:
    moved = dict(
        CapabilityAlias.objects.values_list("key", "capability__key")
    )  # merged since: the words go where it went
    wanted = [c for c in records.capabilities if c.key not in moved]
    taken = dict(Capability.objects.values_list("name", "key"))
    for c in wanted:
        if taken.get(c.name, c.key) != c.key:
            tally.problems.append(
                Problem(f"capability {c.key}", 0, f"The name “{c.name}” belongs to {taken[c.name]} already.")
            )
    if tally.problems:
        return {}
    rows = sync(
        Capability.objects.all(),
        [Capability(key=c.key, slug=c.slug, name=c.name, description=c.description) for c in wanted],
        key=lambda row: row.key,
        fields=("name", "description"),
        on_new=touched,
        on_change=touched,
    )
    ids = {key: row.pk for key, row in rows.items()}
    ids |= {old: ids[new] for old, new in moved.items() if new in ids}
    _upsert_broader(wanted, rows, ids, touched)
    _upsert_synonyms(records, ids, tally, touched)
    return ids


def _upsert_broader(
    wanted: list[CapabilityRecord], rows: dict[str, Capability], ids: dict[str, int], touched: Callable[..., None]
) -> None:
    changed = []
    for record in wanted:
        row = rows[record.key]
        if record.broader and row.broader_id != ids[record.broader]:
            row.broader_id = ids[record.broader]
            changed.append(row)
    if changed:
        touched()
        Capability.objects.bulk_update(changed, ["broader"], batch_size=200)


def _upsert_synonyms(records: Records, ids: dict[str, int], tally: Tally, touched: Callable[..., None]) -> None:
    sync(
        Synonym.objects.all(),
        [
            Synonym(capability_id=ids[c.key], text=text, key=sort_key(text))
            for c in records.capabilities
            for text in c.synonyms
        ],
        # A word that an editor has since given to another capability stays there.
        key=lambda row: row.key,
        fields=(),
        on_new=touched,
    )


def _upsert_sources(records: Records, publishers: dict[str, int], touched: Callable[..., None]) -> dict[str, int]:
    """A source is known by its address; two files that cite one address cite one source."""
    by_address: dict[str, str] = {}
    wanted: dict[str, Source] = {}
    standing = {row.url or row.slug: row.slug for row in Source.objects.only("url", "slug")}
    slugs: dict[str, str] = {}
    for s in records.sources:
        address = s.url or s.slug
        slug = by_address.setdefault(address, standing.get(address, s.slug))
        slugs[s.slug] = slug
        wanted.setdefault(
            slug,
            Source(
                slug=slug,
                title=s.title,
                url=s.url,
                kind=s.kind,
                publisher_id=publishers.get(s.publisher),
                licence=s.licence,
            ),
        )
    rows = sync(
        Source.objects.all(),
        wanted.values(),
        key=lambda row: row.slug,
        fields=("title", "url", "kind", "publisher_id", "licence"),
        on_new=touched,
        on_change=touched,
    )
    return {name: rows[slug].pk for name, slug in slugs.items()} | {slug: row.pk for slug, row in rows.items()}
