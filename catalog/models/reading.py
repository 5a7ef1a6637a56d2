from __future__ import annotations

from django.db import models

from catalog.choices import Signal
from catalog.models.fields import one_of


class Reading(models.Model):
    """A signal's value for one artifact at one time: what ranks are computed from. Never changed, only added to."""

    id = models.BigAutoField(primary_key=True)
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="readings", db_index=False)
    signal = models.CharField(max_length=20, choices=Signal.choices)
    value = models.FloatField(
        help_text="A count; whole days since 1970-01-01 where the signal is a date; 1 or 0 for yes or no."
    )
    observed_at = models.DateTimeField()
    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="readings")

    class Meta:
        constraints = [
            # Also the index that ranking and the page read by.
            models.UniqueConstraint(fields=["artifact", "signal", "observed_at", "source"], name="reading_once"),
            one_of("signal", Signal, "reading_signal_known"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} of {self.artifact_id} at {self.observed_at:%Y-%m-%d}: {self.value:g}"
