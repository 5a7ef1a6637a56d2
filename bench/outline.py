"""What a generated catalog consists of, before any row of it is written: sizes, ids, kinds, and the dice."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from catalog.choices import Kind, Lifecycle

#: Of a hundred artifacts so many are of this kind; every other kind has one.
KIND_SHARES = {
    Kind.MODEL: 26,
    Kind.DATASET: 16,
    Kind.REPO: 12,
    Kind.FINETUNE: 11,
    Kind.MCP: 9,
    Kind.PROMPT: 4,
    Kind.SKILL: 4,
    Kind.AGENT: 3,
    Kind.FRAMEWORK: 2,
    Kind.API: 2,
}
LIFECYCLE_SHARES = {
    Lifecycle.PUBLISHED: 93,
    Lifecycle.DEPRECATED: 3,
    Lifecycle.DRAFT: 2,
    Lifecycle.IN_REVIEW: 1,
    Lifecycle.WITHDRAWN: 1,
}
WORDS = """
    able across agent answer archive around audio batch before better between branch build call careful chart
    check chunk clean clear client code column common compare context copy corpus count cover crawl current data
    deep detail device document draft edit engine entry error every exact example extract fast field file filter
    find first flow follow format frame free full gather general graph group guide handle hold image import
    index inside issue item join judge keep label large layer lead learn leave length letter level light limit
    line link list local long loop make mark match measure merge method model module month move name narrow
    native node note number offer often open order output page parse part patch path pattern phrase picture
    place plain plan point print probe process prompt proof quick quote range rank rarely rate read record
    reduce release repeat report request result review right route rule sample scale scan scene score search
    section select sentence server session shape share sharp short sign simple size small source speech split
    stable stage start state step store stream string strong structure style summary sync table task test text
    thread token tool topic trace track train translate tree trim turn type unit update usage value vector
    version video view voice weight whole window word work write
""".split()  # noqa: SIM905
VARIANTS = 500  # of each text: enough that no page repeats itself
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Sizes:
    artifacts: int = 50_000
    offerings: int = 500_000
    seed: int = 7

    @property
    def capabilities(self) -> int:
        return max(40, min(2_000, self.artifacts // 25))

    @property
    def categories(self) -> int:
        return 40

    @property
    def publishers(self) -> int:
        return max(10, self.artifacts // 10)

    @property
    def shared_sources(self) -> int:
        """Registries, papers and reports that speak of many artifacts."""
        return max(10, self.artifacts // 150)


class Outline:
    """Handed to every function that writes rows. The order in which they roll the dice is part of the catalog."""

    def __init__(self, sizes: Sizes, now: dt.datetime) -> None:
        self.sizes, self.now, self.today = sizes, now, now.date()
        self.random = Random(sizes.seed)
        self.numbers = np.random.default_rng(sizes.seed)
        self.ids = range(1, sizes.artifacts + 1)
        self.kinds = [Kind.MODEL, *self._skewed(KIND_SHARES, Kind, sizes.artifacts - 1)]
        self.lifecycles = [Lifecycle.PUBLISHED, *self._skewed(LIFECYCLE_SHARES, (), sizes.artifacts - 1)]
        self.of_kind: dict[str, list[int]] = defaultdict(list)
        for pk, kind in zip(self.ids, self.kinds, strict=True):
            self.of_kind[kind].append(pk)
        #: Parent by lineage; facts of architecture are the whole family's.
        self.parents: dict[int, int] = {}

    def _skewed(self, shares: dict[Any, int], others: Any, count: int) -> list[Any]:
        weights = {value: shares.get(value, 1) for value in [*shares, *others]}
        return self.random.choices(list(weights), list(weights.values()), k=count)

    def percent(self, share: float) -> bool:
        """True in so many of a hundred cases."""
        return self.random.random() * 100 < share

    def words(self, fewest: int, most: int) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(fewest, most)))

    def sentence(self, fewest: int = 8, most: int = 18) -> str:
        return f"{self.words(fewest, most).capitalize()}."

    def variants(self, make: Callable[[], Any], *, is_json: bool = False) -> list[str]:
        return [json.dumps(make()) if is_json else make() for _ in range(VARIANTS)]

    def day(self, days: int) -> dt.date:
        """Some day within the last so many."""
        return self.today - self.random.randrange(1, days) * DAY

    def publisher_of(self, pk: int) -> int:
        return 1 + pk * 7919 % self.sizes.publishers

    def shared_sources(self) -> range:
        return range(self.sizes.artifacts + 1, self.sizes.artifacts + self.sizes.shared_sources + 1)

    def source_of(self, pk: int) -> int:
        return pk if self.percent(60) else self.random.choice(self.shared_sources())

    def family_of(self, pk: int) -> int:
        while pk in self.parents:
            pk = self.parents[pk]
        return pk
