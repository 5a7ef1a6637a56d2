from __future__ import annotations

from django.contrib import admin

from catalog.admin.base import HistoryAdmin
from catalog.admin.forms import FactForm
from catalog.models import Fact, Source


@admin.register(Source)
class SourceAdmin(HistoryAdmin):
    list_display = ["title", "kind", "publisher", "url"]
    list_filter = ["kind"]
    list_select_related = ["publisher"]
    search_fields = ["title", "slug", "url"]
    autocomplete_fields = ["publisher"]
    ordering = ["title", "id"]


@admin.register(Fact)
class FactAdmin(HistoryAdmin):
    form = FactForm
    list_display = ["artifact", "name", "value", "source", "origin", "is_stated", "is_disputed"]
    list_filter = ["is_disputed", "origin", "name"]
    list_select_related = ["artifact", "source"]
    search_fields = ["artifact__sort_name", "artifact__slug"]
    autocomplete_fields = ["artifact", "source"]
    readonly_fields = ["is_stated", "is_disputed"]
    ordering = ["artifact", "name", "id"]
    show_full_result_count = False
