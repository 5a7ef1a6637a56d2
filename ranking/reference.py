"""The reference tables of a quarter: which one ranks of a kind are placed by, and the making of those that lack.

The first builder of a quarter that finds enough artifacts of a kind freezes its table. While readings are quarantined
another table takes its place, made of what was known at the same moment without them; when the quarantine is lifted
the first one is there again. So ranks are what they would be had the readings, or the quarantine, never been.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from ranking.loading import KindEvidence, Moment, loaded
from ranking.models import Configuration, ReferenceTable
from ranking.scoring.configuration import Formula
from ranking.scoring.formula import families_known, tables_on


def quarter_of(on: dt.date) -> str:
    return f"{on.year}-Q{(on.month + 2) // 3}"


def key_of(at: Moment) -> str:
    """Tells tables of one quarter apart by what they leave out; empty where that is nothing."""
    told = json.dumps(at.as_data()["quarantined"])
    return hashlib.sha256(told.encode()).hexdigest()[:16] if at.quarantined else ""


class Quarter:
    """One quarter's tables by one configuration."""

    def __init__(self, at: Moment, configuration: Configuration, formula: Formula):
        self.at, self.configuration, self.formula = at, configuration, formula
        self.name = quarter_of(at.as_of.date())
        rows = ReferenceTable.objects.filter(configuration=configuration, quarter=self.name)
        #: Both by kind: with every reading, and without those that are quarantined now.
        self.whole: dict[str, ReferenceTable] = {}
        self.fitting: dict[str, ReferenceTable] = {}
        for row in rows.filter(left_out__in=("", key_of(at))):
            if row.left_out == "":
                self.whole[row.kind] = row
            if row.left_out == key_of(at):
                self.fitting[row.kind] = row
        self._loaded: dict[Moment, Mapping[str, KindEvidence]] = {}

    def found(self, kind: str) -> ReferenceTable | None:
        """For whoever only looks; before a generation has been built without the quarantined readings, with them."""
        return self.fitting.get(kind) or self.whole.get(kind)

    def frozen(self, found: KindEvidence) -> ReferenceTable | None:
        """For the builder, who makes what lacks; None where the kind has too few artifacts with evidence."""
        kind = found.kind
        if kind in self.fitting:
            return self.fitting[kind]
        if not self.at.quarantined:
            return self._made(found, self.at)
        # The table with every reading comes first, since it tells of which moment the quarter's tables are.
        everything = replace(self.at, quarantined=())
        whole = self.whole.get(kind) or self._made(self._known_at(everything)[kind], everything)
        if whole is not None:
            made_from = whole.made_from or {}
            then = Moment.of_data(whole.made_at, made_from.get("last_reading", self.at.last_reading), made_from)
            then = replace(then, quarantined=self.at.quarantined)
            made = self._made(self._known_at(then)[kind], then)
            if made is not None:
                return made
        return self._made(found, self.at)

    def _known_at(self, moment: Moment) -> Mapping[str, KindEvidence]:
        if moment not in self._loaded:
            self._loaded[moment] = {one.kind: one for one in loaded(moment, self.formula)}
        return self._loaded[moment]

    def _made(self, found: KindEvidence, at: Moment) -> ReferenceTable | None:
        """Of evidence as of a moment, where enough artifacts have some of enough families."""
        evidence = found.sifted.evidence
        size = int((families_known(evidence, found.kind, self.formula) >= self.formula.least_families).sum())
        if size < self.formula.least_for_tables:
            return None
        return ReferenceTable.objects.get_or_create(
            configuration=self.configuration,
            kind=found.kind,
            quarter=self.name,
            left_out=key_of(at),
            defaults={
                "body": tables_on(evidence, found.kind, self.formula, at.day).as_data(),
                "size": size,
                "made_at": at.as_of,
                "made_from": {"last_reading": at.last_reading, **at.as_data()},
            },
        )[0]
