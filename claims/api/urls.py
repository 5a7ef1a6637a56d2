"""Beneath /api/v1/me/. Names are those of the router: `api:my-claims`."""

from __future__ import annotations

from django.urls import path

from claims.api.claims import ClaimsView

urlpatterns = [
    path("claims/", ClaimsView.as_view({"get": "list", "head": "list"}), name="my-claims"),
    path("claims/<int:pk>/", ClaimsView.as_view({"get": "retrieve", "head": "retrieve"}), name="my-claim"),
]
