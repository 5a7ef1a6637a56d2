"""What is said of artifacts: facts, prices, results, lineage, readings, offerings with their evidence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import models

from catalog.choices import Relation, TakenApartBy
from catalog.importers.circles import runs_in_a_circle
from catalog.importers.records import ArtifactRecord, OfferingRecord, Records
from catalog.importers.upsert.shared import Shared
from catalog.importers.upsert.tally import Tally, sync
from catalog.models import BenchmarkResult, Contrast, Evidence, Fact, Lineage, Offering, Price, Reading

OFFERING_FIELDS = (
    "title",
    "description",
    "unique",
    "intents",
    "best_for",
    "limitations",
    "requires",
    "input_types",
    "output_types",
    "failure_modes",
    "taken_apart_by",
    "position",
)


class Details:
    def __init__(
        self,
        records: Records,
        shared: Shared,
        artifacts: dict[str, int],
        tally: Tally,
        now: dt.datetime,
        *,
        is_feed: bool = False,
    ) -> None:
        #: A feed's facts are retrieved at every run; that alone is no change. See `catalog.importers.batches`.
        self.is_feed = is_feed
        self.records = [(artifacts[record.slug], record) for record in records.artifacts]
        self.ids = [pk for pk, _ in self.records]
        #: Nothing hangs yet on those that were made a moment ago.
        self.standing = [pk for pk in self.ids if pk not in tally.new]
        self.artifacts = artifacts
        self.shared = shared
        self.tally = tally
        self.now = now

    def sync(
        self,
        model: type[models.Model],
        wanted: list[Any],
        *,
        key: tuple[str, ...],
        fields: tuple[str, ...],
        subject: str,
    ) -> None:
        """The common case: rows that hang on an artifact and are known by some of their columns."""
        if not wanted:
            return
        held, gone = set(), set()
        if hasattr(model, "history"):
            edited = model.history.filter(artifact_id__in=self.standing)
            held = set(edited.values_list("id", flat=True))
            gone = set(edited.values_list(*key))
            gone -= set(model._default_manager.filter(artifact__in=self.standing).values_list(*key)) if gone else gone
        wanted = [row for row in wanted if not self._is_gone(row, tuple(getattr(row, name) for name in key), gone)]

        def on_change(row: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
            if hasattr(row, "recorded_at") and "value" in after:
                row.recorded_at = self.now
            self.tally.note(row.artifact_id, subject.format(row=row), before, after)

        sync(
            model._default_manager.filter(artifact__in=self.standing),
            wanted,
            key=lambda row: tuple(getattr(row, name) for name in key),
            fields=fields,
            tally=self.tally,
            is_held=lambda row: row.pk in held or getattr(row, "is_locked", False),
            on_new=lambda row: self.tally.note(
                row.artifact_id,
                subject.format(row=row),
                None,
                {f: getattr(row, f) for f in fields if f != "dropped_on"},
            ),
            on_change=on_change,
            on_held=lambda row, before, after: self.tally.hold(
                row, row.artifact_id, subject.format(row=row), before, after
            ),
        )

    def _is_gone(self, row: Any, key: tuple[Any, ...], gone: set[Any]) -> bool:
        """What a person deleted, or moved to another key, does not come back by itself."""
        if key in gone:
            self.tally.held.add(row.artifact_id)
        return key in gone


def upsert_details(
    records: Records,
    shared: Shared,
    artifacts: dict[str, int],
    tally: Tally,
    *,
    now: dt.datetime,
    is_feed: bool = False,
) -> None:
    if tally.problems:
        return
    it = Details(records, shared, artifacts, tally, now, is_feed=is_feed)
    it.sync(
        Fact,
        [row for pk, record in it.records for row in _facts(it, pk, record)],
        key=("artifact_id", "name", "source_id", "origin"),
        fields=("value", "dropped_on") if is_feed else ("value", "retrieved_on", "dropped_on"),
        subject="fact {row.name}",
    )
    it.sync(
        Price,
        [row for pk, record in it.records for row in _prices(it, pk, record)],
        key=("artifact_id", "provider", "meter", "tier", "source_id", "valid_from"),
        fields=("amount", "currency", "per", "valid_to", *(() if is_feed else ("retrieved_on",))),
        subject="price at {row.provider}",
    )
    it.sync(
        BenchmarkResult,
        [row for pk, record in it.records for row in _results(it, pk, record)],
        key=("artifact_id", "benchmark", "version", "metric", "source_id", "measured_on"),
        fields=("score", "low", "high", "higher_is_better", "standing", "benchmark_artifact_id"),
        subject="result of {row.benchmark}",
    )
    it.sync(
        Lineage,
        [
            Lineage(
                artifact_id=pk,
                relation=x.relation,
                parent_id=artifacts[x.parent],
                detail=x.detail,
                keeps_architecture=x.keeps_architecture,
                source_id=shared.sources.get(x.source),
            )
            for pk, record in it.records
            for x in record.lineage
        ],
        key=("artifact_id", "relation", "parent_id"),
        fields=("detail", "keeps_architecture", "source_id"),
        subject="lineage",
    )
    _refuse_own_ancestors(it)
    it.sync(
        Reading,
        [
            Reading(
                artifact_id=pk,
                signal=x.signal,
                value=x.value,
                source_id=shared.sources[x.source],
                observed_at=dt.datetime.combine(x.observed_on, dt.time(), dt.UTC),
            )
            for pk, record in it.records
            for x in record.readings
        ],
        key=("artifact_id", "signal", "observed_at", "source_id"),
        fields=("value",),
        subject="reading of {row.signal}",
    )
    _upsert_offerings(it)


def _refuse_own_ancestors(it: Details) -> None:
    """Over the written rows, since what stands there and what comes may run in a circle only together."""
    if not any(record.lineage for _, record in it.records):
        return
    above: dict[int, list[int]] = defaultdict(list)
    derived = Lineage.objects.filter(relation=Relation.DERIVED_FROM)
    for child, parent in derived.values_list("artifact_id", "parent_id"):
        above[child].append(parent)
    for pk, record in it.records:
        if any(x.relation == Relation.DERIVED_FROM for x in record.lineage) and runs_in_a_circle(pk, above):
            text = "It would be derived from itself."
            it.tally.problems.append(record.place.problem("lineage", text, of=f"artifact {record.slug}"))


def _facts(it: Details, pk: int, record: ArtifactRecord) -> list[Fact]:
    return [
        Fact(
            artifact_id=pk,
            name=f.name,
            value=f.value,
            source_id=it.shared.sources[f.source],
            origin=f.origin,
            retrieved_on=f.retrieved_on,
            recorded_at=it.now,
        )
        for f in record.facts
    ]


def _prices(it: Details, pk: int, record: ArtifactRecord) -> list[Price]:
    return [
        Price(
            artifact_id=pk,
            provider=p.provider,
            meter=p.meter,
            amount=p.amount,
            currency=p.currency,
            per=p.per,
            tier=p.tier,
            valid_from=p.valid_from,
            valid_to=p.valid_to,
            retrieved_on=p.retrieved_on,
            source_id=it.shared.sources[p.source],
        )
        for p in record.prices
    ]


def _results(it: Details, pk: int, record: ArtifactRecord) -> list[BenchmarkResult]:
    return [
        BenchmarkResult(
            artifact_id=pk,
            benchmark=b.benchmark,
            version=b.version,
            score=b.score,
            metric=b.metric,
            low=b.low,
            high=b.high,
            benchmark_artifact_id=it.artifacts.get(b.benchmark_artifact),
            higher_is_better=b.higher_is_better,
            measured_on=b.measured_on,
            standing=b.standing,
            source_id=it.shared.sources[b.source],
        )
        for b in record.benchmarks
    ]


def _upsert_offerings(it: Details) -> None:
    if not any(record.offerings for _, record in it.records):
        return
    edited = Offering.history.filter(artifact_id__in=it.ids)
    held = set(edited.values_list("id", flat=True))
    gone = set(edited.values_list("artifact_id", "capability_id"))
    gone -= set(Offering.objects.filter(artifact__in=it.ids).values_list("artifact_id", "capability_id"))
    offered = [
        (pk, place, o)
        for pk, record in it.records
        for place, o in _once_each(record, it.shared)
        if not it._is_gone(_offering(it, pk, o, place), (pk, it.shared.capabilities[o.capability]), gone)
    ]
    subjects = {pk: key for key, pk in it.shared.capabilities.items()}
    rows = sync(
        Offering.objects.filter(artifact__in=it.ids),
        [_offering(it, pk, o, place) for pk, place, o in offered],
        key=lambda row: (row.artifact_id, row.capability_id),
        fields=OFFERING_FIELDS,
        tally=it.tally,
        # A feed brings an owner's words, which stand beside nobody else's.
        is_held=lambda row: row.pk in held or (it.is_feed and row.taken_apart_by != TakenApartBy.OWNER),
        on_new=lambda row: it.tally.note(
            row.artifact_id, f"offering {subjects[row.capability_id]}", None, {"title": row.title}
        ),
        on_change=lambda row, before, after: it.tally.note(
            row.artifact_id, f"offering {subjects[row.capability_id]}", before, after
        ),
        on_held=lambda row, before, after: it.tally.hold(
            row, row.artifact_id, f"offering {subjects[row.capability_id]}", before, after
        ),
    )
    evidence: list[Evidence] = []
    contrasts: list[Contrast] = []
    owner: dict[int, int] = {}
    titles: dict[int, str] = defaultdict(str)
    for pk, _, o in offered:
        row = rows[pk, it.shared.capabilities[o.capability]]
        owner[row.pk], titles[row.pk] = pk, o.capability
        evidence += [
            Evidence(
                offering_id=row.pk,
                source_id=it.shared.sources[e.source],
                quote=e.quote,
                dated_on=e.dated_on,
                origin=e.origin,
            )
            for e in o.evidence
        ]
        contrasts += [
            Contrast(offering_id=row.pk, artifact_id=it.artifacts[c.artifact], text=c.text) for c in o.contrasts
        ]
    known_evidence = Evidence.history.filter(offering__artifact__in=it.ids)
    edited_evidence = set(known_evidence.values_list("id", flat=True))
    gone = set(known_evidence.filter(history_type="-").values_list("offering_id", "source_id", "quote"))
    evidence = [row for row in evidence if (row.offering_id, row.source_id, row.quote) not in gone]
    known_contrasts = Contrast.history.filter(offering__artifact__in=it.ids)
    edited_contrasts = set(known_contrasts.values_list("id", flat=True))
    gone = set(known_contrasts.filter(history_type="-").values_list("offering_id", "artifact_id"))
    contrasts = [row for row in contrasts if (row.offering_id, row.artifact_id) not in gone]
    sync(
        Evidence.objects.filter(offering__artifact__in=it.ids),
        evidence,
        key=lambda row: (row.offering_id, row.source_id, row.quote),
        fields=("dated_on", "origin"),
        tally=it.tally,
        is_held=lambda row: row.pk in edited_evidence,
        on_held=lambda row, before, after: it.tally.hold(
            row, owner[row.offering_id], f"evidence for {titles[row.offering_id]}", before, after
        ),
        on_new=lambda row: it.tally.note(
            owner[row.offering_id], f"evidence for {titles[row.offering_id]}", None, {"quote": row.quote}
        ),
        on_change=lambda row, before, after: it.tally.note(
            owner[row.offering_id], f"evidence for {titles[row.offering_id]}", before, after
        ),
    )
    sync(
        Contrast.objects.filter(offering__artifact__in=it.ids),
        contrasts,
        key=lambda row: (row.offering_id, row.artifact_id),
        fields=("text",),
        is_held=lambda row: row.pk in edited_contrasts,
        on_held=lambda row, before, after: it.tally.hold(
            row, owner[row.offering_id], f"comparison in {titles[row.offering_id]}", before, after
        ),
        on_new=lambda row: it.tally.note(
            owner[row.offering_id], f"comparison in {titles[row.offering_id]}", None, {"text": row.text}
        ),
        on_change=lambda row, before, after: it.tally.note(
            owner[row.offering_id], f"comparison in {titles[row.offering_id]}", before, after
        ),
    )


def _once_each(record: ArtifactRecord, shared: Shared) -> list[tuple[int, OfferingRecord]]:
    """A record's offerings with their places. Of two whose capabilities were merged, the survivor's stays."""
    kept: dict[int, tuple[int, OfferingRecord]] = {}
    for place, o in sorted(enumerate(record.offerings), key=lambda pair: (pair[1].capability in shared.moved, pair[0])):
        kept.setdefault(shared.capabilities[o.capability], (place, o))
    return sorted(kept.values(), key=lambda pair: pair[0])


def _offering(it: Details, artifact_id: int, o: OfferingRecord, position: int) -> Offering:
    return Offering(
        artifact_id=artifact_id,
        capability_id=it.shared.capabilities[o.capability],
        title=o.title,
        description=o.description,
        unique=o.unique,
        intents=list(o.intents),
        best_for=list(o.best_for),
        limitations=list(o.limitations),
        requires=list(o.requires),
        input_types=list(o.input_types),
        output_types=list(o.output_types),
        failure_modes=list(o.failure_modes),
        taken_apart_by=o.taken_apart_by,
        position=position,
    )
