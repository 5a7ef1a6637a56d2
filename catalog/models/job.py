"""Work on many artifacts at once: what was asked, how far it is, what became of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.choices import JobKind, JobState, Outcome
from catalog.models.fields import one_of


class Job(models.Model):
    """First checked, then, at an editor's word, written. catalog.desk.jobs alone moves it."""

    kind = models.CharField(max_length=10, choices=JobKind.choices)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    why = models.TextField(help_text="Goes into the history of all that it writes.")
    asked = models.JSONField(default=dict, help_text="The selection and what to change of it; or the table's format.")
    text = models.TextField(blank=True, help_text="The uploaded table, until the job has ended.")
    is_confirmed = models.BooleanField(default=False, help_text="Whether it may write.")
    writes_good_rows = models.BooleanField(default=False, help_text="Although others are refused.")
    attempt = models.PositiveIntegerField(default=0, help_text="Which start of it holds it; earlier ones give way.")

    total = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0, help_text="How many rows it has been through, now writing.")
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    written_count = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    made_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, help_text="When it last gave a sign of life.")
    checked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [one_of("kind", JobKind, "job_kind_known"), one_of("state", JobState, "job_state_known")]
        indexes = [models.Index(fields=["-made_at", "id"], name="job_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.made_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("admin:catalog_job", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)


class JobRow(models.Model):
    """What a job found for one artifact, or did to it."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey("catalog.Job", on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="The table's line or entry; the place in a selection.")
    # No foreign key: the record of what was done stays as it was when listings merge or go.
    listing = models.PositiveBigIntegerField(null=True, help_text="The artifact's key, where there is one.")
    slug = models.TextField(help_text="As the table has it.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    edits = models.JSONField(default=list, help_text="Triples: the field, what it was, what it becomes.")
    sentences = models.JSONField(default=list, help_text="Why it is refused.")

    class Meta:
        constraints = [one_of("outcome", Outcome, "job_row_outcome_known")]
        indexes = [models.Index(fields=["job", "outcome", "number"], name="job_row_in_order")]

    def __str__(self) -> str:
        return f"{self.number}: {self.slug[:60]}"
