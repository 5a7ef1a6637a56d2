"""Artifacts as lists show them: everything a row needs, for a page of ids, in one query.

Rows that were shown before are kept in memory with the columns: every edit makes all kept pages void, and their rows,
all but the edited one's, are the same as before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from catalog import wording
from catalog.choices import Lifecycle
from catalog.columns import Columns
from catalog.kinds import KINDS
from catalog.models import Artifact
from catalog.pages.standings import Rank, rank_of
from catalog.prepared import Prepared
from catalog.querysets import STANDING_COLUMNS
from catalog.state import State


@dataclass(frozen=True)
class Row:
    id: int
    slug: str
    name: str
    kind: str
    kind_label: str
    kind_plural: str
    publisher_name: str
    tagline: str
    price_text: str
    price_provider: str
    price_source_slug: str
    licence: str
    licence_class: str
    capability_names: list[str]
    standing: Rank | None
    verified_until: dt.datetime | None
    verified_how: str
    is_deprecated: bool
    published_at: dt.datetime | None
    #: How it was drawn, by the ways of drawing it: see templatetags/rows.py.
    drawn: dict[Any, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_proven(self) -> bool:
        return bool(self.verified_until and self.verified_until > timezone.now())


#: Read as values: instances of three models for each row would take longer than the query.
_COLUMNS = (
    "pk",
    "slug",
    "name",
    "kind",
    "tagline",
    "licence",
    "licence_class",
    "lifecycle",
    "published_at",
    "verified_until",
    "verified_how",
    "publisher__name",
    "headline_price__amount",
    "headline_price__currency",
    "headline_price__per",
    "headline_price__meter",
    "headline_price__provider",
    "headline_price__source__slug",
    *(f"standing_{column}" for column in STANDING_COLUMNS),
)


_ROWS = Prepared(
    lambda ids, generation: (
        Artifact.objects.with_standing(generation[0] if generation else None)
        .filter(pk__in=ids)
        .values_list(*_COLUMNS, named=True)
    )
)

#: Rows kept in memory, with their markup some 4 kB each.
_MOST_SHOWN = 5_000


def rows_of(ids: Sequence[int], state: State, held: Columns) -> list[Row]:
    """Rows in the order of the ids; ids that are gone are left out."""
    shown = held.shown if held.state == state else {}
    wanted = {pk: shown.get(pk) for pk in ids}
    missing = [pk for pk, row in wanted.items() if row is None]
    if missing:
        generation = [state.generation_id] if state.generation_id is not None else []
        for artifact in _ROWS.rows(missing, generation):
            wanted[artifact.pk] = shown[artifact.pk] = _row_of(artifact, held)
        if len(shown) > _MOST_SHOWN:
            shown.clear()
    return [row for pk in ids if (row := wanted[pk]) is not None]


def _row_of(artifact: Any, vocabulary: Columns) -> Row:
    amount, currency = artifact.headline_price__amount, artifact.headline_price__currency
    price_text = ""
    if amount is not None:
        price_text = wording.price(amount, currency, artifact.headline_price__per, artifact.headline_price__meter)
    offered = vocabulary.codes_of("capability", artifact.pk) or []
    return Row(
        id=artifact.pk,
        slug=artifact.slug,
        name=artifact.name,
        kind=artifact.kind,
        kind_label=KINDS[artifact.kind].label,
        kind_plural=KINDS[artifact.kind].plural,
        publisher_name=artifact.publisher__name or "",
        tagline=artifact.tagline,
        price_text=price_text,
        price_provider=artifact.headline_price__provider or "",
        price_source_slug=artifact.headline_price__source__slug or "",
        licence=wording.licence(artifact.licence),
        licence_class=artifact.licence_class,
        capability_names=[vocabulary.capabilities[pk].name for pk in offered[:3] if pk in vocabulary.capabilities],
        standing=rank_of(artifact),
        verified_until=artifact.verified_until,
        verified_how=artifact.verified_how,
        is_deprecated=artifact.lifecycle == Lifecycle.DEPRECATED,
        published_at=artifact.published_at,
    )
