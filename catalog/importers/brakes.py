"""Whether a run must wait for an editor: its source has shrunk, or says something else of much that it said before.

Looked at before anything is written. Facts that are meant to move, such as the version, stop nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catalog.choices import Origin
from catalog.factsheet import FACTS
from catalog.importers.batches import digest_of
from catalog.importers.feeds import Feed, Item, Told
from catalog.importers.matching import entries_of
from catalog.models import Entry, Fact, Price, Source

#: A source that has lost more than this share of its entries is shown to an editor.
MOST_LOST = 0.2
#: So is one that changes more than this share of the values of one fact.
MOST_CHANGED = 0.3
#: Fewer changed values than this are nobody's collapse.
FEWEST = 3
_MOVING = {name for name, spec in FACTS.items() if spec.half_life_days <= 180}


@dataclass
class Seen:
    """What was gathered while reading a source through."""

    keys: set[str] = field(default_factory=set)
    stood: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def look_at(self, items: Sequence[Item], feed: Feed) -> None:
        told = [item for item in items if isinstance(item, Told)]
        self.keys.update(key for one in told for key in (one.key, *one.formerly))
        entries = entries_of(feed.name, told)
        source = (
            Source.objects.filter(url=feed.source.url).first() or Source.objects.filter(slug=feed.source.slug).first()
        )
        if not entries or source is None:
            return
        pks = {row.artifact_id for row in entries.values()}
        facts: dict[int, dict[str, object]] = {pk: {} for pk in pks}
        rows = Fact.objects.filter(artifact__in=pks, source=source, origin=Origin.OBSERVED, dropped_on=None)
        for pk, name, value in rows.exclude(name__in=_MOVING).values_list("artifact_id", "name", "value"):
            facts[pk][name] = value
        prices: dict[int, dict[tuple[str, str, str], object]] = {pk: {} for pk in pks}
        asked = Price.objects.filter(artifact__in=pks, source=source, valid_to=None)
        for pk, provider, meter, tier, amount in asked.values_list(
            "artifact_id", "provider", "meter", "tier", "amount"
        ):
            prices[pk][provider, meter, tier] = amount
        for one in told:
            entry = next((entries[key] for key in (one.key, *one.formerly) if key in entries), None)
            if entry is None:
                continue
            stood, asks = facts[entry.artifact_id], prices[entry.artifact_id]
            self.stood.update(stood.keys())
            self.stood["prices"] += len(asks)
            if entry.digest == digest_of(one):
                continue
            says = {fact.name: fact.value for fact in one.record.facts}
            self.changed.update(name for name, value in stood.items() if says.get(name) != value)
            now = {(p.provider, p.meter, p.tier): p.amount for p in one.record.prices}
            self.changed["prices"] += sum(now.get(key) != amount for key, amount in asks.items())

    def brakes(self, feed: Feed) -> list[str]:
        sentences = []
        known = Entry.objects.filter(importer=feed.name).exclude(digest="gone")
        before = known.values_list("key", flat=True)
        lost = sum(key not in self.keys for key in before.iterator())
        count = known.count()
        if count and lost > count * MOST_LOST:
            sentences.append(f"{lost:,} of {count:,} entries are not there any more.")
        for name in sorted(self.changed):
            changed, stood = self.changed[name], self.stood[name]
            if changed >= FEWEST and changed > stood * MOST_CHANGED:
                label = FACTS[name].label if name in FACTS else "Prices"
                sentences.append(f"{label}: {changed:,} of {stood:,} values would change.")
        return sentences


def is_known(feed: Feed) -> bool:
    """Whether there is anything that a run could do away with."""
    return Entry.objects.filter(importer=feed.name).exists()


def gathered(batches: Iterable[Sequence[Item]], feed: Feed) -> Seen:
    seen = Seen()
    for items in batches:
        seen.look_at(items, feed)
    return seen
