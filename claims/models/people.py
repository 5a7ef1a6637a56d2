"""Who may do what for a claimed artifact."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from catalog.models.fields import one_of
from claims.choices import DisputeState, OverrideState, Role
from claims.models.claim import Claim


class Member(models.Model):
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            one_of("role", Role, "member_role_known"),
            models.UniqueConstraint(fields=["claim", "user"], name="member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class Invitation(models.Model):
    """To one address, once. Its link holds the token; here stands the digest alone."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, help_text="Taken up, or withdrawn.")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_taken"
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [one_of("role", Role, "invitation_role_known")]

    def __str__(self) -> str:
        return f"To {self.email}"


class Transfer(models.Model):
    """A claim on its way to somebody else: they accept, and three days later it is theirs, unless it is called off."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="transfers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    email = models.EmailField()
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="transfers_accepted"
    )
    accepted_at = models.DateTimeField(null=True)
    takes_effect_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Called off, run out, or done.")
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=models.Q(ended_at__isnull=True), name="transfer_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"To {self.email}"


class Dispute(models.Model):
    """Two that have both proven the same artifact. Nothing passes from one to the other until it is settled."""

    holder = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="disputes_held")
    challenger = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="disputes_brought")
    state = models.CharField(max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN)
    opened_at = models.DateTimeField()
    next_look_at = models.DateTimeField(null=True)
    looks = models.JSONField(default=list, help_text="[{at, holder, challenger}]: what was seen at each look.")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=12, blank=True, help_text="holder, challenger or both.")
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            one_of("state", DisputeState, "dispute_state_known"),
            models.UniqueConstraint(
                fields=["challenger"], condition=~models.Q(state=DisputeState.SETTLED), name="dispute_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Dispute {self.pk}"


class Override(models.Model):
    """An editor's wish to take a listing from somebody whose proof stands. It takes a second one."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="overrides")
    #: Set where the challenger would have the listing, alone or too; without one it would be nobody's.
    dispute = models.ForeignKey(Dispute, null=True, on_delete=models.CASCADE, related_name="overrides")
    outcome = models.CharField(max_length=12, blank=True, help_text="Of the dispute: challenger or both.")
    state = models.CharField(max_length=10, choices=OverrideState.choices, default=OverrideState.WAITING)
    why = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="Why not, of one that was refused.")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            one_of("state", OverrideState, "override_state_known"),
            models.UniqueConstraint(
                fields=["claim"], condition=models.Q(state=OverrideState.WAITING), name="override_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Override {self.pk}"
