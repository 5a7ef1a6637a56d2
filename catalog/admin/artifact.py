from __future__ import annotations

from django.contrib import admin

from catalog.admin.base import HistoryAdmin
from catalog.models import Alias, Artifact, BenchmarkResult, Category, Fact, Identifier, Lineage, Price, Publisher


class IdentifierInline(admin.TabularInline):
    model = Identifier
    extra = 0


class AliasInline(admin.TabularInline):
    model = Alias
    extra = 0


class FactInline(admin.TabularInline):
    model = Fact
    extra = 0
    autocomplete_fields = ["source"]
    fields = ["name", "value", "source", "retrieved_on", "origin", "is_locked", "is_stated", "is_disputed"]
    readonly_fields = ["is_stated", "is_disputed"]


class PriceInline(admin.TabularInline):
    model = Price
    extra = 0
    autocomplete_fields = ["source"]


class BenchmarkResultInline(admin.TabularInline):
    model = BenchmarkResult
    fk_name = "artifact"
    extra = 0
    autocomplete_fields = ["source", "benchmark_artifact"]


class LineageInline(admin.TabularInline):
    model = Lineage
    fk_name = "artifact"
    extra = 0
    autocomplete_fields = ["parent", "source"]


@admin.register(Artifact)
class ArtifactAdmin(HistoryAdmin):
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
