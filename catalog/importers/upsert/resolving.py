"""Which artifact a record means: by its ids, its slug, an old address, or where a merge has led; never two at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from catalog.derived import chunks
from catalog.identity import Described, doubled, identity_key, same_thing
from catalog.importers.records import ArtifactRecord
from catalog.importers.upsert.tally import Tally
from catalog.models import Alias, Artifact, Identifier

Id = tuple[str, str]


def resolved(records: Collection[ArtifactRecord], tally: Tally, *, by_address: bool = True) -> dict[str, str]:
    """The slug under which each record's artifact stands: its own, or where its ids or an old address lead."""
    ids = {record.slug: {(scheme, identity_key(scheme, value)) for scheme, value in record.ids} for record in records}
    owners = _owners({key for pairs in ids.values() for _, key in pairs})
    there, moved = _slugs(ids)
    found_at: dict[str, str] = {}
    claimed: dict[Id, str] = {}
    for record in records:
        for pair in sorted(ids[record.slug]):
            if claimed.setdefault(pair, record.slug) != record.slug:
                text = f"{pair[0]} {pair[1]} is {claimed[pair]} already: a thing is listed once."
                _refuse(tally, record, f"ids.{pair[0]}", text)
        found = {owners[pair] for pair in ids[record.slug] if pair in owners}
        here = record.slug if record.slug in there else moved.get(record.slug)
        if here is not None:
            found.add(here)
        if len(found) > 1:
            text = f"Its ids belong to several listings: {', '.join(sorted(found))}. Merge them first."
            _refuse(tally, record, "ids", text)
        found_at[record.slug] = min(found) if found else record.slug
    times = Counter(found_at.values())
    for record in records:
        if times[found_at[record.slug]] > 1:
            _refuse(tally, record, "slug", f"Another record is the same listing: {found_at[record.slug]}.")
    if by_address:
        _refuse_shared_addresses(records, found_at, ids, tally)
    return found_at


def _refuse(tally: Tally, record: ArtifactRecord, part: str, text: str) -> None:
    tally.problems.append(record.place.problem(part, text, of=f"artifact {record.slug}"))


def _owners(keys: Iterable[str]) -> dict[Id, str]:
    found: dict[Id, str] = {}
    for some in chunks(keys):
        rows = Identifier.objects.filter(key__in=some).values_list("scheme", "key", "artifact__slug")
        found.update({(scheme, key): slug for scheme, key, slug in rows})
    return found


def _slugs(wanted: Iterable[str]) -> tuple[set[str], dict[str, str]]:
    """Which of these slugs artifacts have, and where those lead that are an old address or were merged."""
    there: set[str] = set()
    moved: dict[str, str] = {}
    for some in chunks(wanted):
        moved.update(Alias.objects.filter(slug__in=some).values_list("slug", "artifact__slug"))
        here = dict(Artifact.objects.filter(slug__in=some).values_list("slug", "merged_into__slug"))
        moved.update({slug: into for slug, into in here.items() if into})
        there |= here.keys() - moved.keys()
    return there, moved


def _refuse_shared_addresses(
    records: Collection[ArtifactRecord], found_at: dict[str, str], ids: dict[str, set[Id]], tally: Tally
) -> None:
    """A record that lives where another listing of its kind lives is that listing, unless ids tell them apart."""
    if not any(record.repository or record.homepage for record in records):
        return
    coming = {found_at[record.slug] for record in records}
    living: dict[Id, list[Described]] = defaultdict(list)
    for described in _standing():
        if described.slug not in coming:  # what comes replaces what stands
            for address in described.addresses:
                living[address].append(described)
    for record in records:
        mine = Described(
            found_at[record.slug],
            record.kind,
            record.repository,
            record.homepage,
            frozenset(pair for pair in ids[record.slug] if pair[0] != "repository"),
        )
        for address in mine.addresses:
            for other in living[address]:
                if same_thing(mine, other):
                    _refuse(tally, record, address[0], doubled(address[0], f"“{other.slug}”"))
            living[address].append(mine)


def _standing() -> Iterable[Described]:
    ids: dict[int, set[Id]] = defaultdict(set)
    rows = Identifier.objects.exclude(scheme="repository").values_list("artifact_id", "scheme", "key")
    for artifact_id, scheme, key in rows.iterator():
        ids[artifact_id].add((scheme, key))
    artifacts = Artifact.objects.filter(merged_into=None).exclude(repository="", homepage="")
    listed = artifacts.values_list("pk", "slug", "kind", "repository", "homepage")
    for pk, slug, kind, repository, homepage in listed.iterator():
        yield Described(slug, kind, repository, homepage, frozenset(ids.get(pk, ())))
