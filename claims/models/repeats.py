"""Requests of programs that make something, so that one that is sent twice is done once."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Repeat(models.Model):
    """What was answered to an Idempotency-Key. Kept for a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="Of what was asked: method, address and body.")
    began_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty: it is being worked on.")
    body = models.TextField(blank=True, help_text="As it was sent.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="repeat_once")]
        indexes = [models.Index(fields=["began_at"], name="repeat_by_time")]

    def __str__(self) -> str:
        return f"{self.key} of {self.person_id}"
