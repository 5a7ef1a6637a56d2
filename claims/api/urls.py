"""Beneath /api/v1/me/. Names are those of the router: `api:my-claims`."""

from __future__ import annotations

from typing import Any

from django.urls import path

from claims.api.claims import ClaimsView
from claims.api.numbers import AnalyticsView
from claims.api.proposals import ProposalsView

LIST: dict[str, Any] = {"get": "list", "head": "list"}
ONE: dict[str, Any] = {"get": "retrieve", "head": "retrieve"}
urlpatterns = [
    path("claims/", ClaimsView.as_view(LIST), name="my-claims"),
    path("claims/<int:pk>/", ClaimsView.as_view(ONE), name="my-claim"),
    path("claims/<int:pk>/analytics/", AnalyticsView.as_view(ONE), name="my-analytics"),
    path("claims/<int:pk>/proposals/", ProposalsView.as_view({**LIST, "post": "create"}), name="my-proposals"),
    path("claims/<int:pk>/proposals/<int:proposal>/", ProposalsView.as_view({"delete": "destroy"}), name="my-proposal"),
]
