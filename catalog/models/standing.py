"""Published ranks, and the one row that says which of them, and which version of the facts, is live.

Ranking writes generations and standings through catalog.publishing; catalog's own pages only join them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Generation(models.Model):
    """One complete, published computation of all ranks."""

    number = models.PositiveBigIntegerField(unique=True)
    formula_version = models.CharField(max_length=40)
    built_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Generation {self.number}"


class Standing(models.Model):
    """An artifact's rank in one generation. Written once, by ranking.publish alone, and never updated in place."""

    id = models.BigAutoField(primary_key=True)
    generation = models.ForeignKey(
        "catalog.Generation", on_delete=models.CASCADE, related_name="standings", db_index=False
    )
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="standings")
    score = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    percentile = models.FloatField(null=True, help_text="Within its kind; empty where too few are ranked to say.")
    coverage = models.FloatField(help_text="0 to 1: how much of the evidence was there.")
    adoption = models.FloatField(null=True)
    quality = models.FloatField(null=True)
    ecosystem = models.FloatField(null=True)
    match = models.FloatField(null=True)
    freshness = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "artifact"], name="standing_once"),
            models.CheckConstraint(
                condition=Q(low__gte=0) & Q(low__lte=F("score")) & Q(score__lte=F("high")) & Q(high__lte=100),
                name="standing_within_its_band",
            ),
        ]
        indexes = [
            models.Index(fields=["generation", "-low", "artifact"], name="standing_by_low"),
            models.Index(fields=["generation", "-percentile", "artifact"], name="standing_by_percentile"),
        ]

    def __str__(self) -> str:
        return f"{self.score:.0f} ({self.low:.0f}–{self.high:.0f})"


class CatalogState(models.Model):
    """The single row that every page reads first: the version of the facts and the live generation.

    Cache keys and ETags contain both, so that nothing stale is ever served.
    """

    version = models.PositiveBigIntegerField(default=0, help_text="Counts changes. Written by catalog.changes alone.")
    changed_at = models.DateTimeField(null=True)
    shared_version = models.PositiveBigIntegerField(
        default=0,
        db_default=0,
        help_text="The version that last changed what belongs to no single artifact, such as a publisher’s name.",
    )
    live_generation = models.ForeignKey(
        "catalog.Generation",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Written by ranking.publish alone.",
    )
    related_version = models.PositiveBigIntegerField(
        default=0, help_text="The version that Related was last computed for."
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="catalog_state_is_one_row")]

    def __str__(self) -> str:
        return f"Version {self.version}"
