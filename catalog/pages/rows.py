"""Artifacts as lists show them: everything a row needs, for a page of ids, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from catalog import wording
from catalog.choices import Lifecycle
from catalog.columns import Columns
from catalog.kinds import KINDS
from catalog.models import Artifact
from catalog.pages.standings import Rank, rank_of
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
    is_proven: bool
    is_deprecated: bool
    published_at: dt.datetime | None


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
    "publisher__name",
    "headline_price__amount",
    "headline_price__currency",
    "headline_price__per",
    "headline_price__meter",
    "headline_price__provider",
    "headline_price__source__slug",
    *(f"standing_{column}" for column in STANDING_COLUMNS),
)


def rows_of(ids: Sequence[int], state: State, vocabulary: Columns) -> list[Row]:
    """Rows in the order of the ids; ids that are gone are left out."""
    listed = Artifact.objects.with_standing(state.generation_id).filter(pk__in=ids).values_list(*_COLUMNS, named=True)
    found = {artifact.pk: artifact for artifact in listed}
    now = timezone.now()
    return [_row_of(found[pk], vocabulary, now) for pk in ids if pk in found]


def _row_of(artifact: Any, vocabulary: Columns, now: dt.datetime) -> Row:
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
        is_proven=bool(artifact.verified_until and artifact.verified_until > now),
        is_deprecated=artifact.lifecycle == Lifecycle.DEPRECATED,
        published_at=artifact.published_at,
    )
