"""Offerings: one artifact's take on one capability, with what speaks for it."""

from __future__ import annotations

from django.db import models

from catalog.choices import Origin, TakenApartBy
from catalog.models.fields import one_of
from catalog.models.kept import KeptHistory
from catalog.querysets import OfferingQuerySet


class Offering(models.Model):
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="offerings")
    capability = models.ForeignKey("catalog.Capability", on_delete=models.PROTECT, related_name="offerings")
    title = models.CharField(max_length=300)
    description = models.TextField()
    unique = models.TextField(blank=True, help_text="What only this artifact does, or does its own way.")
    intents = models.JSONField(default=list, blank=True, help_text="Needs in plain words, a list of texts.")
    best_for = models.JSONField(default=list, blank=True, help_text="A list of texts.")
    limitations = models.JSONField(default=list, blank=True, help_text="A list of texts.")
    requires = models.JSONField(default=list, blank=True, help_text="A list of texts.")
    input_types = models.JSONField(default=list, blank=True, help_text="A list of data types.")
    output_types = models.JSONField(default=list, blank=True, help_text="A list of data types.")
    failure_modes = models.JSONField(default=list, blank=True, help_text="A list of {mode, frequency, mitigation}.")
    taken_apart_by = models.CharField(max_length=10, choices=TakenApartBy.choices, default=TakenApartBy.EDITOR)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order on the page, the most telling first.")
    has_evidence = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Whether a source speaks for it. Written by derived.py.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfferingQuerySet.as_manager()
    history = KeptHistory(excluded_fields=["has_evidence"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["artifact", "capability"], name="offering_once_per_capability"),
            one_of("taken_apart_by", TakenApartBy, "offering_taken_apart_by_known"),
        ]
        indexes = [
            models.Index(fields=["capability", "artifact"], name="offering_by_capability"),
            # The desk's queue of them: some thousands, in half a million offerings.
            models.Index(fields=["id", "artifact"], condition=models.Q(has_evidence=False), name="offering_bare"),
        ]

    def __str__(self) -> str:
        return self.title


class Evidence(models.Model):
    """A passage somewhere that shows an offering to be so."""

    offering = models.ForeignKey("catalog.Offering", on_delete=models.CASCADE, related_name="evidence")
    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="evidence")
    quote = models.CharField(max_length=300, blank=True)
    dated_on = models.DateField(null=True, blank=True, help_text="When the source said it, where that is known.")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OBSERVED)

    history = KeptHistory()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(fields=["offering", "source", "quote"], name="evidence_once"),
            one_of("origin", Origin, "evidence_origin_known"),
        ]

    def __str__(self) -> str:
        return self.quote or str(self.source)


class Contrast(models.Model):
    """How an offering stands against a named alternative."""

    offering = models.ForeignKey("catalog.Offering", on_delete=models.CASCADE, related_name="contrasts")
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="contrasted_by")
    text = models.TextField()
    # Published results: what the owner of that alternative says to it. Written by claims.replies alone, and shown while
    # the text is the one that was replied to.
    reply = models.CharField(max_length=500, blank=True, default="", db_default="", editable=False)
    replied_to = models.TextField(blank=True, default="", db_default="", editable=False)
    replied_on = models.DateField(null=True, editable=False)

    history = KeptHistory(excluded_fields=["reply", "replied_to", "replied_on"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offering", "artifact"], name="contrast_once")]

    def __str__(self) -> str:
        return self.text
