"""What providers ask, and what benchmarks found."""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from catalog.choices import BenchmarkStanding, Meter, Origin
from catalog.models.fields import one_of
from catalog.models.kept import KeptHistory
from catalog.querysets import PriceQuerySet


class Price(models.Model):
    """What one provider asks for one artifact, per unit, from a day on. Old rows stay: they are the history."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="prices")
    provider = models.CharField(max_length=120)
    meter = models.CharField(max_length=24, choices=Meter.choices)
    # Twelve places: catalogs state prices of single tokens.
    amount = models.DecimalField(max_digits=24, decimal_places=12, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3, default="USD", validators=[RegexValidator(r"^[A-Z]{3}$")])
    per = models.PositiveIntegerField(
        default=1, validators=[MinValueValidator(1)], help_text="How many of the unit the amount buys."
    )
    tier = models.CharField(max_length=120, blank=True, help_text="The condition under which the amount holds.")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="The first day on which it no longer held.")
    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="prices")
    retrieved_on = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.OBSERVED)

    objects = PriceQuerySet.as_manager()
    history = KeptHistory()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["artifact", "provider", "meter", "tier", "source", "valid_from"],
                name="price_once",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(per__gte=1), name="price_per_at_least_one"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="price_ends_after_it_starts",
            ),
            one_of("meter", Meter, "price_meter_known"),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_id} at {self.provider}: {self.amount} {self.currency} per {self.per} {self.meter}"


class BenchmarkResult(models.Model):
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="benchmark_results")
    benchmark = models.CharField(max_length=120)
    benchmark_artifact = models.ForeignKey(
        "catalog.Artifact",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="results",
        help_text="Its own listing.",
    )
    version = models.CharField(max_length=40, blank=True)
    score = models.DecimalField(max_digits=14, decimal_places=4)
    low = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    metric = models.CharField(max_length=120)
    higher_is_better = models.BooleanField(default=True)
    measured_on = models.DateField(null=True, blank=True)
    standing = models.CharField(max_length=10, choices=BenchmarkStanding.choices, default=BenchmarkStanding.CLAIMED)
    source = models.ForeignKey("catalog.Source", on_delete=models.PROTECT, related_name="benchmark_results")

    history = KeptHistory()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["artifact", "benchmark", "version", "metric", "source", "measured_on"],
                name="benchmark_result_once",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | (Q(low__lte=F("score")) & Q(high__gte=F("score"))),
                name="benchmark_score_within_interval",
            ),
            one_of("standing", BenchmarkStanding, "benchmark_standing_known"),
        ]

    def __str__(self) -> str:
        return f"{self.benchmark}: {self.score} {self.metric}"
