"""The shared vocabulary: what artifacts can do, each thing under one name."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from catalog.models.circles import closes_a_circle
from catalog.models.fields import SortKeyField, validate_slug
from catalog.models.kept import KeptHistory
from catalog.querysets import CapabilityQuerySet

validate_key = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$",
    "A key is written group.name, in lowercase letters, digits and hyphens.",
)


class Capability(models.Model):
    key = models.CharField(max_length=120, unique=True, validators=[validate_key], help_text="group.name")
    slug = models.SlugField(max_length=120, unique=True, validators=[validate_slug])
    name = models.CharField(max_length=120, unique=True)
    sort_name = SortKeyField(source="name")
    description = models.TextField(blank=True)
    broader = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="narrower")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="merged"
    )

    objects = CapabilityQuerySet.as_manager()
    history = KeptHistory(excluded_fields=["sort_name"])

    class Meta:
        verbose_name_plural = "capabilities"
        constraints = [
            models.CheckConstraint(condition=~Q(pk=F("broader")), name="capability_not_broader_than_itself"),
            models.CheckConstraint(condition=~Q(pk=F("merged_into")), name="capability_not_merged_into_itself"),
            models.CheckConstraint(condition=~Q(slug__contains="-vs-"), name="capability_slug_without_vs"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:capability-detail", args=[self.slug])

    def clean(self) -> None:
        links = type(self).objects.all()
        if self.broader_id and closes_a_circle(
            links, child="pk", parent="broader_id", start=self.pk, to=self.broader_id
        ):
            raise ValidationError({"broader": f"“{self.broader}” is narrower than this: it would be above itself."})

    @property
    def group(self) -> str:
        return self.key.partition(".")[0]

    @property
    def uri(self) -> str:
        return uri_of(self.key)


def uri_of(key: str) -> str:
    return f"capability://{key}"


class Synonym(models.Model):
    """Another word for a capability. Each word belongs to one capability."""

    capability = models.ForeignKey("catalog.Capability", on_delete=models.CASCADE, related_name="synonyms")
    text = models.CharField(max_length=120)
    key = SortKeyField(source="text")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="synonym_unique")]

    def __str__(self) -> str:
        return self.text
