from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.admin.base import HistoryAdmin, Inline
from catalog.admin.forms import ArtifactForm, FactForm
from catalog.models import Alias, Artifact, BenchmarkResult, Category, Fact, Identifier, Lineage, Price, Publisher
from catalog.publishing import rename_slug


class IdentifierInline(Inline):
    model = Identifier


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
class ArtifactAdmin(HistoryAdmin):
    form = ArtifactForm
    list_display = ["name", "kind", "lifecycle", "publisher", "licence", "offering_count", "disputed_count"]
    list_filter = ["kind", "lifecycle", "licence_class", "price_class"]
    list_select_related = ["publisher"]
    search_fields = ["sort_name", "slug"]
    autocomplete_fields = ["publisher", "deprecated_by", "categories"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["published_at", "licence_class", "price_class", "facts_changed_at", "verified_until"]
    inlines = [IdentifierInline, AliasInline, FactInline, PriceInline, BenchmarkResultInline, LineageInline]
    ordering = ["sort_name", "id"]
    show_full_result_count = False

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
