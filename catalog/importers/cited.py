"""What a feed's words refer to: its own document, and the capabilities and sources that its entries' offerings name.

A capability that the vocabulary does not have is left out, and told on the entry's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalog.importers.feeds import Feed
from catalog.importers.matching import Matched
from catalog.importers.upsert.tally import Tally
from catalog.models import Capability, CapabilityAlias, Source


def capabilities_of(good: Sequence[Matched]) -> dict[str, int]:
    """By the keys that are used: of what was merged or renamed, the one it went into."""
    keys = {offering.capability for one in good for offering in one.record.offerings}
    if not keys:
        return {}
    moved = CapabilityAlias.objects.filter(key__in=keys).values_list("key", "capability_id")
    return {key: pk for key, pk in moved if key} | dict(
        Capability.objects.live().filter(key__in=keys).values_list("key", "pk")
    )


def known_alone(good: Sequence[Matched]) -> tuple[list[Matched], dict[str, list[str]]]:
    """Without offerings of what nobody has a word for; and the sentences for these, by the entry's key."""
    known = capabilities_of(good)
    found: list[Matched] = []
    told: dict[str, list[str]] = {}
    for one in good:
        offered = one.record.offerings
        if unknown := [o.capability for o in offered if o.capability not in known]:
            said = [f"There is no capability “{key}” in the vocabulary; it is left out." for key in unknown]
            told[one.told.key] = said
            kept = tuple(o for o in offered if o.capability in known)
            found.append(replace(one, record=replace(one.record, offerings=kept)))
        else:
            found.append(one)
    return found, told


def source_of(feed: Feed) -> Source | None:
    """The feed's own document, known by its address: somebody may have cited it under another name."""
    by_address = Source.objects.filter(url=feed.source.url).first() if feed.source.url else None
    return by_address or Source.objects.filter(slug=feed.source.slug).first()


def sources_of(good: Sequence[Matched], tally: Tally) -> dict[str, int]:
    """Documents that offerings cite, found by their addresses or made."""
    cited = {source.url: source for one in good for source in one.told.cited}
    if not cited:
        return {}
    there = dict(Source.objects.filter(url__in=cited).values_list("url", "pk"))
    new = [s for url, s in cited.items() if url not in there]
    rows = [Source(slug=s.slug, title=s.title, url=s.url, kind=s.kind) for s in new]
    for row in Source.objects.bulk_create(rows, batch_size=500):
        there[row.url] = row.pk
        tally.made(row)
    return {source.slug: there[url] for url, source in cited.items()}
