"""Counts that fell too far to be believed, each until an editor has said what to make of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.choices import FallState, Signal
from catalog.models.fields import one_of


class Fall(models.Model):
    """A reading that an import left out. catalog.importers.collapses alone writes it."""

    id = models.BigAutoField(primary_key=True)
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="falls")
    signal = models.CharField(max_length=20, choices=Signal.choices)
    source = models.ForeignKey("catalog.Source", on_delete=models.CASCADE, related_name="+")
    value = models.FloatField(help_text="What the source says now.")
    observed_on = models.DateField()
    before = models.FloatField(help_text="What was read last.")
    before_on = models.DateField()
    run = models.ForeignKey(
        "catalog.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+", help_text="Which read it last."
    )
    state = models.CharField(max_length=10, choices=FallState.choices, default=FallState.OPEN)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            one_of("state", FallState, "fall_state_known"),
            one_of("signal", Signal, "fall_signal_known"),
            models.UniqueConstraint(
                fields=["artifact", "signal", "source"],
                condition=Q(state__in=[FallState.OPEN, FallState.KEPT]),
                name="fall_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "found_at", "id"], name="fall_in_order")]

    def __str__(self) -> str:
        return f"{self.get_signal_display()} of {self.artifact_id}: {self.value:g} after {self.before:g}"
