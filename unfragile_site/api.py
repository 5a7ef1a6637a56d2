"""The router: every endpoint under /api/, in one place.

Each layer brings its views; their names are `api:artifact-list` and so on. What no endpoint answers to is answered
here, as a problem and not as a page.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, include, path, re_path, resolve
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from catalog.api.answers import PublicView, conditional
from catalog.api.parameters import Parameters
from catalog.api.views.artifacts import ArtifactViewSet
from catalog.api.views.capabilities import CapabilityViewSet
from catalog.api.views.categories import CategoryViewSet
from catalog.api.views.kinds import KindViewSet
from catalog.api.views.validate import ValidateView
from ranking.api.views.comparisons import ComparisonsView, ComparisonView
from ranking.api.views.leaderboards import LeaderboardsView
from ranking.api.views.matching import FeedbackView, ResolveView, SearchView
from ranking.api.views.ranks import HistoryView, RankView
from unfragile_site.docs import openapi

app_name = "api"

router = SimpleRouter()
router.register("artifacts", ArtifactViewSet, basename="artifact")
router.register("capabilities", CapabilityViewSet, basename="capability")
router.register("categories", CategoryViewSet, basename="category")
router.register("kinds", KindViewSet, basename="kind")


@extend_schema(exclude=True)
class SchemaView(PublicView):
    """The OpenAPI description, as JSON."""

    http_method_names = ("get", "head", "options")

    @conditional
    def get(self, request: Request) -> Any:
        Parameters(request.query_params, known=()).check()
        return openapi()


@extend_schema(exclude=True)
class Nowhere(PublicView):
    """Any address without an endpoint. One that only lacks its slash is sent on."""

    http_method_names = ("get", "head", "options", "post", "put", "patch", "delete", "trace")
    kept_answer = None  # type: ignore[assignment]  # nothing here is ever kept, so nobody need look

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            raise NotFound("There is no endpoint at this address.")

    def get(self, request: Request, rest: str) -> HttpResponseBase:
        if not request.path.endswith("/") and _is_endpoint(f"{request.path_info}/"):
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{request.path}/" + (f"?{query}" if query else ""))
        raise NotFound("There is no endpoint at this address.")


def unnamed(view: type[PublicView]) -> Any:
    """The same endpoint once more, left out of the description: by a class of its own, since the class is what is."""
    twin: Any = type(view.__name__, (view,), {})
    return extend_schema(exclude=True)(twin).as_view()


def _is_endpoint(address: str) -> bool:
    try:
        return resolve(address).url_name != "nowhere"
    except Resolver404:
        return False


urlpatterns = [
    path("v1/", include(router.urls)),
    path("v1/artifacts/<slug:slug>/rank/", RankView.as_view(), name="artifact-rank"),
    path("v1/artifacts/<slug:slug>/history/", HistoryView.as_view(), name="artifact-history"),
    path("v1/leaderboards/", LeaderboardsView.as_view(), name="leaderboards"),
    # What is posted cannot be sent on to where the slash is, so these four answer with and without it.
    path("v1/validate", ValidateView.as_view(), name="validate"),
    path("v1/search", SearchView.as_view(), name="search"),
    path("v1/resolve", ResolveView.as_view(), name="resolve"),
    path("v1/feedback", FeedbackView.as_view(), name="feedback"),
    *(
        path(f"v1/{name}/", unnamed(view))
        for name, view in (
            ("validate", ValidateView),
            ("search", SearchView),
            ("resolve", ResolveView),
            ("feedback", FeedbackView),
        )
    ),
    path("v1/comparisons/", ComparisonsView.as_view(), name="comparisons"),
    re_path(r"^v1/comparisons/(?P<key>[a-z0-9-]+)/$", ComparisonView.as_view(), name="comparison"),
    path("v1/me/", include("claims.api.urls")),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    re_path(r"^(?P<rest>.*)$", Nowhere.as_view(), name="nowhere"),
]
