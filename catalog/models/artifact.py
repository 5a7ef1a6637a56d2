"""Artifacts: the things one can pick, who publishes them, and what makes each the one it is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from catalog.choices import DataType, Direction, Kind, LicenceClass, Lifecycle, Origin, PriceClass, Relation
from catalog.models.circles import closes_a_circle
from catalog.models.fields import NameField, SortKeyField, of_the_web, one_of, validate_slug
from catalog.models.kept import KeptHistory
from catalog.querysets import ArtifactQuerySet
from catalog.slugs import NO_VS


class Publisher(models.Model):
    """Who puts an artifact, or a source, into the world."""

    slug = models.SlugField(max_length=80, unique=True, validators=[validate_slug])
    name = models.CharField(max_length=200)
    homepage = models.URLField(max_length=500, blank=True)

    history = KeptHistory()

    class Meta:
        constraints = [of_the_web("homepage", "publisher_homepage_of_the_web")]

    def __str__(self) -> str:
        return self.name


class Artifact(models.Model):
    slug = models.SlugField(max_length=120, unique=True, validators=[validate_slug])
    name = NameField(max_length=10_000)
    sort_name = SortKeyField(source="name")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    tagline = models.CharField(max_length=160, blank=True)
    description = models.TextField(blank=True, help_text="Markdown.")
    publisher = models.ForeignKey(
        "catalog.Publisher", null=True, blank=True, on_delete=models.PROTECT, related_name="artifacts"
    )
    licence = models.CharField(
        max_length=120, blank=True, help_text="An SPDX expression, or LicenseRef-Name. Empty: unknown."
    )
    homepage = models.URLField(max_length=500, blank=True)
    repository = models.URLField(max_length=500, blank=True)
    categories = models.ManyToManyField("catalog.Category", blank=True, related_name="artifacts")

    lifecycle = models.CharField(max_length=20, choices=Lifecycle.choices, default=Lifecycle.DRAFT)
    deprecated_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="deprecates"
    )
    withdrawn_reason = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    publish_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it will be published by itself, see desk/workflow.py."
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text="The listing of the same thing that took over its rows; its address redirects there.",
    )

    created_at = models.DateTimeField(auto_now_add=True)
    facts_changed_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When catalog last changed what is said of it. Written by catalog.changes alone.",
    )

    # Derived from the rows below it by catalog.derived, so that lists and filters read one table.
    licence_class = models.CharField(
        max_length=20, choices=LicenceClass.choices, default=LicenceClass.UNKNOWN, editable=False
    )
    price_class = models.CharField(
        max_length=20, choices=PriceClass.choices, default=PriceClass.UNKNOWN, editable=False
    )
    offering_count = models.PositiveIntegerField(default=0, editable=False)
    disputed_count = models.PositiveIntegerField(default=0, editable=False)
    identifiers = models.JSONField(
        default=dict,
        editable=False,
        help_text="Its canonical ids by scheme, as read; the unique ones are Identifier rows.",
    )
    headline_price = models.ForeignKey(
        "catalog.Price",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The price a list shows: the cheapest current one per input unit.",
    )
    listed_version = models.PositiveBigIntegerField(
        default=0, editable=False, db_index=True, help_text="The catalog version that last changed how lists show it."
    )

    # Published results, see docs/explanation/architecture.md.
    verified_until = models.DateTimeField(
        null=True, editable=False, help_text="Until when the owner counts as proven. Written by claims.ownership alone."
    )
    verified_how = models.CharField(
        max_length=700, blank=True, default="", db_default="", editable=False, help_text="By what, of what, since when."
    )

    objects = ArtifactQuerySet.as_manager()
    history = KeptHistory(
        excluded_fields=[
            "sort_name", "facts_changed_at", "licence_class", "price_class", "offering_count", "disputed_count",
            "identifiers", "headline_price", "listed_version", "verified_until",
            "verified_how",
        ],
        m2m_fields=[categories],
    )  # fmt: skip

    class Meta:
        permissions = [
            ("publish_artifact", "Can publish, schedule, send back and deprecate artifacts"),
            ("withdraw_artifact", "Can withdraw and restore artifacts"),
            ("merge_artifact", "Can merge artifacts and undo merges"),
        ]
        constraints = [
            one_of("kind", Kind, "artifact_kind_known"),
            of_the_web("homepage", "artifact_homepage_of_the_web"),
            of_the_web("repository", "artifact_repository_of_the_web"),
            one_of("lifecycle", Lifecycle, "artifact_lifecycle_known"),
            # /compare/<a>-vs-<b>/ could not be read otherwise.
            models.CheckConstraint(
                condition=~(Q(slug__contains="-vs-") | Q(slug__startswith="vs-") | Q(slug__endswith="-vs")),
                name="artifact_slug_without_vs",
                violation_error_message=NO_VS,
            ),
            models.CheckConstraint(
                condition=~Q(pk=F("deprecated_by")),
                name="artifact_not_deprecated_by_itself",
                violation_error_message="It cannot be deprecated by itself.",
            ),
            models.CheckConstraint(condition=~Q(pk=F("merged_into")), name="artifact_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(lifecycle=Lifecycle.WITHDRAWN), name="artifact_merged_is_not_public"
            ),
            models.CheckConstraint(
                condition=~Q(lifecycle=Lifecycle.WITHDRAWN) | ~Q(withdrawn_reason=""),
                name="artifact_withdrawn_with_reason",
                violation_error_message="A withdrawal needs a reason, which readers will see.",
            ),
        ]
        indexes = [
            # The desk's list and search, of all states: with what they filter by, so that others' rows stay unread.
            models.Index(
                fields=["sort_name", "id", "slug", "kind", "lifecycle", "merged_into"], name="artifact_at_desk"
            ),
            models.Index(fields=["lifecycle", "sort_name", "id"], name="artifact_by_name"),
            models.Index(fields=["lifecycle", "-published_at", "id"], name="artifact_by_publication"),
            models.Index(fields=["facts_changed_at", "id"], name="artifact_by_change"),
            models.Index(fields=["kind", "lifecycle", "sort_name", "id"], name="artifact_by_kind"),
            models.Index(fields=["publish_at"], condition=Q(publish_at__isnull=False), name="artifact_scheduled"),
        ]

    def __str__(self) -> str:
        return f"{self.name[:100]} ({self.kind})"

    def get_absolute_url(self) -> str:
        return reverse("catalog:artifact-detail", args=[self.slug])

    def clean(self) -> None:
        if type(self).objects.filter(aliases__slug=self.slug).exclude(pk=self.pk).exists():
            raise ValidationError({"slug": "This slug redirects to another artifact; remove it there first."})
        if self.deprecated_by_id and closes_a_circle(
            type(self).objects.all(), child="pk", parent="deprecated_by_id", start=self.pk, to=self.deprecated_by_id
        ):
            raise ValidationError({"deprecated_by": "That one is itself deprecated in favour of this."})


class Identifier(models.Model):
    """One canonical id. Two listings with the same one are the same thing."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="identifier_rows")
    scheme = models.CharField(max_length=40, help_text="Such as huggingface, mcp-registry, repository.")
    value = models.CharField(max_length=300, help_text="As the registry writes it.")
    key = models.CharField(
        max_length=300, editable=False, help_text="The value in the form that is compared, see identity.py."
    )

    history = KeptHistory()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "key"], name="identifier_unique")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class ArtifactType(models.Model):
    """That an artifact takes or gives a type of data: gathered from its offerings by catalog.derived, for filters."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="types")
    direction = models.CharField(max_length=6, choices=Direction.choices)
    data_type = models.CharField(max_length=20, choices=DataType.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["artifact", "direction", "data_type"], name="artifact_type_unique"),
            one_of("direction", Direction, "artifact_type_direction_known"),
            one_of("data_type", DataType, "artifact_type_known"),
        ]
        indexes = [models.Index(fields=["direction", "data_type", "artifact"], name="artifact_type_by_type")]

    def __str__(self) -> str:
        return f"{self.artifact_id} {self.direction} {self.data_type}"


class Lineage(models.Model):
    """Where an artifact comes from and what it stands on."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="lineage")
    relation = models.CharField(max_length=20, choices=Relation.choices)
    parent = models.ForeignKey("catalog.Artifact", on_delete=models.PROTECT, related_name="descendants")
    detail = models.CharField(max_length=120, blank=True)
    keeps_architecture = models.BooleanField(
        default=True, help_text="Untick for pruned, distilled or merged models: their sizes differ for a reason."
    )
    source = models.ForeignKey("catalog.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OBSERVED)

    history = KeptHistory()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["artifact", "relation", "parent"], name="lineage_unique"),
            models.CheckConstraint(condition=~Q(artifact=F("parent")), name="lineage_not_of_itself"),
            one_of("relation", Relation, "lineage_relation_known"),
        ]

    def __str__(self) -> str:
        return f"{self.artifact} {self.get_relation_display().lower()} {self.parent}"

    def clean(self) -> None:
        links = type(self).objects.filter(relation=self.relation).exclude(pk=self.pk)
        if (
            self.artifact_id
            and self.parent_id
            and closes_a_circle(links, child="artifact", parent="parent", start=self.artifact_id, to=self.parent_id)
        ):
            raise ValidationError({"parent": "That one comes from this already: it would come from itself."})
