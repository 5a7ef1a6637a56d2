"""The weekly letter with a claim's numbers: who wants it, and which were sent."""

from __future__ import annotations

from django.db import models

from catalog.models.fields import one_of
from claims.models.people import Member


class DigestSubscription(models.Model):
    """Whoever stops looking after a claim has none of its letters: it goes with the membership."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="digest")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"Digest of {self.member_id}"


class LetterState(models.TextChoices):
    RESERVED = "reserved", "About to be sent"
    SENT = "sent", "Sent"
    UNKNOWN = "unknown", "Nobody knows"


class DigestLetter(models.Model):
    """A week's letter to one member. The row is there before the letter: what may have gone out is not sent again."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="letters", db_index=False)
    starts_on = models.DateField(help_text="The Monday of the week that it tells of.")
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.RESERVED)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "starts_on"], name="digest_letter_once"),
            one_of("state", LetterState, "digest_letter_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}, week of {self.starts_on}"
