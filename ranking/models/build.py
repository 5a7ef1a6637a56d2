"""How generations come about, and what explains each artifact's rank in one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class BuildState(models.TextChoices):
    BUILDING = "building", "Being built"
    PUBLISHED = "published", "Published"
    REFUSED = "refused", "Refused by its checks"
    FAILED = "failed", "Broken off"


class Build(models.Model):
    """One attempt at a generation: what it was made of, what its checks said. Kept after the generation goes."""

    number = models.PositiveBigIntegerField(unique=True, help_text="The generation's number; also its builder's fence.")
    generation = models.OneToOneField(
        "catalog.Generation", null=True, on_delete=models.SET_NULL, related_name="build", db_index=False
    )
    configuration = models.ForeignKey("ranking.Configuration", on_delete=models.PROTECT, related_name="builds")
    state = models.CharField(max_length=10, choices=BuildState.choices, default=BuildState.BUILDING)
    as_of = models.DateTimeField(help_text="Readings observed later are not in it.")
    last_reading = models.PositiveBigIntegerField(default=0, help_text="Readings added later are not in it.")
    inputs = models.CharField(max_length=64, help_text="A digest of all it was computed from.")
    left_out = models.JSONField(default=dict, help_text="Quarantined sources and accepted bursts, as they were.")
    tables = models.JSONField(default=dict, help_text="For each kind the reference table, null for the shipped prior.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ranked = models.PositiveIntegerField(default=0)
    unranked = models.PositiveIntegerField(default=0)
    checksum = models.CharField(max_length=64, blank=True)
    problems = models.TextField(blank=True, help_text="What its checks found, or what broke it off.")

    class Meta:
        verbose_name = "generation"
        ordering = ["-number"]
        permissions = [("run_build", "Can build generations and go back to an earlier one")]
        constraints = [models.CheckConstraint(condition=Q(state__in=BuildState.values), name="build_state_known")]

    def __str__(self) -> str:
        return f"Generation {self.number}"


class Breakdown(models.Model):
    """Why an artifact stands where it does in one generation, reading by reading; also where it has no rank yet."""

    id = models.BigAutoField(primary_key=True)
    generation = models.ForeignKey(
        "catalog.Generation", on_delete=models.CASCADE, related_name="breakdowns", db_index=False
    )
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="breakdowns")
    momentum = models.FloatField(null=True, help_text="0 to 100; 50 is typical of its kind.")
    survival = models.FloatField(null=True, help_text="The chance to be alive in a year, 0 to 1.")
    body = models.JSONField(help_text="As ranking.breakdowns packs it.")
    points = models.BinaryField(null=True, help_text="As it packs them; none where the body has them, as it once did.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "artifact"], name="breakdown_once")]
        indexes = [models.Index(fields=["generation", "-momentum", "artifact"], name="breakdown_by_momentum")]

    def __str__(self) -> str:
        return f"Breakdown of {self.artifact_id} in {self.generation_id}"


class Lease(models.Model):
    """The single row that lets one builder work at a time. Its fence rises with every builder, and never falls."""

    fence = models.PositiveBigIntegerField(default=0)
    until = models.DateTimeField(null=True, help_text="Whoever holds it is given up after this.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="lease_is_one_row")]

    def __str__(self) -> str:
        return f"Fence {self.fence}"
