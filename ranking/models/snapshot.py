from __future__ import annotations

import datetime as dt

from django.db import models


class Snapshot(models.Model):
    """An artifact's standing and points in one week. Kept for good: what a rank was is never computed anew."""

    id = models.BigAutoField(primary_key=True)
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="snapshots", db_index=False)
    on = models.DateField(help_text="The Monday of its week.")
    taken_on = models.DateField(
        null=True, help_text="The day it was written down; none where it was computed afterwards, for its Monday."
    )
    number = models.PositiveBigIntegerField(help_text="The generation it was taken from.")
    formula_version = models.CharField(max_length=40)
    score = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    percentile = models.FloatField(null=True)
    coverage = models.FloatField()
    adoption = models.FloatField(null=True)
    quality = models.FloatField(null=True)
    ecosystem = models.FloatField(null=True)
    match = models.FloatField(null=True)
    freshness = models.FloatField(null=True)
    momentum = models.FloatField(null=True)
    survival = models.FloatField(null=True)
    points = models.JSONField(help_text="Points by signal.")
    shown = models.PositiveBigIntegerField(null=True, help_text="Answers that it was in, as the generation counted.")
    chosen = models.FloatField(null=True, help_text="How often it was chosen of them.")
    is_sample = models.BooleanField(null=True, help_text="Whether these counts have made-up searches in them.")

    class Meta:
        ordering = ["artifact", "on"]
        constraints = [models.UniqueConstraint(fields=["artifact", "on"], name="snapshot_once")]
        indexes = [models.Index(fields=["on"], name="snapshot_by_week")]

    @property
    def stood_on(self) -> dt.date:
        """The day of which it tells. Of rows from before that was noted, the Monday on which the beat writes them."""
        return self.taken_on or self.on

    def __str__(self) -> str:
        return f"{self.score:.0f} ({self.low:.0f}–{self.high:.0f}) on {self.on}"
