"""Listings of one thing: pairs that may be such, and merges that can be undone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalog.choices import PairState
from catalog.models.fields import one_of


class Pair(models.Model):
    """Two artifacts that may be one. Found by catalog.desk.duplicates; what an editor decided is kept for good."""

    first = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1: how much speaks for it.")
    reasons = models.JSONField(default=list, help_text="Sentences, the weightiest first.")
    state = models.CharField(max_length=12, choices=PairState.choices, default=PairState.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
            one_of("state", PairState, "pair_state_known"),
        ]
        indexes = [models.Index(fields=["-score", "id"], condition=Q(state=PairState.OPEN), name="pair_open")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.score:.2f}"


class Distinction(models.Model):
    """Two capabilities whose words are alike and that an editor has called different, so that nobody is asked again."""

    first = models.ForeignKey("catalog.Capability", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("catalog.Capability", on_delete=models.CASCADE, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinction_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinction_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"


class Merge(models.Model):
    """One merge, with every row as it stood before, so that it can be undone exactly."""

    kept = models.ForeignKey("catalog.Artifact", null=True, on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey("catalog.Artifact", null=True, on_delete=models.CASCADE, related_name="+")
    kept_capability = models.ForeignKey(
        "catalog.Capability", null=True, on_delete=models.CASCADE, related_name="merges"
    )
    merged_capability = models.ForeignKey("catalog.Capability", null=True, on_delete=models.CASCADE, related_name="+")
    why = models.TextField()
    before = models.JSONField(help_text="Rows that the merge changed or removed, as they stood.")
    after = models.JSONField(help_text="Rows that the merge changed or made, as it left them.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kept__isnull=False, merged__isnull=False, kept_capability=None, merged_capability=None)
                | Q(kept=None, merged=None, kept_capability__isnull=False, merged_capability__isnull=False),
                name="merge_of_two_of_a_sort",
            ),
        ]
        indexes = [models.Index(fields=["-at", "id"], name="merge_by_time")]

    def __str__(self) -> str:
        return f"Merge {self.pk}"
