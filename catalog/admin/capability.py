from __future__ import annotations

from django.contrib import admin

from catalog.admin.base import HistoryAdmin, Inline
from catalog.admin.forms import OfferingForm
from catalog.models import Capability, Contrast, Evidence, Offering, Synonym


class SynonymInline(Inline):
    model = Synonym


class EvidenceInline(Inline):
    model = Evidence
    autocomplete_fields = ["source"]


class ContrastInline(Inline):
    model = Contrast
    autocomplete_fields = ["artifact"]


@admin.register(Capability)
class CapabilityAdmin(HistoryAdmin):
    list_display = ["name", "key", "broader"]
    list_select_related = ["broader"]
    search_fields = ["sort_name", "key", "synonyms__key"]
    autocomplete_fields = ["broader"]
    inlines = [SynonymInline]
    ordering = ["key"]


@admin.register(Offering)
class OfferingAdmin(HistoryAdmin):
    form = OfferingForm
    list_display = ["title", "artifact", "capability", "taken_apart_by"]
    list_filter = ["taken_apart_by"]
    list_select_related = ["artifact", "capability"]
    search_fields = ["title"]
    autocomplete_fields = ["artifact", "capability"]
    inlines = [EvidenceInline, ContrastInline]
    ordering = ["id"]
    show_full_result_count = False
