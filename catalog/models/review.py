from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.choices import Step
from catalog.models.fields import one_of


class ReviewStep(models.Model):
    """What editors did and said on an artifact's way to its readers. Never changed, only added to."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="review_steps")
    step = models.CharField(max_length=12, choices=Step.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [one_of("step", Step, "review_step_known")]
        indexes = [models.Index(fields=["artifact", "-id"], name="review_step_by_artifact")]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.artifact_id}"
