from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.choices import Origin, ProposalState, TakenApartBy
from catalog.models.fields import one_of


class Proposal(models.Model):
    """A change that an editor accepts or refuses, once.

    Either what an importer would have changed where an editor's word stands: then there is a `run` and a `row`. Or an
    offering that a text speaks of and the artifact does not have yet: then there is a `capability`, and its `grounds`.
    Or what somebody proposes whose word it would stand as, by its `origin`: then `row` is empty for a row to be added,
    and `after` for one to be taken away.
    """

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.CASCADE, related_name="proposals")
    run = models.ForeignKey(
        "catalog.ImportRun", null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    label = models.CharField(max_length=60, help_text="The model of the row it would change.")
    row = models.PositiveBigIntegerField(null=True, blank=True, help_text="That row's key; empty for one to be added.")
    capability = models.ForeignKey(
        "catalog.Capability", null=True, blank=True, on_delete=models.CASCADE, related_name="proposals"
    )
    taken_apart_by = models.CharField(max_length=10, choices=TakenApartBy.choices, blank=True, default="")
    grounds = models.JSONField(
        default=dict,
        blank=True,
        help_text="Of an offering: {quote, place, confidence, how, source}; of one to add: {of, source}.",
    )
    subject = models.CharField(max_length=300, help_text="What of the artifact: the listing, a fact, an offering.")
    before = models.JSONField(help_text="Its fields as they stood then.")
    after = models.JSONField(help_text="The same fields as proposed.")
    digest = models.CharField(max_length=64, help_text="Of `after`: what was refused is not proposed again.")
    origin = models.CharField(
        max_length=10,
        choices=Origin.choices,
        default=Origin.OBSERVED,
        db_default=Origin.OBSERVED,
        help_text="As whose word it would stand.",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Empty: an import or a text.",
    )
    why = models.TextField(blank=True, default="", db_default="", help_text="What whoever proposes it says for it.")
    answers = models.JSONField(
        null=True, blank=True, help_text="By field: {is_accepted, note}, where they were answered one by one."
    )
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["label", "row", "digest"], name="proposal_once"),
            # Refused once, an offering is not proposed again, whatever words another text finds for it.
            models.UniqueConstraint(fields=["artifact", "capability"], name="proposal_once_per_capability"),
            one_of("state", ProposalState, "proposal_state_known"),
        ]
        indexes = [
            models.Index(fields=["proposed_at", "id"], condition=Q(state=ProposalState.OPEN), name="proposal_open")
        ]

    @property
    def is_partly_accepted(self) -> bool:
        return self.state == ProposalState.ACCEPTED and any(
            not answer["is_accepted"] for answer in (self.answers or {}).values()
        )

    def __str__(self) -> str:
        return f"{self.subject} of {self.artifact_id}"
