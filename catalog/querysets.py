"""The chainable questions one can ask of the catalog's tables.

Filters read as adjectives, annotations start `with_`. No decisions are taken here; those live in the domain modules.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, FilteredRelation, Q

from catalog.choices import COMPONENTS, PUBLIC_LIFECYCLES, Lifecycle

#: A standing's columns, by which rows and the API name them after `with_standing`.
STANDING_COLUMNS = ("score", "low", "high", "percentile", "coverage", *COMPONENTS)


class ArtifactQuerySet(models.QuerySet):
    def public(self) -> ArtifactQuerySet:
        """What lists, counts and feeds may show."""
        return self.filter(lifecycle__in=PUBLIC_LIFECYCLES)

    def published(self) -> ArtifactQuerySet:
        return self.filter(lifecycle=Lifecycle.PUBLISHED)

    def announced(self) -> ArtifactQuerySet:
        """What a client that follows changes must hear of: public ones, and the tombstones of those that were."""
        return self.filter(published_at__isnull=False)

    def with_standing(self, generation_id: int | None) -> ArtifactQuerySet:
        """Adds `standing_score`, `standing_low`, ... of one generation; all None where it is not ranked in it."""
        if generation_id is None:
            nothing = models.Value(None, output_field=models.FloatField())
            return self.annotate(**{f"standing_{column}": nothing for column in STANDING_COLUMNS})
        return self.annotate(
            live_standing=FilteredRelation("standings", condition=Q(standings__generation=generation_id))
        ).annotate(**{f"standing_{column}": F(f"live_standing__{column}") for column in STANDING_COLUMNS})

    def for_rows(self, generation_id: int | None) -> ArtifactQuerySet:
        """All that a list row or an API row shows of an artifact, in one query."""
        return (
            self.select_related("publisher", "headline_price")
            .with_standing(generation_id)
            .defer("description", "withdrawn_reason")
        )

    def for_page(self, generation_id: int | None) -> ArtifactQuerySet:
        """One artifact as its own page needs it, with what it is deprecated by."""
        return self.select_related("publisher", "deprecated_by").with_standing(generation_id)


class CapabilityQuerySet(models.QuerySet):
    def live(self) -> CapabilityQuerySet:
        """The vocabulary without what was merged away."""
        return self.filter(merged_into=None)


class OfferingQuerySet(models.QuerySet):
    def public(self) -> OfferingQuerySet:
        return self.filter(artifact__lifecycle__in=PUBLIC_LIFECYCLES)

    def without_evidence(self) -> OfferingQuerySet:
        return self.filter(has_evidence=False)


class FactQuerySet(models.QuerySet):
    def stated(self) -> FactQuerySet:
        return self.filter(is_stated=True)

    def disputed(self) -> FactQuerySet:
        return self.filter(is_disputed=True)


class PriceQuerySet(models.QuerySet):
    def current(self, today: dt.date) -> PriceQuerySet:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gt=today))
