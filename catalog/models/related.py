from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Related(models.Model):
    """An artifact that offers much of the same. Derived by catalog.overlap; the whole table can be rebuilt."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="related", db_index=False)
    other = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="+")
    overlap = models.FloatField(help_text="0 to 1: the shared capabilities' weight, rare ones counting more.")
    shared = models.JSONField(default=list, help_text="Ids of the shared capabilities, the most telling first.")
    shared_count = models.PositiveIntegerField()
    is_alternative = models.BooleanField(help_text="Of a kind that can take its place.")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "related"
        constraints = [
            models.UniqueConstraint(fields=["artifact", "other"], name="related_once"),
            models.CheckConstraint(condition=~Q(artifact=F("other")), name="related_not_to_itself"),
        ]
        indexes = [models.Index(fields=["artifact", "position"], name="related_by_position")]

    def __str__(self) -> str:
        return f"{self.artifact_id} ~ {self.other_id}: {self.overlap:.2f}"
