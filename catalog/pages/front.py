"""What the front page shows beside the search box: intents to try, two rivals, what is new and disputed.

Everything is chosen by the day, so that the page is alive and still the same for everybody who comes that day.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, TextField
from django.db.models.functions import Cast

from catalog import wording
from catalog.choices import PUBLIC_LIFECYCLES
from catalog.columns import Columns, columns
from catalog.factsheet import FACTS
from catalog.kinds import KINDS, KindSpec
from catalog.models import Fact, Offering, Related
from catalog.pages.dossier.parts import overlap_reason
from catalog.pages.rows import Row, rows_of
from catalog.prepared import Prepared
from catalog.state import State

INTENTS = 5
#: Facts that tell two rivals apart at a glance, the most telling first.
TELLING = (
    "context_window",
    "parameters_total",
    "rows",
    "size_bytes",
    "tool_count",
    "authentication",
    "released",
    "transports",
)


@dataclass(frozen=True)
class TryIntent:
    text: str
    capability_slug: str


@dataclass(frozen=True)
class Titled:
    """A source, as far as this page names it."""

    title: str


@dataclass(frozen=True)
class Other:
    source: Titled
    text: str


@dataclass(frozen=True)
class PairValue:
    text: str
    state: str = "known"
    #: What other sources say, where they disagree.
    others: tuple[Other, ...] = ()
    #: Where the value comes from, by the slug of its page.
    source_slug: str = ""


@dataclass(frozen=True)
class PairRow:
    label: str
    left: PairValue
    right: PairValue


@dataclass(frozen=True)
class Pair:
    left: Row
    right: Row
    rows: list[PairRow]
    sentence: str


@dataclass(frozen=True)
class Disputed:
    artifact_slug: str
    artifact_name: str
    label: str


@dataclass(frozen=True)
class KindCount:
    spec: KindSpec
    count: int


@dataclass(frozen=True)
class Front:
    artifact_count: int
    capability_count: int
    offering_count: int
    intents: list[TryIntent]
    pair: Pair | None
    kinds: list[KindCount]
    new: list[Row]
    disputes: list[Disputed]


def front(state: State, today: dt.date) -> Front:
    held = columns(state)
    everything = held.everything()
    counts = held.counts("kind", everything)
    close = rivals(held, today)
    ranked = [it for it in close if held.is_ranked(it.left) and held.is_ranked(it.right)]
    pair: Rivals | None = _of_the_day(ranked or close, today)
    pair_ids = [pair.left, pair.right] if pair else []
    new = held.page(everything, "new", 0, 6)
    rows = {row.id: row for row in rows_of([*new, *pair_ids], state, held)}
    return Front(
        artifact_count=len(held),
        capability_count=len(held.capabilities),
        offering_count=len(held.many["capability"].rows),
        intents=_intents(held, today) if len(held) else [],
        pair=_pair(pair, rows, held),
        kinds=[KindCount(spec, counts[kind]) for kind, spec in KINDS.items() if counts.get(kind)],
        new=[rows[pk] for pk in new if pk in rows],
        disputes=_disputes(),
    )


def _of_the_day(items: Sequence[Any], today: dt.date) -> Any:
    return items[today.toordinal() % len(items)] if items else None


# As text: the first few rows tell enough, and only theirs are worth reading.
_INTENTS = Prepared(
    lambda ids: (
        Offering.objects.filter(artifact__in=ids)
        .order_by("pk")
        .values_list("artifact_id", Cast("intents", TextField()), "capability__slug", "capability__key")
    )
)


def _intents(held: Columns, today: dt.date) -> list[TryIntent]:
    """Short intents of different capability groups, from artifacts spread over the catalog: no scan, no random order.

    Spread by their place in memory and not by their ids, which have gaps wherever rows went.
    """
    chosen: dict[str, TryIntent] = {}
    of_artifacts: set[int] = set()
    for artifact_id, told, slug, key in _INTENTS.rows(_spread(held, today.toordinal() * 7, 40)):
        group = key.partition(".")[0]
        # One an artifact and one a group, so that five intents tell of five things.
        if artifact_id in of_artifacts or group in chosen:
            continue
        fitting = [text for text in json.loads(told) if isinstance(text, str) and 15 <= len(text) <= 42]
        if fitting:
            of_artifacts.add(artifact_id)
            chosen[group] = TryIntent(fitting[0], slug)
        if len(chosen) == INTENTS:
            break
    return list(chosen.values())


def _spread(held: Columns, start: int, most: int) -> list[int]:
    """Ids of so many artifacts at equal distances, from this place on."""
    steps = min(len(held), most)
    return list(dict.fromkeys(held.ids[[(start + i * len(held) // steps) % len(held) for i in range(steps)]].tolist()))


@dataclass(frozen=True)
class Rivals:
    """Two artifacts by their ids, and what they share."""

    left: int
    right: int
    shared: tuple[list[int], int]


_RIVALS = Prepared(
    lambda ids: (
        Related.objects.filter(
            artifact__in=ids,
            is_alternative=True,
            position__lt=2,
            shared_count__gte=3,
            artifact__lifecycle="published",
            other__lifecycle="published",
            artifact__kind=F("other__kind"),
        )
        .order_by("-shared_count", "-overlap", "id")
        .values_list("artifact_id", "other_id", "shared", "shared_count", named=True)[:40]
    )
)


def rivals(held: Columns, today: dt.date) -> list[Rivals]:
    """Pairs of one kind that can take each other's place, those that share most first; others every day.

    Looked for among some artifacts spread over the catalog: all pairs of it would be a million rows to sort.
    """
    closest = [
        Rivals(it.artifact_id, it.other_id, (it.shared, it.shared_count))
        for it in _RIVALS.rows(_spread(held, today.toordinal() * 11, 200))
    ]
    # Each pair stands there from both sides.
    return [pair for pair in closest if pair.left < pair.right] or closest


def _pair(pair: Rivals | None, rows: dict[int, Row], held: Columns) -> Pair | None:
    if pair is None or not (pair.left in rows and pair.right in rows):
        return None
    left, right = rows[pair.left], rows[pair.right]
    return Pair(left, right, _pair_rows(left, right, held), overlap_reason(*pair.shared, held))


_TELLING = Prepared(
    lambda ids, names: (
        Fact.objects.filter(artifact__in=ids, name__in=names)
        .order_by("-is_stated", "id")
        .values_list("artifact_id", "name", "value", "is_disputed", "source__slug", "source__title", named=True)
    )
)


def _pair_rows(left: Row, right: Row, held: Columns) -> list[PairRow]:
    """Where the two differ: price and licence, then up to three telling facts, then what only one of them does."""
    rows = []
    if left.price_text != right.price_text:
        rows.append(PairRow("Price", *(_value(row.price_text, row.price_source_slug) for row in (left, right))))
    if left.licence != right.licence:
        rows.append(PairRow("Licence", _value(left.licence), _value(right.licence)))
    said: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for fact in _TELLING.rows([left.id, right.id], TELLING):
        said[fact.artifact_id, fact.name].append(fact)
    for name in TELLING:
        one, other = (said[row.id, name] for row in (left, right))
        if one and other and len(rows) < 5 and not FACTS[name].agrees(one[0].value, other[0].value):
            rows.append(PairRow(FACTS[name].label, _fact_value(one), _fact_value(other)))
    own = [set(held.codes_of("capability", row.id) or ()) for row in (left, right)]
    only = [_named(own[0] - own[1], held), _named(own[1] - own[0], held)]
    if any(only):
        rows.append(PairRow("Only this one", *(PairValue(text or "nothing the other lacks") for text in only)))
    return rows


def _value(text: str, source_slug: str = "") -> PairValue:
    return PairValue(text, source_slug=source_slug) if text else PairValue("", "unknown")


def _fact_value(facts: Sequence[Any]) -> PairValue:
    """The stated value comes first. A relative that disagrees is named on the artifact's own page."""
    stated, *rest = facts
    spec = FACTS[stated.name]
    text = wording.fact(stated.name, stated.value)
    others = (
        Other(Titled(fact.source__title), wording.fact(fact.name, fact.value))
        for fact in rest
        if not spec.agrees(fact.value, stated.value)
    )
    return PairValue(
        text,
        "disputed" if stated.is_disputed else "known",
        (Other(Titled(stated.source__title), text), *others),
        stated.source__slug,
    )


def _named(ids: set[int], held: Columns) -> str:
    names = sorted(held.capabilities[pk].name for pk in ids if pk in held.capabilities)
    return wording.listed(names[:2] + ([f"{len(names) - 2} more"] if len(names) > 2 else []))


_DISPUTES = Prepared(
    lambda lifecycles: (
        Fact.objects.disputed()
        .stated()
        .filter(artifact__lifecycle__in=lifecycles)
        .order_by("-pk")
        .values_list("artifact__slug", "artifact__name", "name", named=True)[:24]
    )
)


def _disputes() -> list[Disputed]:
    seen: dict[str, Disputed] = {}
    for slug, name, fact in _DISPUTES.rows(PUBLIC_LIFECYCLES):
        if fact in FACTS:
            seen.setdefault(slug, Disputed(slug, name, FACTS[fact].label))
    return list(seen.values())[:5]
