"""Which artifact each entry of a feed means, before anything is written.

What is certain is decided here: the entry's own key, or an id that nothing stronger contradicts. Two entries of one
source are two things, whatever they share. What is only likely (a name, a repository that holds several) becomes a
listing of its own, and catalog.desk.duplicates shows the pair to an editor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from catalog.choices import Lifecycle, PublishRule
from catalog.identity import SCHEMES, identity_key
from catalog.importers import values
from catalog.importers.feeds import Told
from catalog.importers.passing import GONE
from catalog.importers.records import ArtifactRecord, Place
from catalog.models import Alias, Artifact, Entry, Identifier
from catalog.slugs import unambiguous

Id = tuple[str, str]
#: What a listing says of itself in plain text.
_WORDS = ("name", "tagline", "description", "licence", "homepage", "repository")


@dataclass(frozen=True)
class Matched:
    told: Told
    record: ArtifactRecord
    #: None for what is not listed yet.
    artifact_id: int | None
    #: Other entries of this source that an editor has merged into the listing; what they offer is in the record.
    others: tuple[Told, ...] = ()
    #: Whether the record holds all that this source says of the listing, so that what is missing in it is unsaid.
    is_whole: bool = True

    @property
    def entries(self) -> tuple[Told, ...]:
        return (self.told, *self.others)


def entries_of(importer: str, told: Iterable[Told]) -> dict[str, Entry]:
    keys = {key for one in told for key in (one.key, *one.formerly)}
    return {row.key: row for row in Entry.objects.filter(importer=importer, key__in=keys).defer("text")}


def matched(told: Sequence[Told], entries: dict[str, Entry], *, importer: str, rule: PublishRule) -> list[Matched]:
    found = _Found(told, entries, importer)
    groups: dict[int, list[Matched]] = defaultdict(list)
    good = []
    for one in told:
        pk = found.artifact_of(one)
        match = Matched(one, found.record_of(one, pk, rule), pk)
        if pk is None:
            good.append(match)
        else:
            groups[pk].append(match)
    return good + [_as_one(some, found.keys_of(pk), found.artifacts_by_pk[pk]) for pk, some in groups.items()]


def _as_one(some: list[Matched], keys: Sequence[str], here: Artifact) -> Matched:
    """Entries that an editor has merged speak of one listing: the first of them, by age, says what it is; the others
    add what they offer, and say nothing else.

    `keys`: all of this source that mean the listing, the oldest first.
    """
    if len(keys) < 2 and len(some) == 1:
        return some[0]
    first, *others = sorted(some, key=lambda one: keys.index(one.told.key) if one.told.key in keys else len(keys))
    record = first.record
    if first.told.key != keys[0]:
        record = replace(record, facts=(), **{name: getattr(here, name) for name in _WORDS})
    prices = {(p.provider, p.meter, p.tier, p.valid_from): p for one in (*others, first) for p in one.record.prices}
    results = {
        (b.benchmark, b.version, b.metric, b.measured_on): b for one in (*others, first) for b in one.record.benchmarks
    }
    return Matched(
        first.told,
        replace(
            record,
            ids=tuple(dict.fromkeys(pair for one in (first, *others) for pair in one.record.ids)),
            aliases=tuple(dict.fromkeys(slug for one in (first, *others) for slug in one.record.aliases)),
            prices=tuple(prices.values()),
            benchmarks=tuple(results.values()),
        ),
        first.artifact_id,
        tuple(one.told for one in others),
        is_whole={one.told.key for one in some} >= set(keys),
    )


class _Found:
    """All that a batch needs to know of what stands, in a handful of queries."""

    def __init__(self, told: Sequence[Told], entries: dict[str, Entry], importer: str) -> None:
        self.entries = entries
        self.ids = {one.key: [(s, identity_key(s, v)) for s, v in _strongest_first(one.record.ids)] for one in told}
        keys = {key for pairs in self.ids.values() for _, key in pairs}
        owners = Identifier.objects.filter(key__in=keys).values_list("scheme", "key", "artifact_id")
        self.owner: dict[Id, int] = {(scheme, key): pk for scheme, key, pk in owners}
        pks = {*self.owner.values(), *(row.artifact_id for row in entries.values())}
        self.artifacts = _where_they_went(pks)
        own = Identifier.objects.filter(artifact__in={row.pk for row in self.artifacts.values()})
        self.ids_of: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for scheme, key, pk in own.values_list("scheme", "key", "artifact_id"):
            self.ids_of[pk][scheme].add(key)
        #: Artifacts that this source speaks of under some key already: another key of it is another thing.
        taken = Entry.objects.filter(importer=importer, artifact__in={row.pk for row in self.artifacts.values()})
        self.taken: dict[int, set[str]] = defaultdict(set)
        self.known: dict[int, dict[str, None]] = defaultdict(dict)
        own_keys = {one.key for one in told}
        renamed = {old: one.key for one in told for old in one.formerly if old not in own_keys}
        for pk, key, digest in taken.order_by("id").values_list("artifact_id", "key", "digest"):
            self.taken[pk].add(key)
            now = renamed.get(key, key)
            if digest != GONE or now in own_keys:
                self.known[pk][now] = None
        #: Ids that an earlier entry of this batch brings.
        self.coming: dict[Id, str] = {}
        self.slugs = _taken_slugs(told)

    def artifact_of(self, one: Told) -> int | None:
        for key in (one.key, *one.formerly):
            if key in self.entries and self.entries[key].artifact_id in self.artifacts:
                pk = self.artifacts[self.entries[key].artifact_id].pk
                self.taken[pk].add(one.key)
                return pk
        for pair in self.ids[one.key]:
            listed = self.artifacts.get(self.owner.get(pair, 0))
            if listed is not None and not self._is_another(listed.pk, one):
                self.taken[listed.pk].add(one.key)
                return listed.pk
        return None

    def keys_of(self, pk: int) -> list[str]:
        """Under which this source speaks of the listing, the oldest first: by their names of today."""
        return list(self.known[pk])

    def _is_another(self, pk: int, one: Told) -> bool:
        """Whether the listing is told apart from the entry: by this source's keys, or by an id of a stronger scheme."""
        if self.taken[pk] - {one.key, *one.formerly}:
            return True
        for scheme, key in self.ids[one.key]:
            theirs = self.ids_of[pk].get(scheme)
            if theirs:
                return key not in theirs
        return False

    def record_of(self, one: Told, pk: int | None, rule: PublishRule) -> ArtifactRecord:
        wanted = one.record
        kept = tuple(
            (scheme, value)
            for scheme, value in _strongest_first(wanted.ids)
            if self._is_free((scheme, identity_key(scheme, value)), pk, one.key)
        )
        place = Place(file=one.key)
        if pk is None:
            slug = self._free_slug(one)
            lifecycle = {PublishRule.HOLD: Lifecycle.IN_REVIEW, PublishRule.WHEN_SUFFICIENT: Lifecycle.IN_REVIEW}.get(
                rule, Lifecycle.DEPRECATED if one.is_deprecated else Lifecycle.PUBLISHED
            )
            aliases = tuple(self._free_aliases(one, slug))
            return replace(wanted, slug=slug, ids=kept, lifecycle=lifecycle, aliases=aliases, place=place)
        here = self.artifacts_by_pk[pk]
        return replace(
            wanted,
            slug=here.slug,
            name=wanted.name or here.name,
            kind=here.kind,
            tagline=wanted.tagline or here.tagline,
            description=wanted.description or here.description,
            licence=wanted.licence or here.licence,
            homepage=wanted.homepage or here.homepage,
            repository=wanted.repository or here.repository,
            publisher=wanted.publisher or (here.publisher.slug if here.publisher else ""),
            lifecycle=Lifecycle.DEPRECATED
            if one.is_deprecated and here.lifecycle == Lifecycle.PUBLISHED
            else here.lifecycle,
            withdrawn_reason=here.withdrawn_reason,
            ids=kept,
            aliases=tuple(self._free_aliases(one, here.slug)),
            place=place,
        )

    @property
    def artifacts_by_pk(self) -> dict[int, Artifact]:
        if not hasattr(self, "_by_pk"):
            self._by_pk = {row.pk: row for row in self.artifacts.values()}
        return self._by_pk

    def _is_free(self, pair: Id, pk: int | None, key: str) -> bool:
        """An id that is another's already stays there."""
        owner = self.owner.get(pair)
        if owner is not None and (owner not in self.artifacts or self.artifacts[owner].pk != pk):
            return False
        return self.coming.setdefault(pair, key) == key

    def _free_slug(self, one: Told) -> str:
        for slug in _wishes(one):
            if slug not in self.slugs:
                break
        self.slugs.add(slug)
        return slug

    def _free_aliases(self, one: Told, own: str) -> Iterable[str]:
        for slug in one.record.aliases:
            if slug != own and slug not in self.slugs:
                self.slugs.add(slug)
                yield slug


def _strongest_first(ids: Iterable[Id]) -> list[Id]:
    order = list(SCHEMES)
    return sorted(ids, key=lambda pair: order.index(pair[0]))


def _wishes(one: Told) -> Iterable[str]:
    """Addresses for a new page, the plainest first; the last is its own for certain."""
    base = one.record.slug
    yield base
    if one.record.publisher and not base.startswith(one.record.publisher):
        yield unambiguous(f"{one.record.publisher}-{base}", longest=110)
    yield f"{unambiguous(base, longest=100)}-{values.short(one.key)}"


def _taken_slugs(told: Sequence[Told]) -> set[str]:
    wishes = {slug for one in told for slug in (*_wishes(one), *one.record.aliases)}
    here = set(Artifact.objects.filter(slug__in=wishes).values_list("slug", flat=True))
    return here | set(Alias.objects.filter(slug__in=wishes).values_list("slug", flat=True))


def _where_they_went(pks: Iterable[int]) -> dict[int, Artifact]:
    """Artifacts by key; what was merged is the one that took it over."""
    found: dict[int, Any] = {}
    wanted = set(pks)
    rows = {row.pk: row for row in Artifact.objects.filter(pk__in=wanted).select_related("publisher")}
    later = {row.merged_into_id for row in rows.values() if row.merged_into_id}
    while missing := {pk for pk in later if pk is not None and pk not in rows}:
        more = Artifact.objects.filter(Q(pk__in=missing)).select_related("publisher")
        rows.update({row.pk: row for row in more})
        later = {row.merged_into_id for row in more if row.merged_into_id}
    for pk in wanted & rows.keys():
        row = rows[pk]
        while row.merged_into_id in rows:
            row = rows[row.merged_into_id]
        found[pk] = row
    return found
