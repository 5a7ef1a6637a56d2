"""What an owner replies to a sentence in which another listing is set against theirs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.fields import one_of
from claims.choices import ReplyState
from claims.models.claim import Claim


class Reply(models.Model):
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="replies")
    contrast = models.ForeignKey("catalog.Contrast", on_delete=models.CASCADE, related_name="replies")
    sentence = models.TextField(help_text="As it stood when this was written.")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=ReplyState.choices, default=ReplyState.WAITING)
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True, help_text="Of the editor; its writer reads it.")

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name_plural = "replies"
        constraints = [
            one_of("state", ReplyState, "reply_state_known"),
            models.UniqueConstraint(
                fields=["contrast"],
                condition=Q(state__in=(ReplyState.WAITING, ReplyState.ACCEPTED)),
                name="reply_once",
            ),
        ]
        indexes = [
            models.Index(fields=["written_at", "id"], condition=Q(state=ReplyState.WAITING), name="reply_waiting")
        ]

    def __str__(self) -> str:
        return self.text[:80]
