from __future__ import annotations

from django.db import models


class ArtifactTally(models.Model):
    """How often an artifact's page was looked at on one day. Says nothing of who did."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="tallies", db_index=False)
    day = models.DateField()
    views = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "artifact tallies"
        constraints = [models.UniqueConstraint(fields=["artifact", "day"], name="artifact_tally_once")]
        indexes = [models.Index(fields=["day"], name="artifact_tally_by_day")]

    def __str__(self) -> str:
        return f"{self.artifact_id} on {self.day}"
