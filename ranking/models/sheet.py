from __future__ import annotations

from django.db import models


class Sheet(models.Model):
    """What a comparison said of an artifact from a week on: kept where it had changed since the last one, for good."""

    id = models.BigAutoField(primary_key=True)
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="sheets", db_index=False)
    on = models.DateField(help_text="The day it was written down.")
    digest = models.CharField(max_length=64, help_text="Of what it says, what passes with time alone left out.")
    body = models.JSONField(help_text="As ranking.comparison.packing packs it.")

    class Meta:
        ordering = ["artifact", "on"]
        constraints = [models.UniqueConstraint(fields=["artifact", "on"], name="sheet_once")]

    def __str__(self) -> str:
        return f"What was known on {self.on}"
