"""What artifacts share: categories, publishers, the vocabulary, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models

from catalog.importers.circles import runs_in_a_circle
from catalog.importers.records import CapabilityRecord, Place, Records
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
    #: Keys of capabilities that were merged or renamed since: they lead to another one's row.
    moved: frozenset[str] = frozenset()


def _is_edited(model: type[models.Model]) -> Callable[[models.Model], bool]:
    """Imports leave no history, so what has one was edited by a person."""
    edited = set(model.history.values_list("id", flat=True))  # type: ignore[attr-defined]
    return lambda row: row.pk in edited


def _refuse_taken(
    tally: Tally, what: str, field: str, wanted: Iterable[tuple[str, str, Place]], standing: Iterable[tuple[str, str]]
) -> None:
    """A value that must be unique, the key of its owner, and where that stands; one that is another's is a problem."""
    taken = dict(standing)
    for value, key, place in wanted:
        if taken.get(value, key) != key:
            text = f"The {what}’s {field} “{value}” belongs to {taken[value]} already."
            tally.problems.append(place.problem("name", text, of=f"{what} {key}"))


def upsert_shared(records: Records, tally: Tally) -> Shared:
    def touched(*args: object) -> None:
        tally.is_shared_touched = True

    _refuse_taken(
        tally,
        "category",
        "name",
        [(c.name, c.slug, c.place) for c in records.categories],
        Category.objects.values_list("name", "slug"),
    )
    if tally.problems:
        return Shared({}, {}, {}, {})
    categories = sync(
        Category.objects.all(),
        [Category(slug=c.slug, name=c.name, description=c.description) for c in records.categories],
        key=lambda row: row.slug,
        fields=("name", "description"),
        is_held=_is_edited(Category),
        on_new=touched,
        on_change=touched,
    )
    publishers = sync(
        Publisher.objects.all(),
        [Publisher(slug=p.slug, name=p.name, homepage=p.homepage) for p in records.publishers],
        key=lambda row: row.slug,
        fields=("name", "homepage"),
        is_held=_is_edited(Publisher),
        on_new=touched,
        on_change=touched,
    )
    publisher_ids = {slug: row.pk for slug, row in publishers.items()}
    moved = {key: to for key, to in CapabilityAlias.objects.values_list("key", "capability__key") if key}
    return Shared(
        categories={slug: row.pk for slug, row in categories.items()},
        publishers=publisher_ids,
        capabilities=_upsert_vocabulary(records, moved, tally, touched),
        sources=_upsert_sources(records, publisher_ids, tally, touched),
        moved=frozenset(moved),
    )


def _upsert_vocabulary(
    records: Records, moved: dict[str, str], tally: Tally, touched: Callable[..., None]
) -> dict[str, int]:
    """`moved` leads from keys that were merged since to where their words and offerings went."""
    wanted = [c for c in records.capabilities if c.key not in moved]
    standing = Capability.objects.values_list("name", "slug", "key")
    names, slugs = [(name, key) for name, _, key in standing], [(slug, key) for _, slug, key in standing]
    known = {key for _, _, key in standing}
    is_edited = _is_edited(Capability)
    _refuse_taken(tally, "capability", "name", [(c.name, c.key, c.place) for c in wanted], names)
    fresh = [(c.slug, c.key, c.place) for c in wanted if c.key not in known]
    _refuse_taken(tally, "capability", "address", fresh, slugs)
    if tally.problems:
        return {}
    rows = sync(
        Capability.objects.all(),
        [Capability(key=c.key, slug=c.slug, name=c.name, description=c.description) for c in wanted],
        key=lambda row: row.key,
        fields=("name", "description"),
        is_held=is_edited,
        on_new=touched,
        on_change=touched,
    )
    ids = {key: row.pk for key, row in rows.items()}
    ids |= {old: ids[new] for old, new in moved.items() if new in ids}
    _upsert_broader([c for c in wanted if not is_edited(rows[c.key])], rows, ids, tally, touched)
    _upsert_synonyms(records, ids, {row.pk for row in rows.values() if is_edited(row)}, touched)
    return ids


def _upsert_broader(
    wanted: list[CapabilityRecord],
    rows: dict[str, Capability],
    ids: dict[str, int],
    tally: Tally,
    touched: Callable[..., None],
) -> None:
    changed = []
    for record in wanted:
        row = rows[record.key]
        broader = ids[record.broader] if record.broader else None
        if broader is not None and broader not in (row.broader_id, row.pk):  # merged into this one, it is no broader
            row.broader_id = broader
            changed.append(row)
    # Over what stands there and what comes together: each alone may run in no circle.
    above = {row.pk: [row.broader_id] for row in rows.values() if row.broader_id}
    places = {record.key: record.place for record in wanted}
    for row in changed:
        if runs_in_a_circle(row.pk, above):
            text = f"{row.key} would be broader than itself."
            tally.problems.append(places[row.key].problem("broader", text, of=f"capability {row.key}"))
    if changed:
        touched()
        Capability.objects.bulk_update(changed, ["broader"], batch_size=200)


def _upsert_synonyms(records: Records, ids: dict[str, int], edited: set[int], touched: Callable[..., None]) -> None:
    """A word that an editor took from a capability does not come back: an edited one takes no further words."""
    sync(
        Synonym.objects.all(),
        [
            Synonym(capability_id=ids[c.key], text=text, key=sort_key(text))
            for c in records.capabilities
            for text in c.synonyms
            if ids[c.key] not in edited
        ],
        # A word that an editor has since given to another capability stays there.
        key=lambda row: row.key,
        fields=(),
        on_new=touched,
    )


def _upsert_sources(
    records: Records, publishers: dict[str, int], tally: Tally, touched: Callable[..., None]
) -> dict[str, int]:
    """A source is known by its address; two files that cite one address cite one source."""
    by_address: dict[str, str] = {}
    wanted: dict[str, Source] = {}
    address_of = dict(Source.objects.values_list("slug", "url"))
    standing = {url or slug: slug for slug, url in address_of.items()}
    edited = set(Source.history.values_list("slug", flat=True))  # an editor may have mended the address: held below
    slugs: dict[str, str] = {}
    for s in records.sources:
        address = s.url or s.slug
        slug = by_address.setdefault(address, standing.get(address, s.slug))
        slugs[s.slug] = slug
        if address_of.get(slug) and address_of[slug] != s.url and slug not in edited:
            # Written over, what the standing document says would be shown as said by this one.
            text = f"The slug “{slug}” belongs to {address_of[slug]} already; choose another key."
            tally.problems.append(s.place.problem("", text, of=f"source {s.slug}"))
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
    if tally.problems:
        return {}
    rows = sync(
        Source.objects.all(),
        wanted.values(),
        key=lambda row: row.slug,
        fields=("title", "url", "kind", "publisher_id", "licence"),
        is_held=_is_edited(Source),
        on_new=touched,
        on_change=touched,
    )
    # A record's own name for a source comes before what another source is called here.
    return {slug: row.pk for slug, row in rows.items()} | {name: rows[slug].pk for name, slug in slugs.items()}
