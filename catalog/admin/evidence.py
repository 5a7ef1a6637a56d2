from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.admin.base import HistoryAdmin
from catalog.admin.forms import FactForm
from catalog.factsheet import FACTS
from catalog.models import Fact, Source


@admin.register(Source)
class SourceAdmin(HistoryAdmin):
    list_display = ["title", "kind", "publisher", "url"]
    list_filter = ["kind"]
    list_select_related = ["publisher"]
    search_fields = ["title", "slug", "url"]
    autocomplete_fields = ["publisher"]
    ordering = ["title", "id"]


class NameFilter(admin.SimpleListFilter):
    """By the names that there may be: Django would read all facts for those that there are."""

    title = "name"
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((name, spec.label) for name, spec in FACTS.items()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Fact]) -> QuerySet[Fact]:
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Fact)
class FactAdmin(HistoryAdmin):
    form = FactForm
    list_display = ["artifact", "name", "value", "source", "origin", "is_stated", "is_disputed"]
    list_filter = ["is_disputed", "origin", NameFilter]
    list_select_related = ["artifact", "source"]
    search_fields = ["artifact__sort_name", "artifact__slug"]
    autocomplete_fields = ["artifact", "source"]
    #: A dispute is settled on its own page, which asks for a reason.
    readonly_fields = ["is_stated", "is_disputed", "condition", "settled_reason", "settled_at"]
    ordering = ["artifact", "name", "id"]
