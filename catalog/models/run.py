"""Imports: what was read, what it changed, and what it refused."""

from __future__ import annotations

from django.db import models

from catalog.choices import RunState
from catalog.models.fields import one_of


class ImportRun(models.Model):
    importer = models.CharField(max_length=40)
    origin = models.CharField(max_length=500, help_text="The path or address it read.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    read_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    held_count = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [one_of("state", RunState, "import_run_state_known")]
        indexes = [models.Index(fields=["-started_at", "id"], name="import_run_by_time")]

    def __str__(self) -> str:
        return f"{self.importer} {self.started_at:%Y-%m-%d %H:%M}"


class Difference(models.Model):
    """What one run changed of one artifact: its part of the public change log."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("catalog.ImportRun", on_delete=models.PROTECT, related_name="differences")
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="differences")
    subject = models.CharField(max_length=300, help_text="What of it: the listing, a fact, an offering, a price.")
    before = models.JSONField(null=True, help_text="Changed fields with their old values; null for something new.")
    after = models.JSONField(null=True, help_text="The same fields with their new values; null for something gone.")

    def __str__(self) -> str:
        return f"{self.subject} of {self.artifact_id} by run {self.run_id}"
