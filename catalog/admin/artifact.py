from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

from catalog.admin.base import HistoryAdmin, Inline
from catalog.admin.bulk import BulkActions
from catalog.admin.forms import ArtifactForm, FactForm, IdentifierForm
from catalog.admin.steps import open_steps, step_page
from catalog.admin.tables import Tables
from catalog.models import Alias, Artifact, BenchmarkResult, Category, Fact, Identifier, Lineage, Price, Publisher
from catalog.publishing import missing_for_publication, rename_slug


class IdentifierInline(Inline):
    model = Identifier
    form = IdentifierForm


class AliasInline(Inline):
    model = Alias


class FactInline(Inline):
    model = Fact
    form = FactForm
    autocomplete_fields = ["source"]
    fields = ["name", "value", "source", "retrieved_on", "origin", "is_locked", "is_stated", "is_disputed"]
    readonly_fields = ["is_stated", "is_disputed"]


class PriceInline(Inline):
    model = Price
    autocomplete_fields = ["source"]


class BenchmarkResultInline(Inline):
    model = BenchmarkResult
    fk_name = "artifact"
    autocomplete_fields = ["source", "benchmark_artifact"]


class LineageInline(Inline):
    model = Lineage
    fk_name = "artifact"
    autocomplete_fields = ["parent", "source"]


@admin.register(Artifact)
class ArtifactAdmin(BulkActions, Tables, HistoryAdmin):
    form = ArtifactForm
    change_form_template = "admin/catalog/artifact/change_form.html"
    list_display = ["name", "kind", "lifecycle", "publisher", "licence", "offering_count", "disputed_count"]
    list_filter = ["kind", "lifecycle", "licence_class", "price_class"]
    list_select_related = ["publisher"]
    search_fields = ["sort_name", "slug"]
    autocomplete_fields = ["publisher", "categories"]
    prepopulated_fields = {"slug": ["name"]}
    #: Where an artifact stands is moved by steps, which ask for what each needs.
    readonly_fields = [
        "lifecycle", "publish_at", "deprecated_by", "withdrawn_reason", "merged_into", "published_at", "licence_class",
        "price_class", "facts_changed_at", "verified_until",
    ]  # fmt: skip
    inlines = [IdentifierInline, AliasInline, FactInline, PriceInline, BenchmarkResultInline, LineageInline]
    ordering = ["sort_name", "id"]
    show_full_result_count = False

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(step_page)
        return [path("<int:pk>/step/<slug:verb>/", page, name="catalog_artifact_step"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deletion of a selection: what was once public is withdrawn, so that its address says what became of it."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Artifact | None = None) -> bool:
        if obj is not None and obj.published_at is not None:
            return False
        return super().has_delete_permission(request, obj)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Artifact | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= {
                "steps": list(open_steps(request, obj)),
                "missing": missing_for_publication(obj) if obj.published_at is None else [],
                "notes": obj.review_steps.select_related("by").order_by("-id")[:5],
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Artifact, form: Any, change: bool) -> None:
        slug = obj.slug
        if change and "slug" in form.changed_data:  # the old address redirects
            obj.slug = form.initial["slug"]
            rename_slug(obj, slug)
        super().save_model(request, obj, form, change)


@admin.register(Publisher)
class PublisherAdmin(HistoryAdmin):
    list_display = ["name", "slug", "homepage"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]


@admin.register(Category)
class CategoryAdmin(HistoryAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]
