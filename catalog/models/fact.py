"""Facts, and the sources they come from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.choices import Origin, SourceKind
from catalog.models.fields import of_the_web, one_of, validate_slug
from catalog.models.kept import KeptHistory
from catalog.querysets import FactQuerySet
from catalog.weblinks import linkable


class Source(models.Model):
    """A document that says something: its place is what every number on a page leads to."""

    slug = models.SlugField(max_length=120, unique=True, validators=[validate_slug])
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True, help_text="Empty for a document that is not online.")
    kind = models.CharField(max_length=20, choices=SourceKind.choices)
    publisher = models.ForeignKey(
        "catalog.Publisher", null=True, blank=True, on_delete=models.PROTECT, related_name="sources"
    )
    licence = models.CharField(max_length=120, blank=True)

    history = KeptHistory()

    class Meta:
        constraints = [
            # The address is a source's identity; documents that are not online go by their slug.
            models.UniqueConstraint(fields=["url"], condition=~Q(url=""), name="source_url_unique"),
            one_of("kind", SourceKind, "source_kind_known"),
            of_the_web("url", "source_url_of_the_web"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:source-detail", args=[self.slug])

    @property
    def link(self) -> str:
        """Where a reader sees it: at its own address, or on our page about it."""
        return linkable(self.url) or self.get_absolute_url()


class Fact(models.Model):
    """One source's value for one attribute of one artifact.

    `facts.py` decides which of several is stated and whether they are disputed; the two flags keep its answer.
    """

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="facts")
    name = models.CharField(max_length=40, help_text="A name of factsheet.py, which knows its label and unit.")
    value = models.JSONField()
    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="facts")
    retrieved_on = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OBSERVED)
    is_locked = models.BooleanField(default=False, help_text="Imports leave it as it is.")
    condition = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="Under what the value holds, where others hold under something else.",
    )
    settled_reason = models.TextField(
        blank=True, help_text="Why an editor chose this value where sources disagree. Public. It settles the dispute."
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    is_stated = models.BooleanField(
        default=False, editable=False, help_text="The value that is shown. Written by facts.py."
    )
    is_disputed = models.BooleanField(default=False, editable=False, help_text="Written by facts.py.")
    dropped_on = models.DateField(
        null=True,
        editable=False,
        help_text="The day from which its source no longer said it. Written by imports, which delete nothing.",
    )
    recorded_at = models.DateTimeField(
        default=timezone.now,
        editable=False,
        help_text="When this value was written down; a value newer than a settlement reopens it.",
    )

    objects = FactQuerySet.as_manager()
    history = KeptHistory(excluded_fields=["is_stated", "is_disputed", "recorded_at", "dropped_on"])

    class Meta:
        permissions = [("settle_fact", "Can settle disputes")]
        constraints = [
            models.UniqueConstraint(fields=["artifact", "name", "source", "origin"], name="fact_once_per_source"),
            one_of("origin", Origin, "fact_origin_known"),
        ]
        indexes = [
            models.Index(fields=["artifact", "name"], name="fact_by_artifact"),
            models.Index(fields=["id"], condition=Q(is_disputed=True), name="fact_disputed"),
            models.Index(fields=["name", "retrieved_on"], condition=Q(is_stated=True), name="fact_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.artifact_id}: {self.value}"
