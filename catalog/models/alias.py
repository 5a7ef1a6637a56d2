"""Old addresses, which redirect for good."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from catalog.models.artifact import Artifact
from catalog.models.fields import validate_slug
from catalog.models.kept import KeptHistory


class Alias(models.Model):
    """A slug under which an artifact was once found, or is found elsewhere."""

    slug = models.SlugField(max_length=120, unique=True, validators=[validate_slug])
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="aliases")

    history = KeptHistory()

    class Meta:
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return f"{self.slug} → {self.artifact_id}"

    def clean(self) -> None:
        if Artifact.objects.filter(slug=self.slug).exists():
            raise ValidationError({"slug": "An artifact has this slug; an alias would hide it."})


class CapabilityAlias(models.Model):
    """A slug, a key, or both, that a capability had before it was renamed or merged."""

    # Null rather than empty, since a rename may keep one of them and empty texts would not be unique.
    slug = models.SlugField(max_length=120, unique=True, null=True, blank=True, validators=[validate_slug])
    key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    capability = models.ForeignKey("catalog.Capability", on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = "capability aliases"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__isnull=False) | models.Q(key__isnull=False),
                name="capability_alias_of_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key or self.slug} → {self.capability_id}"
