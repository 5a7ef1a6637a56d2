"""What an owner is told of what people searched for, week by week, and what keeps their own searches out of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from claims.models.claim import Claim


class ToldWeek(models.Model):
    """What a week's searches say of a claimed artifact, as its people may know it. Written once when the week is over,
    from what is nobody's in particular, and never again: no later log-in, quarantine or setting lets anybody subtract
    one answer from another. Counts are whole fives.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="weeks", db_index=False)
    starts_on = models.DateField(help_text="A Monday.")
    shown = models.PositiveIntegerField(null=True, help_text="Answers that it stood in; empty where too few asked.")
    chosen = models.PositiveIntegerField(null=True)
    lost = models.PositiveIntegerField(null=True, help_text="Answers with it of which another was chosen.")
    needs = models.JSONField(default=list, help_text="[[intent, shown, chosen, lost]]")
    rivals = models.JSONField(default=list, help_text="[[artifact, lost to it, [intents]]]")
    unmet = models.JSONField(default=list, help_text="[[intent, searches]]: found nothing, and lie near.")
    is_sample = models.BooleanField(default=False, help_text="Some of it is sample.")
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on"]
        constraints = [models.UniqueConstraint(fields=["claim", "starts_on"], name="told_week_once")]

    def __str__(self) -> str:
        return f"{self.claim_id} in the week of {self.starts_on}"


class SignIn(models.Model):
    """From which network somebody has signed in: a digest under the salt of its thirty days, and no address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins", db_index=False
    )
    network = models.CharField(max_length=16)
    at = models.DateTimeField(help_text="The last time.")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "network"], name="sign_in_once")]
        indexes = [
            models.Index(fields=["network", "at"], name="sign_in_by_network"),
            models.Index(fields=["at"], name="sign_in_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.at:%Y-%m-%d}"
