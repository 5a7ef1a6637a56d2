"""Claims, and how they are shown to be right."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalog.models.fields import one_of
from claims.choices import HOLDING, ClaimState, Method, Outcome, ProofState


class Claim(models.Model):
    """That somebody says an artifact is theirs, from the first word to the last."""

    artifact = models.ForeignKey("catalog.Artifact", on_delete=models.PROTECT, related_name="claims")
    #: And whoever it was handed on to: they read it once it has ended, and nobody before them does.
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="claims_opened"
    )
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.PENDING)
    opened_at = models.DateTimeField()
    first_proven_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, help_text="Why it ended; its people see it.")
    is_demo = models.BooleanField(default=False, help_text="Of the demo: its proof is served by the demo itself.")

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            one_of("state", ClaimState, "claim_state_known"),
            models.UniqueConstraint(fields=["artifact"], condition=Q(state__in=HOLDING), name="claim_holds_alone"),
            models.UniqueConstraint(
                fields=["artifact", "opened_by"],
                condition=Q(state__in=(ClaimState.PENDING, ClaimState.CONTESTED)),
                name="claim_open_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="claim_by_state")]

    def __str__(self) -> str:
        return f"Claim {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("claims:claim", args=[self.pk])


class Proof(models.Model):
    """A place that only the owner controls, and what has to stand there. A claim has one that is asked for, one that
    stands, or both: the new one takes the old one's place once it has been seen.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="proofs")
    method = models.CharField(max_length=12, choices=Method.choices)
    place = models.CharField(max_length=500, help_text="A host, a page, or a repository: what is looked at.")
    scope = models.CharField(max_length=500, help_text="What having it shows, in words.")
    token = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=ProofState.choices, default=ProofState.PENDING)
    issued_at = models.DateTimeField()
    #: Of the repository and its owner, as its host gave them when the proof was first seen: names are display only.
    ids = models.JSONField(default=dict)
    first_present_at = models.DateTimeField(null=True)
    last_present_at = models.DateTimeField(null=True)
    first_absent_at = models.DateTimeField(null=True)
    absent_count = models.PositiveIntegerField(default=0)
    last_checked_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    last_code = models.CharField(max_length=20, blank=True)
    next_check_at = models.DateTimeField(null=True, help_text="When it is looked for next.")
    #: Of somebody who has handed the listing on: until then the next owner puts a word of their own in its place.
    good_until = models.DateTimeField(null=True)
    looked_at_until = models.DateTimeField(null=True, help_text="Somebody is looking: nobody else does meanwhile.")

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            one_of("method", Method, "proof_method_known"),
            one_of("state", ProofState, "proof_state_known"),
            models.UniqueConstraint(
                fields=["claim", "state"], condition=~Q(state=ProofState.OVER), name="proof_one_of_each_state"
            ),
        ]
        indexes = [
            models.Index(fields=["next_check_at"], condition=~Q(state=ProofState.OVER), name="proof_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} at {self.place}"


class Look(models.Model):
    """One look for a proof, and what came of it. Limits are counted by these rows."""

    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="looks")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty: the clock."
    )
    host = models.CharField(max_length=253)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    code = models.CharField(max_length=20)
    evidence = models.JSONField(default=dict, help_text="What was seen: address, status, digest of the body or answer.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["host", "at"], name="look_by_host"),
            models.Index(fields=["proof", "-at"], name="look_by_proof"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%Y-%m-%d %H:%M}"
