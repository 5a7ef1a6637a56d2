from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from catalog.admin.base import HistoryAdmin, Inline
from catalog.admin.forms import CapabilityForm, OfferingForm, SynonymForm
from catalog.admin.vocabulary import addresses, in_tree, may_merge
from catalog.models import Capability, Contrast, Evidence, Offering, Synonym
from catalog.vocabulary import rename


class SynonymInline(Inline):
    model = Synonym
    form = SynonymForm


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
    form = CapabilityForm
    inlines = [SynonymInline]
    ordering = ["key"]

    def get_urls(self) -> list[Any]:
        return [*addresses(), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        return super().render_change_form(request, context | {"may_merge": may_merge(request)}, *args, **more)

    def response_post_save_add(self, request: HttpRequest, obj: Capability) -> HttpResponseRedirect:
        return self._back_to_tree(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Capability) -> HttpResponseRedirect:
        return self._back_to_tree(request, obj) or super().response_post_save_change(request, obj)

    def _back_to_tree(self, request: HttpRequest, obj: Capability) -> HttpResponseRedirect | None:
        """Whoever came from the tree finds the row there again, under its name of now."""
        return HttpResponseRedirect(in_tree(obj.pk)) if request.GET.get("back") == "tree" else None

    def save_model(self, request: HttpRequest, obj: Capability, form: Any, change: bool) -> None:
        if change and {"slug", "key", "name"} & set(form.changed_data):
            rename(obj, slug=obj.slug, key=obj.key, name=obj.name)
        else:
            super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Capability | None = None) -> bool:
        """What is offered, or was merged, is part of the record: it is merged instead."""
        if obj is not None and (obj.merged_into_id or obj.offerings.exists() or obj.merged.exists()):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


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
