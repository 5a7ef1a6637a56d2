"""The public addresses of what is derived from readings."""

from __future__ import annotations

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path, re_path

from catalog.views.caching import tagged_page
from ranking.api.views.comparisons import ComparisonFileView
from ranking.api.views.ranks import RankFileView
from ranking.feeds import Rising
from ranking.sitemaps import SITEMAPS
from ranking.views import comparisons, intents, leaderboards, matching, ranks
from ranking.views.comparison_files import or_file
from ranking.views.formula import formula_file

app_name = "ranking"
urlpatterns = [
    path("artifacts/<slug:slug>/rank/", ranks.rank_detail, name="rank-detail"),
    path("artifacts/<slug:slug>/rank.json", RankFileView.as_view(), name="rank-file"),
    re_path(
        r"^compare/(?P<key>[A-Za-z0-9-]+)\.(?P<suffix>json|csv|md|png)$",
        ComparisonFileView.as_view(),
        name="comparison-file",
    ),
    path("compare/", comparisons.comparison_picker, name="comparison-picker"),
    path("compare/<str:key>/", or_file(comparisons.comparison), name="comparison"),
    path("leaderboards/", leaderboards.leaderboard_list, name="leaderboard-list"),
    path("kinds/<slug:kind>/leaderboard/", leaderboards.kind_leaderboard, name="kind-leaderboard"),
    path("categories/<slug:slug>/leaderboard/", leaderboards.category_leaderboard, name="category-leaderboard"),
    path("capabilities/<slug:slug>/leaderboard/", leaderboards.capability_leaderboard, name="capability-leaderboard"),
    path("rising/", leaderboards.rising_list, name="rising"),
    path("rising/feed/", tagged_page(Rising()), name="rising-feed"),
    path("search/", matching.search_page, name="search"),
    path("search/suggestions/", matching.suggestions, name="suggestions"),
    path("search/choose/", matching.choose, name="choose"),
    path("search/chosen/", matching.chosen, name="chosen"),
    path("intents/", intents.intent_list, name="intent-list"),
    path("intents/<slug:slug>/", intents.intent_detail, name="intent"),
    path("wanted/", intents.wanted_list, name="wanted"),
    path("methodology/", ranks.methodology_page, name="methodology"),
    path("methodology/formula.yaml", formula_file, name="formula"),
    path("ranks-sitemap.xml", tagged_page(sitemap_views.sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
]
