from __future__ import annotations

from django.urls import path

from ranking.api.views.ranks import RankFileView
from ranking.views.formula import formula_file

app_name = "ranking"

urlpatterns = [
    path("artifacts/<slug:slug>/rank.json", RankFileView.as_view(), name="rank-file"),
    path("methodology/formula.yaml", formula_file, name="formula"),
]
