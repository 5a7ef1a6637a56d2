"""Imports: what was read, what it changed, and what it refused."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalog.choices import UNDER_WAY, EntryOutcome, HowOften, PublishRule, RunState
from catalog.models.fields import one_of
from catalog.models.kept import KeptHistory


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
    gone_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Entries that were there before and were not named this time."
    )
    error = models.TextField(blank=True)

    done_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How many entries it has been through: its cursor."
    )
    seen_at = models.DateTimeField(null=True, help_text="When it last gave a sign of life.")
    brakes = models.TextField(
        blank=True, default="", db_default="", help_text="Why it waits for an editor's word, a sentence a line."
    )
    is_confirmed = models.BooleanField(
        default=False, db_default=False, help_text="Whether an editor let it go on all the same."
    )
    undone_at = models.DateTimeField(null=True)
    undone = models.JSONField(null=True, help_text="How many rows the undoing removed, put back and left.")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Who asked for it."
    )
    why = models.TextField(blank=True, default="", db_default="", help_text="Goes into the change log.")
    slot = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="The time of the timetable that asked for it."
    )
    is_dry_run = models.BooleanField(default=False, db_default=False, help_text="Whether it writes nothing.")
    attempt = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Which start of it holds it; earlier ones give way."
    )
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="Of what it reads: where that has changed, it begins anew.",
    )

    class Meta:
        permissions = [("steer_importrun", "Can start, confirm, stop and undo imports")]
        constraints = [
            one_of("state", RunState, "import_run_state_known"),
            # Two at once would each take what the other has seen for gone.
            models.UniqueConstraint(
                fields=["importer"], condition=Q(state__in=UNDER_WAY, is_dry_run=False), name="import_run_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["importer", "slot"], condition=~Q(slot=""), name="import_run_slot_once"),
        ]
        indexes = [models.Index(fields=["-started_at", "id"], name="import_run_by_time")]

    def __str__(self) -> str:
        return f"{self.importer} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("admin:catalog_importrun_page", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


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


class Entry(models.Model):
    """One entry of a source: its key there, the artifact it speaks of, and what it said when it was last read."""

    id = models.BigAutoField(primary_key=True)
    importer = models.CharField(max_length=40)
    key = models.CharField(max_length=300, help_text="As the source tells its entries apart.")
    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="entries")
    digest = models.CharField(
        max_length=32, blank=True, help_text="Of what it said: an entry that says the same again is passed over."
    )
    parents = models.JSONField(
        default=list, help_text="What it said that it comes from, by ids: some may be listed later than this."
    )
    run = models.ForeignKey("catalog.ImportRun", on_delete=models.PROTECT, related_name="entries")
    text = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What the source says that it does: a README, a card, a list of tools.",
    )
    text_at = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="Where the text stands."
    )
    taken_apart_with = models.CharField(
        max_length=32,
        blank=True,
        default="",
        db_default="",
        help_text="Which rules and vocabulary it was last taken apart with; empty where it has changed since.",
    )
    not_taken_apart = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="Why that was not possible."
    )

    class Meta:
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["importer", "key"], name="entry_once")]
        indexes = [models.Index(fields=["taken_apart_with", "id"], condition=~Q(text=""), name="entry_to_take_apart")]

    def __str__(self) -> str:
        return f"{self.key} of {self.importer}"


class RunRow(models.Model):
    """What a run made of one entry."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("catalog.ImportRun", on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=300)
    # No foreign key: the record of what was done stays as it was when listings merge or go.
    listing = models.PositiveBigIntegerField(null=True, help_text="The artifact's key, where there is one.")
    outcome = models.CharField(max_length=10, choices=EntryOutcome.choices)
    sentences = models.JSONField(default=list, help_text="Why it was refused or held.")
    edits = models.JSONField(
        null=True, help_text="Of a dry run: triples of what, what stands and what would. Others keep differences."
    )

    class Meta:
        constraints = [one_of("outcome", EntryOutcome, "run_row_outcome_known")]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="run_row_in_order")]

    def __str__(self) -> str:
        return f"{self.key[:60]}: {self.outcome}"


class Written(models.Model):
    """One row that a run made or changed, so that the run can be undone. What goes with a new artifact is not told."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("catalog.ImportRun", on_delete=models.CASCADE, related_name="written")
    label = models.CharField(max_length=60, help_text="The row's model.")
    row = models.PositiveBigIntegerField(help_text="The row's key.")
    before = models.JSONField(null=True, help_text="Its changed columns as they stood; null for a row that was made.")
    after = models.JSONField(help_text="The same columns as the run left them.")

    def __str__(self) -> str:
        return f"{self.label} {self.row}"


class ImportRule(models.Model):
    """What an editor decided about one source."""

    importer = models.CharField(max_length=40, unique=True)
    publishes = models.CharField("new artifacts", max_length=10, choices=PublishRule.choices, default=PublishRule.HOLD)
    place = models.CharField(
        "address",
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="Where it is read from when nobody says otherwise. Empty: the source’s own address.",
    )
    how_often = models.CharField(
        max_length=10, choices=HowOften.choices, default=HowOften.NEVER, db_default=HowOften.NEVER
    )
    history = KeptHistory()

    class Meta:
        constraints = [
            one_of("publishes", PublishRule, "import_rule_known"),
            one_of("how_often", HowOften, "import_rule_often_known"),
        ]

    def __str__(self) -> str:
        return f"{self.importer}: {self.get_publishes_display()}"
