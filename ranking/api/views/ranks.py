"""/api/v1/artifacts/<slug>/rank/ and /history/, and the file to compute a rank again: /artifacts/<slug>/rank.json."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from catalog.api.answers import PublicView, conditional
from catalog.api.parameters import Parameters
from catalog.api.views.artifacts import public
from catalog.models import Artifact
from ranking.api.shapes import ExplainedRankSerializer, RankHistorySerializer, SnapshotSerializer
from ranking.document import document_of, snapshot_data
from ranking.models import Snapshot
from ranking.snapshots import monday_of

RANK_OR_SNAPSHOT = PolymorphicProxySerializer(
    component_name="RankOrSnapshot",
    serializers=[ExplainedRankSerializer, SnapshotSerializer],
    resource_type_field_name=None,
)
NOT_YET = "No ranks have been published yet."


class _AboutOne(PublicView):
    http_method_names = ("get", "head", "options")

    def artifact(self, request: Request, slug: str, name: str) -> Artifact | HttpResponseBase:
        found = Artifact.objects.select_related("merged_into").filter(slug=slug).first()
        return public(found, request, slug, name)

    def document(self, request: Request, artifact: Artifact) -> dict[str, Any]:
        if self.state.generation_id is None:
            raise NotFound(NOT_YET)
        found = document_of(
            artifact,
            self.state.generation_id,
            configuration_url=request.build_absolute_uri(reverse("ranking:formula")),
        )
        if found is None:
            raise NotFound("It came after the last ranks were computed: the next generation will have it.")
        return found


class RankView(_AboutOne):
    @extend_schema(
        operation_id="artifacts_rank",
        summary="Get an artifact's rank",
        description="Its rank with band and components, and each signal's points with value, source and date. `at` "
        "reads what was written down for the week of that day: a snapshot, as in its history.",
        parameters=[OpenApiParameter("at", {"type": "string", "format": "date"}, description="A day in the past.")],
        responses=RANK_OR_SNAPSHOT,
        tags=["ranks"],
    )
    @conditional
    def get(self, request: Request, slug: str) -> Any:
        asked = Parameters(request.query_params, known=("at",))
        at = day_in(asked)
        asked.check()
        artifact = self.artifact(request, slug, "api:artifact-rank")
        if isinstance(artifact, HttpResponseBase):
            return artifact
        if at is not None:
            found = Snapshot.objects.filter(artifact=artifact, on=monday_of(at)).first()
            if found is None:
                raise NotFound(f"No rank of “{slug}” was written down for the week of {at}.")
            return snapshot_data(found)
        document = self.document(request, artifact)
        del document["recompute"], document["recompute_note"]
        document["download"] = request.build_absolute_uri(reverse("ranking:rank-file", args=[artifact.slug]))
        return document


class HistoryView(_AboutOne):
    @extend_schema(
        operation_id="artifacts_history",
        summary="List an artifact's past ranks",
        description="One for each week, the latest first; what was written down is never computed anew.",
        responses=RankHistorySerializer,
        tags=["ranks"],
    )
    @conditional
    def get(self, request: Request, slug: str) -> Any:
        Parameters(request.query_params, known=()).check()
        artifact = self.artifact(request, slug, "api:artifact-history")
        if isinstance(artifact, HttpResponseBase):
            return artifact
        found = Snapshot.objects.filter(artifact=artifact).order_by("-on")
        return {"next": None, "previous": None, "results": [snapshot_data(one) for one in found]}


@extend_schema(exclude=True)
class RankFileView(_AboutOne):
    @conditional
    def get(self, request: Request, slug: str) -> Any:
        Parameters(request.query_params, known=()).check()
        artifact = self.artifact(request, slug, "ranking:rank-file")
        return artifact if isinstance(artifact, HttpResponseBase) else self.document(request, artifact)


def day_in(asked: Parameters) -> dt.date | None:
    """What `at` asks for."""
    given = asked.text("at")
    if given is None:
        return None
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        asked.refuse("at", "A day is written as 2026-01-31.")
        return None
