from __future__ import annotations

from django.conf import settings
from django.db import models


class Visit(models.Model):
    """When somebody was last at the desk, so that it can say what has happened since."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    last_at = models.DateTimeField(help_text="The latest sign of this visit.")
    before_at = models.DateTimeField(null=True, help_text="The end of the visit before it.")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.last_at:%Y-%m-%d %H:%M}"
