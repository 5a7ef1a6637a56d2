"""Keys with which a person's programs ask the API, and how much each is used."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.urls import reverse

from claims.models.claim import Claim


class Key(models.Model):
    """Its text is shown once and kept nowhere: here stand its beginning, by which it is found, and its digest."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    claim = models.ForeignKey(
        Claim, null=True, on_delete=models.CASCADE, related_name="api_keys", help_text="The only one it is good for."
    )
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True, help_text="Why it was revoked.")

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "claim"], condition=models.Q(revoked_at=None), name="key_that_may_work")
        ]

    def __str__(self) -> str:
        return f"{self.name} (ufr_{self.prefix})"

    def get_absolute_url(self) -> str:
        return reverse("claims:key", args=[self.pk])

    def works(self, *, now: dt.datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class KeyDay(models.Model):
    """How many requests came with a key on one day."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["key", "on"], name="key_day_once")]

    def __str__(self) -> str:
        return f"{self.count} on {self.on}"
