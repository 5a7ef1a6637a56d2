from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalog.choices import ReportState, Section, Wish
from catalog.models.fields import one_of


def unguessable() -> str:
    return secrets.token_urlsafe(12)


class Report(models.Model):
    """What a reader found wrong, or the listing's owner asks for: then there is a `wish`.

    Says nothing of readers; of owners, who asked. The outcome is public.
    """

    code = models.CharField(max_length=20, unique=True, default=unguessable, editable=False)
    artifact = models.ForeignKey(
        "catalog.Artifact", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    address = models.CharField(max_length=300, help_text="The page it was sent from.")
    section = models.CharField(max_length=20, choices=Section.choices, default=Section.LISTING)
    # The database knows their defaults, too: a process of before may still take a report while this is deployed.
    row = models.CharField(
        max_length=150, blank=True, default="", db_default="", help_text="The row of the page's table that it is about."
    )
    shown = models.CharField(
        max_length=400, blank=True, default="", db_default="", help_text="What stood there when it was sent."
    )
    wish = models.CharField(
        max_length=12,
        choices=Wish.choices,
        blank=True,
        default="",
        db_default="",
        help_text="What its owner asks for, proven to be that when it was sent. Empty: a reader reports an error.",
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(max_length=2000)
    reported_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    outcome = models.TextField(blank=True, help_text="Public: what was mended, or why nothing was.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            one_of("state", ReportState, "report_state_known"),
            one_of("section", Section, "report_section_known"),
            models.CheckConstraint(condition=Q(wish__in=["", *Wish.values]), name="report_wish_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN) | ~Q(outcome=""), name="report_decided_with_an_outcome"
            ),
        ]
        indexes = [models.Index(fields=["reported_at", "id"], condition=Q(state=ReportState.OPEN), name="report_open")]

    def __str__(self) -> str:
        return f"{self.get_section_display()}: {self.text[:60]}"

    @property
    def became(self) -> str:
        """Of the state, the word that readers see: what was asked for is done or refused."""
        if not self.wish:
            return str(self.get_state_display())
        return {ReportState.OPEN: "Open", ReportState.MENDED: "Done"}.get(ReportState(self.state), "Refused")

    @property
    def asked_for(self) -> str:
        """Of an owner, in words that follow “asked for”."""
        if self.wish == Wish.WITHDRAWAL:
            return "its withdrawal"
        return f"a correction of {self.get_section_display().lower()}" if self.wish else ""

    @property
    def place(self) -> str:
        """Where on the site to look."""
        return f"{self.address}#row-{self.row}" if self.row else self.address

    def get_absolute_url(self) -> str:
        return reverse("catalog:report-outcome", args=[self.code])
