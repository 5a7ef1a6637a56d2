from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.choices import Kind


class ConfigurationState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class Configuration(models.Model):
    """One version of the formula's numbers. Once published it is never changed; the one published last is live."""

    version = models.CharField(max_length=40, unique=True)
    text = models.TextField(help_text="YAML, as in ranking/formulas/.")
    state = models.CharField(max_length=10, choices=ConfigurationState.choices, default=ConfigurationState.DRAFT)
    why = models.TextField(blank=True, help_text="What changes by it and why. Readers see it on the methodology page.")
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "formula"
        ordering = ["-published_at", "-made_at"]
        permissions = [("publish_configuration", "Can publish a formula")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConfigurationState.values), name="configuration_state_known"),
            models.CheckConstraint(
                condition=Q(state=ConfigurationState.DRAFT, published_at=None)
                | Q(state=ConfigurationState.PUBLISHED, published_at__isnull=False),
                name="configuration_published_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"Formula {self.version}"


class ReferenceTable(models.Model):
    """What was usual in a kind in one quarter: the scale of its ranks until the next quarter begins."""

    configuration = models.ForeignKey(
        "ranking.Configuration", on_delete=models.CASCADE, related_name="tables", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    quarter = models.CharField(max_length=7, help_text="As 2026-Q4.")
    body = models.JSONField()
    size = models.PositiveIntegerField(help_text="How many artifacts it was made of.")
    left_out = models.CharField(
        max_length=16,
        blank=True,
        db_default="",
        default="",
        help_text="A digest of the quarantines it is made without.",
    )
    made_at = models.DateTimeField()
    made_from = models.JSONField(
        null=True, help_text="Its last reading, quarantined sources, accepted bursts; null in those of before."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["configuration", "kind", "quarter", "left_out"], name="reference_table_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.quarter}"
