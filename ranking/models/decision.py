"""What people decided about readings: each is itself the record of who did it, when and why."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.choices import Signal


class HoldReason(models.TextChoices):
    BURST = "burst", "Came in a burst"
    LEAP = "leap", "Far beyond what came before"


class HoldState(models.TextChoices):
    OPEN = "open", "Waits for an editor"
    ACCEPTED = "accepted", "Accepted"
    KEPT = "kept", "Held until it has lasted"
    OVER = "over", "Has lasted, or gone again"


class Hold(models.Model):
    """Something of a signal that does not count yet because it came all at once. An editor may accept it."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="holds", db_index=False)
    signal = models.CharField(max_length=20, choices=Signal.choices)
    reason = models.CharField(max_length=10, choices=HoldReason.choices)
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.OPEN)
    held = models.FloatField(help_text="How much of it does not count.")
    counted = models.FloatField(help_text="How much does.")
    seen_on = models.DateField(help_text="When it was first held.")
    until = models.DateField(help_text="The last reading that it is about; accepting it accepts no later one.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    why = models.TextField(blank=True, help_text="Readers see it beside the reading.")

    class Meta:
        verbose_name = "held reading"
        ordering = ["-held"]
        constraints = [
            models.UniqueConstraint(
                fields=["artifact", "signal", "reason"], condition=Q(state="open"), name="hold_open_once"
            ),
            models.CheckConstraint(condition=Q(state__in=HoldState.values), name="hold_state_known"),
        ]
        indexes = [
            models.Index(fields=["state", "-held"], name="hold_by_state"),
            models.Index(fields=["artifact", "state"], name="hold_by_artifact"),
        ]

    def __str__(self) -> str:
        return f"{self.get_signal_display()} of {self.artifact.name}"


def _somebody() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )


class SetAside(models.Model):
    """What counts for nothing while this stands, stays where it is, and comes back when it is lifted."""

    why = models.TextField()
    set_by = _somebody()
    set_at = models.DateTimeField(editable=False)
    waits_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Until a second person confirms it, it leaves out nothing.",
    )
    confirmed_by = _somebody()
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    lifted_by = _somebody()
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)
    lifted_why = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-set_at"]

    @property
    def stands(self) -> str:
        if self.lifted_at is not None:
            return "lifted"
        return "waits for a second person" if self.waits_since else "in force"


class Quarantine(SetAside):
    """A source whose readings are set aside."""

    source = models.ForeignKey("catalog.Source", on_delete=models.CASCADE, related_name="quarantines")
    since = models.DateField(null=True, blank=True, help_text="Readings from this day on; empty for all of them.")
    upto = models.DateField(null=True, blank=True, help_text="Readings up to this day; empty for all later ones.")
    why = models.TextField(help_text="Readers see it where these readings were used.")
    lifted_why = models.TextField(  # type: ignore[assignment]  # noqa: DJ001 - added while a site may write
        null=True, blank=True, editable=False
    )

    class Meta(SetAside.Meta):
        pass

    def __str__(self) -> str:
        return f"Readings of {self.source}"
