"""What was done to claims, by whom: only ever added to, each entry bound to the one before."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Never changed and never deleted: triggers of the database refuse both."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    #: A key and not a relation: an account may go, what it did stays.
    actor = models.PositiveBigIntegerField(null=True, help_text="The account; empty: the site itself.")
    verb = models.CharField(max_length=40)
    artifact = models.PositiveBigIntegerField(null=True)
    claim = models.PositiveBigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["claim", "number"], name="audit_by_claim"),
            models.Index(fields=["artifact", "number"], name="audit_by_artifact"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.verb}"


class AuditHead(models.Model):
    """The last entry: whoever writes holds this row, and an end that was cut off is noticed. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_one_row")]

    def __str__(self) -> str:
        return f"After {self.number}"
