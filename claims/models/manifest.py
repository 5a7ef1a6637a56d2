"""The file of a proven repository that says what the artifact is, as it was read last."""

from __future__ import annotations

from django.db import models

from claims.models.claim import Claim


class Manifest(models.Model):
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="manifest")
    place = models.CharField(max_length=500, help_text="Repository and path of the file.")
    code = models.CharField(max_length=20, blank=True, help_text="What came of the last look, see claims.manifests.")
    data = models.JSONField(null=True, help_text="What the file says; empty where it cannot be taken.")
    findings = models.JSONField(default=list, help_text="[{line, column, is_error, text}] of the file as it was read.")
    digest = models.CharField(max_length=64, blank=True, help_text="Of the file.")
    #: The last look, and the last one that got an answer about the file.
    looked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    looked_at_until = models.DateTimeField(null=True, help_text="Somebody is reading: nobody else does meanwhile.")

    class Meta:
        indexes = [models.Index(fields=["next_look_at"], name="manifest_due")]

    def __str__(self) -> str:
        return self.place


class Stated(models.Model):
    """That the file has said something which was proposed, or could not be: the same is not proposed again."""

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="stated")
    digest = models.CharField(max_length=64, help_text="Of the field and what the file said there.")
    label = models.CharField(max_length=200, help_text="The field, in words.")
    proposal = models.ForeignKey("catalog.Proposal", null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True, help_text="Why it could not be proposed.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["manifest", "digest"], name="stated_once")]

    def __str__(self) -> str:
        return self.label
