"""Filters of the list of artifacts for who has thousands to publish: where they come from, whether they are ready."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from catalog.importers.registry import FEEDS
from catalog.models import Artifact, Entry, Reading
from catalog.publishing import SUFFICES


class SourceFilter(admin.SimpleListFilter):
    title = "source"
    parameter_name = "importer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(FEEDS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Artifact]) -> QuerySet[Artifact]:
        if not self.value():
            return queryset
        entries = Entry.objects.filter(artifact=OuterRef("pk"))
        # One of several lists is known under the source's name and its own.
        return queryset.filter(
            Exists(entries.filter(Q(importer=self.value()) | Q(importer__startswith=f"{self.value()}/")))
        )


class _YesOrNo(admin.SimpleListFilter):
    condition: Q

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Artifact]) -> QuerySet[Artifact]:
        if self.value() == "yes":
            return queryset.filter(self.condition)
        return queryset.exclude(self.condition) if self.value() == "no" else queryset


class ReadyFilter(_YesOrNo):
    title = "has what readers need"
    parameter_name = "ready"
    condition = SUFFICES


class EvidenceFilter(_YesOrNo):
    title = "has evidence for a rank"
    parameter_name = "evidence"
    condition = Q(Exists(Reading.objects.filter(artifact=OuterRef("pk"))))
