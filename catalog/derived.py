"""Columns that follow from other rows: classes, types, counts, stated and disputed facts, the first publication.

Recomputed for a set of artifacts at a time, in a constant number of queries, at the end of every change. Running it
again changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Q

from catalog import licences
from catalog.choices import PUBLIC_LIFECYCLES, Direction, LicenceClass, Meter, PriceClass, Relation
from catalog.facts import Said, verdict_of
from catalog.factsheet import FACTS
from catalog.models import Artifact, ArtifactType, Evidence, Fact, Identifier, Lineage, Offering, Price

#: SQLite takes at most 32,766 variables in one statement; some derivations use an id twice.
CHUNK = 5_000
INHERITED = tuple(name for name, spec in FACTS.items() if spec.is_inherited)
#: The meter whose price stands for an artifact in lists, the most telling first.
HEADLINE_METERS = (
    Meter.INPUT_TOKENS,
    Meter.IMAGE,
    Meter.MINUTE,
    Meter.SECOND,
    Meter.CHARACTER,
    Meter.REQUEST,
    Meter.HOUR,
    Meter.SEAT_MONTH,
    Meter.OUTPUT_TOKENS,
    Meter.DOWNLOAD,
)


Key = TypeVar("Key", int, str)


def chunks(keys: Iterable[Key], size: int = CHUNK) -> Iterator[list[Key]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def refresh(artifact_ids: Collection[int], *, now: dt.datetime) -> frozenset[int]:
    """Brings all derived columns of these artifacts up to date. Returns the relatives that changed with them."""
    relatives: set[int] = set()
    for chunk in chunks(artifact_ids):
        relatives |= refresh_facts(chunk)
        _refresh_offerings(chunk)
        _refresh_types(chunk)
        _refresh_artifacts(chunk, now)
    relatives -= set(artifact_ids)
    for chunk in chunks(relatives):
        _refresh_artifacts(chunk, now)
    return frozenset(relatives)


def refresh_facts(artifact_ids: Collection[int]) -> set[int]:
    """Which fact is stated and which are disputed, for these artifacts and for their relatives along the lineage.

    Returns the artifacts of which that changed.
    """
    pairs = Lineage.objects.filter(relation=Relation.DERIVED_FROM, keeps_architecture=True)
    touched = set(artifact_ids)
    relatives: dict[int, set[int]] = defaultdict(set)
    for child, parent in pairs.filter(Q(artifact__in=touched) | Q(parent__in=touched)).values_list(
        "artifact_id", "parent_id"
    ):
        relatives[child].add(parent)
        relatives[parent].add(child)
    # A relative's verdict depends on *its* relatives too: one more step.
    judged = touched | set(relatives)
    for child, parent in pairs.filter(Q(artifact__in=judged) | Q(parent__in=judged)).values_list(
        "artifact_id", "parent_id"
    ):
        relatives[child].add(parent)
        relatives[parent].add(child)

    rows: dict[int, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for row in Fact.objects.filter(artifact__in=judged | set(relatives)).order_by("id"):
        rows[row.artifact_id][row.name].append(row)

    # A draft is held against public relatives, but nobody public against a draft: readers could not see why.
    public = set(
        Artifact.objects.filter(pk__in=set(relatives), lifecycle__in=PUBLIC_LIFECYCLES).values_list("pk", flat=True)
    )
    changed = []
    for artifact_id in judged:
        for name, own in rows[artifact_id].items():
            spec = FACTS.get(name)
            if spec is None:
                continue
            said = [_said(row, is_own=True) for row in own]
            if spec.is_inherited:
                said += [
                    _said(row, is_own=False)
                    for other in sorted(relatives[artifact_id] & public)
                    for row in _standing(rows[other].get(name, ()))
                ]
            verdict = verdict_of(said, spec)
            stated_id = verdict.stated.id if verdict.stated else None
            for row in own:
                flags = (row.pk == stated_id, verdict.is_disputed)
                if (row.is_stated, row.is_disputed) != flags:
                    row.is_stated, row.is_disputed = flags
                    changed.append(row)
    # By their few answers rather than row by row: an import changes thousands.
    by_flags: dict[tuple[bool, bool], list[int]] = defaultdict(list)
    for row in changed:
        by_flags[row.is_stated, row.is_disputed].append(row.pk)
    for (is_stated, is_disputed), pks in by_flags.items():
        for some in chunks(pks):
            Fact.objects.filter(pk__in=some).update(is_stated=is_stated, is_disputed=is_disputed)
    return {row.artifact_id for row in changed}


def _standing(rows: Sequence[Fact]) -> list[Fact]:
    """What an artifact says to its relatives: what an editor has settled there is settled for them, too."""
    found = max(((row.settled_at, row.pk) for row in rows if row.settled_at), default=None)
    if found is None:
        return list(rows)
    at, pk = found
    return [row for row in rows if row.pk == pk or row.recorded_at > at]


def _said(row: Fact, *, is_own: bool) -> Said:
    return Said(
        id=row.pk,
        value=row.value,
        origin=row.origin,
        retrieved_on=row.retrieved_on,
        recorded_at=row.recorded_at,
        settled_at=row.settled_at,
        is_locked=row.is_locked,
        is_own=is_own,
        condition=row.condition,
        is_dropped=row.dropped_on is not None,
    )


def _refresh_types(artifact_ids: Collection[int]) -> None:
    wanted: set[tuple[int, str, str]] = set()
    offered = Offering.objects.filter(artifact__in=artifact_ids).values_list(
        "artifact_id", "input_types", "output_types"
    )
    for artifact_id, inputs, outputs in offered:
        wanted.update((artifact_id, Direction.INPUT.value, data_type) for data_type in inputs)
        wanted.update((artifact_id, Direction.OUTPUT.value, data_type) for data_type in outputs)
    there = {
        (row.artifact_id, row.direction, row.data_type): row.pk
        for row in ArtifactType.objects.filter(artifact__in=artifact_ids)
    }
    gone = [pk for key, pk in there.items() if key not in wanted]
    if gone:
        ArtifactType.objects.filter(pk__in=gone).delete()
    ArtifactType.objects.bulk_create(
        [ArtifactType(artifact_id=a, direction=d, data_type=t) for a, d, t in sorted(wanted - there.keys())],
        batch_size=5_000,
    )


def _refresh_offerings(artifact_ids: Collection[int]) -> None:
    shown = Exists(Evidence.objects.filter(offering=OuterRef("pk")))
    offerings = Offering.objects.filter(artifact__in=artifact_ids)
    offerings.filter(shown, has_evidence=False).update(has_evidence=True)
    offerings.filter(~shown, has_evidence=True).update(has_evidence=False)


def _refresh_artifacts(artifact_ids: Collection[int], now: dt.datetime) -> None:
    prices: dict[int, list[Price]] = defaultdict(list)
    for price in Price.objects.filter(artifact__in=artifact_ids).current(now.date()):
        prices[price.artifact_id].append(price)
    identifiers: dict[int, dict[str, str]] = defaultdict(dict)
    for row in Identifier.objects.filter(artifact__in=artifact_ids).order_by("scheme", "id"):
        identifiers[row.artifact_id].setdefault(row.scheme, row.value)
    offerings = dict(
        Offering.objects.filter(artifact__in=artifact_ids).values_list("artifact_id").annotate(n=Count("id")).order_by()
    )
    disputed = dict(
        Fact.objects.filter(artifact__in=artifact_ids, is_disputed=True)
        .values_list("artifact_id")
        .annotate(n=Count("name", distinct=True))
        .order_by()
    )
    columns = [
        "licence_class",
        "price_class",
        "offering_count",
        "disputed_count",
        "identifiers",
        "headline_price_id",
        "published_at",
    ]
    # By which columns change: what few rows need, all others are not written with.
    changed: dict[tuple[str, ...], list[Artifact]] = defaultdict(list)
    for artifact in Artifact.objects.filter(pk__in=artifact_ids).only("id", "licence", "lifecycle", *columns):
        headline = headline_of(prices[artifact.pk])
        new = (
            licence_class_of(artifact.licence),
            price_class_of(price.amount for price in prices[artifact.pk]),
            offerings.get(artifact.pk, 0),
            disputed.get(artifact.pk, 0),
            identifiers[artifact.pk],
            headline.pk if headline else None,
            artifact.published_at or (now if artifact.lifecycle in PUBLIC_LIFECYCLES else None),
        )
        differing = [(c, value) for c, value in zip(columns, new, strict=True) if getattr(artifact, c) != value]
        for column, value in differing:
            setattr(artifact, column, value)
        if differing:
            changed[tuple(column for column, _ in differing)].append(artifact)
    for some, rows in changed.items():
        Artifact.objects.bulk_update(rows, [column.removesuffix("_id") for column in some], batch_size=500)


def licence_class_of(expression: str) -> str:
    try:
        return licences.class_of(expression)
    except licences.CannotRead:
        return LicenceClass.UNKNOWN


def price_class_of(amounts: Iterable[Decimal]) -> str:
    """Unknown is not free: without a price there is no class."""
    kinds = {amount > 0 for amount in amounts}
    if not kinds:
        return PriceClass.UNKNOWN
    if len(kinds) == 2:
        return PriceClass.FREE_AND_PAID
    return PriceClass.PAID if True in kinds else PriceClass.FREE


def headline_of(prices: Collection[Price]) -> Price | None:
    """The cheapest price that asks money, of the most telling meter; a free download only where nothing is sold.

    Amounts are compared within one currency: the one most providers ask for, dollars first among equals.
    """
    paid = [price for price in prices if price.amount > 0 and not price.tier] or [p for p in prices if p.amount > 0]
    candidates = paid or list(prices)
    if not candidates:
        return None
    asked = Counter(price.currency for price in candidates)
    currency = min(asked, key=lambda name: (-asked[name], name != "USD", name))
    candidates = [price for price in candidates if price.currency == currency]
    return min(
        candidates,
        key=lambda p: (
            HEADLINE_METERS.index(Meter(p.meter)) if p.meter in HEADLINE_METERS else 99,
            p.amount / p.per,
            p.pk,
        ),
    )
