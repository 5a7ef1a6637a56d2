"""What the people of a claim have proposed for its listing, and what they have changed at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from claims.models.claim import Claim


class Suggestion(models.Model):
    """That a proposal came from a claim. What becomes of it stands in the proposal itself."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="suggestions")
    proposal = models.OneToOneField("catalog.Proposal", on_delete=models.CASCADE, related_name="suggestion")
    told_at = models.DateTimeField(null=True, help_text="When its people were told what was decided.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.proposal_id} by {self.claim_id}"


class Reminder(models.Model):
    """That editors were reminded of a proposal which waits: once."""

    suggestion = models.OneToOneField(Suggestion, on_delete=models.CASCADE, related_name="reminder")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Of {self.suggestion_id}"


class OwnChange(models.Model):
    """What an owner changed without an editor. Limits are counted by these rows; what was said before stands in the
    history of the row that was changed.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="own_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    label = models.CharField(max_length=80, help_text="What was changed, in words.")
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["claim", "-at"], name="own_change_by_claim")]

    def __str__(self) -> str:
        return f"{self.label} by {self.claim_id}"
