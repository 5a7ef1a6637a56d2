"""The public addresses. `docs/reference` and the API rely on their names."""

from __future__ import annotations

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from catalog.feeds import NewArtifacts
from catalog.sitemaps import SITEMAPS
from catalog.views import artifacts, front, reports, schemas, shelves, sources, vocabulary
from catalog.views.caching import tagged_page

app_name = "catalog"
urlpatterns = [
    path("", front.home, name="home"),
    path("artifacts/", artifacts.artifact_list, name="artifact-list"),
    path("artifacts/<slug:slug>/", artifacts.artifact_detail, name="artifact-detail"),
    path("artifacts/<slug:slug>/alternatives/", artifacts.artifact_alternatives, name="artifact-alternatives"),
    path("artifacts/<slug:slug>/changes/", artifacts.artifact_changes, name="artifact-changes"),
    path("capabilities/", vocabulary.capability_list, name="capability-list"),
    path("capabilities/<slug:slug>/", vocabulary.capability_detail, name="capability-detail"),
    path("categories/", shelves.category_list, name="category-list"),
    path("categories/<slug:slug>/", shelves.category_detail, name="category-detail"),
    path("kinds/", shelves.kind_list, name="kind-list"),
    path("kinds/<slug:kind>/", shelves.kind_detail, name="kind-detail"),
    path("sources/<slug:slug>/", sources.source_detail, name="source-detail"),
    path("report/", reports.report_error, name="report"),
    path("reports/<slug:code>/", reports.report_outcome, name="report-outcome"),
    path("schemas/unfragile-1.0.json", schemas.manifest_schema, name="manifest-schema"),
    path("feeds/new.xml", tagged_page(NewArtifacts()), name="feed"),
    path(
        "sitemap.xml",
        tagged_page(sitemap_views.index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "catalog:sitemap-section"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml",
        tagged_page(sitemap_views.sitemap),
        {"sitemaps": SITEMAPS},
        name="sitemap-section",
    ),
]
