"""What is kept about comparisons: what editors write of them, and how often they are looked at."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.fields import one_of
from catalog.models.kept import KeptHistory


def members_of(artifact_ids: Iterable[int]) -> str:
    """What is compared, by ids in their order: it stays when a slug changes, as a comparison's key does not."""
    return "-".join(map(str, sorted(set(artifact_ids))))


def ids_in(members: str) -> list[int]:
    return [int(one) for one in members.split("-")]


class NoteState(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"


class ComparisonNote(models.Model):
    """An editor's word on one comparison. It says what the table cannot, and changes nothing in it."""

    artifacts = models.ManyToManyField("catalog.Artifact", related_name="+", help_text="Two to four.")
    members = models.CharField(max_length=100, unique=True, editable=False, help_text="Their ids.")
    title = models.CharField(max_length=120, blank=True, help_text="The question it answers, if it answers one.")
    text = models.TextField(max_length=4_000, help_text="Markdown. What the figures do not say, and who says so.")
    state = models.CharField(max_length=10, choices=NoteState.choices, default=NoteState.DRAFT, editable=False)
    is_featured = models.BooleanField(
        "featured", default=False, help_text="Shown on the front page and on those of its kinds once it is published."
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    made_at = models.DateTimeField(auto_now_add=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = KeptHistory()

    class Meta:
        verbose_name = "comparison note"
        ordering = ["-made_at"]
        permissions = [("publish_comparisonnote", "Can publish, send back and withdraw comparison notes")]
        constraints = [
            one_of("state", NoteState, "comparison_note_state_known"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="comparison_note_published_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="comparison_note_by_state")]

    def __str__(self) -> str:
        return self.title or f"Note {self.pk}"


class ComparisonTally(models.Model):
    """How often one comparison was looked at on one day. Says nothing of who did."""

    members = models.CharField(max_length=100)
    day = models.DateField()
    views = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["members", "day"], name="comparison_tally_once")]
        indexes = [models.Index(fields=["day", "members", "views"], name="comparison_tally_by_day")]

    def __str__(self) -> str:
        return f"{self.members} on {self.day}"
