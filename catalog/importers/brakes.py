"""Whether a run must wait for an editor: its source has shrunk, or says something else of much that it said before.

Looked at before anything is written. Facts that are meant to move, such as the version, stop nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from catalog.choices import Origin
from catalog.derived import chunks
from catalog.factsheet import FACTS
from catalog.importers.cited import source_of
from catalog.importers.feeds import Feed, Item, Same, Told
from catalog.importers.matching import entries_of
from catalog.importers.passing import GONE, says_the_same
from catalog.models import Entry, Fact, Price

#: A source that has lost more than this share of its entries is shown to an editor.
MOST_LOST = 0.2
#: So is one that changes more than this share of the values of one fact.
MOST_CHANGED = 0.3
#: Fewer changed values than this are nobody's collapse.
FEWEST = 3
PRICES = "prices"
_MOVING = {name for name, spec in FACTS.items() if spec.half_life_days <= 180}


@dataclass
class Seen:
    """What was gathered while reading a source through."""

    keys: set[str] = field(default_factory=set)
    stood: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    #: Rows of entries that say what they said.
    same: list[int] = field(default_factory=list)

    def look_at(self, items: Sequence[Item], feed: Feed) -> None:
        passed = [item for item in items if isinstance(item, Same)]
        self.keys.update(one.key for one in passed)
        self.same += [one.entry for one in passed]
        told = [item for item in items if isinstance(item, Told)]
        self.keys.update(key for one in told for key in (one.key, *one.formerly))
        entries = entries_of(feed.name, told) if told else {}
        changed: list[tuple[Told, int]] = []
        for one in told:
            entry = next((entries[key] for key in (one.key, *one.formerly) if key in entries), None)
            if entry is not None and says_the_same(entry, one):
                self.same.append(entry.pk)
            elif entry is not None:
                changed.append((one, entry.artifact_id))
        if changed:
            self._compare(changed, feed)

    def _compare(self, changed: list[tuple[Told, int]], feed: Feed) -> None:
        facts, prices = _standing(feed)
        pks = {pk for _, pk in changed}
        stood: dict[int, dict[str, object]] = {pk: {} for pk in pks}
        for pk, name, value in facts.filter(artifact__in=pks).values_list("artifact_id", "name", "value"):
            stood[pk][name] = value
        asked: dict[int, dict[tuple[str, str, str], object]] = {pk: {} for pk in pks}
        columns = ("artifact_id", "provider", "meter", "tier", "amount")
        for pk, provider, meter, tier, amount in prices.filter(artifact__in=pks).values_list(*columns):
            asked[pk][provider, meter, tier] = amount
        for one, pk in changed:
            self.stood.update(stood[pk].keys())
            self.stood[PRICES] += len(asked[pk])
            says = {fact.name: fact.value for fact in one.record.facts}
            self.changed.update(name for name, value in stood[pk].items() if says.get(name) != value)
            now = {(p.provider, p.meter, p.tier): p.amount for p in one.record.prices}
            self.changed[PRICES] += sum(now.get(key) != amount for key, amount in asked[pk].items())

    def _count_what_stays(self, feed: Feed) -> None:
        """Of how many a share would change: looked up only where any does."""
        facts, prices = _standing(feed)
        for some in chunks(self.same):
            mine = Entry.objects.filter(pk__in=some).values("artifact")
            self.stood[PRICES] += prices.filter(artifact__in=mine).count()
            counts = facts.filter(artifact__in=mine).values_list("name").annotate(Count("id")).order_by("name")
            self.stood.update(dict(counts))

    def brakes(self, feed: Feed, *, is_partial: bool = False) -> list[str]:
        sentences = []
        known = Entry.objects.filter(importer=feed.name).exclude(digest=GONE)
        before = known.values_list("key", flat=True)
        lost = sum(key not in self.keys for key in before.iterator())
        count = known.count()
        if count and not is_partial and lost > count * MOST_LOST:
            sentences.append(f"{lost:,} of {count:,} entries are not there any more.")
        if any(changed >= FEWEST for changed in self.changed.values()):
            self._count_what_stays(feed)
        for name in sorted(self.changed):
            changed, stood = self.changed[name], self.stood[name]
            if changed >= FEWEST and changed > stood * MOST_CHANGED:
                label = FACTS[name].label if name in FACTS else "Prices"
                sentences.append(f"{label}: {changed:,} of {stood:,} values would change.")
        return sentences


def _standing(feed: Feed) -> tuple[Any, Any]:
    """Facts and prices that the source states at the moment."""
    source = source_of(feed)
    facts = Fact.objects.filter(source=source, origin=Origin.OBSERVED, dropped_on=None).exclude(name__in=_MOVING)
    return facts, Price.objects.filter(source=source, valid_to=None)


def is_known(feed: Feed) -> bool:
    """Whether there is anything that a run could do away with."""
    return Entry.objects.filter(importer=feed.name).exists()


def gathered(batches: Iterable[Sequence[Item]], feed: Feed) -> Seen:
    seen = Seen()
    for items in batches:
        seen.look_at(items, feed)
    return seen
