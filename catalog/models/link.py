"""Links: what is known of those that lead elsewhere, and the ones that do not lead where they say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.choices import LinkState, LinkVerdict, LinkWrong
from catalog.models.fields import one_of


class BrokenLink(models.Model):
    """A link of ours that does not lead where it says. Found by catalog.desk.links and, elsewhere, by outside."""

    artifact = models.ForeignKey(
        "catalog.Artifact", null=True, blank=True, on_delete=models.CASCADE, related_name="broken_links"
    )
    where = models.CharField(max_length=80, help_text="The row and field that hold it, as offering:12:description.")
    url = models.CharField(max_length=2000, help_text="As a page links it.")
    wrong = models.CharField(max_length=12, choices=LinkWrong.choices)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="What the other end answered; pages of ours are not asked over the network."
    )
    leads_to = models.CharField(max_length=2000, blank=True, help_text="Where it should lead, if that is known.")
    found_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now, help_text="When it was last seen to be broken.")
    state = models.CharField(max_length=10, choices=LinkState.choices, default=LinkState.OPEN)
    note = models.TextField(blank=True, help_text="Why it was set aside.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Nobody, where it mended by itself.",
    )

    class Meta:
        constraints = [
            # `where` names the row, and that its artifact; where there is none, a null would let two of the same in.
            models.UniqueConstraint(fields=["where", "url"], name="broken_link_once"),
            one_of("wrong", LinkWrong, "broken_link_wrong_known"),
            one_of("state", LinkState, "broken_link_state_known"),
            models.CheckConstraint(
                condition=~Q(state=LinkState.ASIDE) | ~Q(note=""), name="broken_link_aside_with_a_note"
            ),
        ]
        indexes = [
            models.Index(fields=["found_at", "id"], condition=Q(state=LinkState.OPEN), name="broken_link_open"),
        ]

    def __str__(self) -> str:
        return f"{self.where}: {self.url[:80]}"


class OutsideLink(models.Model):
    """An address elsewhere that a public page leads to, and what came of asking. Kept by catalog.desk.outside."""

    url = models.CharField(max_length=500, unique=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="Empty: not yet.")
    verdict = models.CharField(max_length=10, choices=LinkVerdict.choices, default=LinkVerdict.UNKNOWN)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty where there was no answer.")
    gone_days = models.PositiveSmallIntegerField(
        default=0, help_text="On how many days it was gone since it was last there."
    )
    gone_on = models.DateField(null=True, blank=True, help_text="The last of them.")

    class Meta:
        constraints = [one_of("verdict", LinkVerdict, "outside_link_verdict_known")]
        indexes = [models.Index(fields=["asked_at", "id"], name="outside_link_oldest")]

    def __str__(self) -> str:
        return self.url[:80]
