"""/api/v1/capabilities/: the shared vocabulary."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from catalog.api import examples
from catalog.api.answers import conditional
from catalog.api.paging import by_name, page_of
from catalog.api.serializers.vocabulary import CapabilityRowSerializer, CapabilitySerializer, Counted
from catalog.api.views.listing import (
    PAGING,
    CatalogViewSet,
    cursor_parameter,
    fields_parameter,
    limit_parameter,
    moved_to,
    shaped,
)
from catalog.columns import columns
from catalog.models import Capability, CapabilityAlias

BY_NAME = by_name()


@extend_schema_view(
    list=extend_schema(
        operation_id="capabilities_list",
        summary="List capabilities",
        description="The shared vocabulary by name: what artifacts can do, each thing under one word.",
        parameters=[limit_parameter(), cursor_parameter(), fields_parameter(CapabilityRowSerializer, "slug,name,uri")],
        responses=CapabilityRowSerializer(many=True),
        examples=examples.example(examples.CAPABILITY),
        tags=["vocabulary"],
    ),
    retrieve=extend_schema(
        operation_id="capabilities_retrieve",
        summary="Get a capability",
        description="One capability with its synonyms and the narrower ones below it. A former slug redirects.",
        parameters=[fields_parameter(CapabilitySerializer, "slug,name,narrower")],
        responses=CapabilitySerializer,
        examples=examples.example({**examples.CAPABILITY, "narrower": []}),
        tags=["vocabulary"],
    ),
)
class CapabilityViewSet(CatalogViewSet):
    queryset = Capability.objects.live()
    serializer_class = CapabilityRowSerializer

    @conditional
    def list(self, request: Request) -> Any:
        asked = self.parameters(request, *PAGING)
        fields = asked.names("fields", tuple(CapabilityRowSerializer.made_by))
        limit = self.limit(asked)
        cursor = self.cursor(asked, {"name": BY_NAME})
        asked.check()

        def load(ids: list[int]) -> QuerySet[Capability]:
            return Capability.objects.filter(pk__in=ids).select_related("broader").prefetch_related("synonyms")

        found = page_of(Capability.objects.live(), BY_NAME, limit=limit, cursor=cursor, load=load)
        counts = self._counts()
        counted = [Counted(capability, counts.get(capability.pk, 0)) for capability in found.rows]
        rows = shaped(CapabilityRowSerializer, counted, self.making(request, fields))
        return self.page(request, rows, found.next, found.previous)

    @conditional
    def retrieve(self, request: Request, slug: str) -> Any:
        asked = self.parameters(request, "fields")
        fields = asked.names("fields", tuple(CapabilitySerializer.made_by))
        asked.check()
        capability = (
            Capability.objects.live()
            .filter(slug=slug)
            .select_related("broader")
            .prefetch_related("synonyms", "narrower")
            .first()
        )
        if capability is None:
            now_called = CapabilityAlias.objects.filter(slug=slug).values_list("capability__slug", flat=True).first()
            if now_called is not None:
                return moved_to(request, "api:capability-detail", now_called)
            raise NotFound(f"There is no capability “{slug}”.")
        counts = self._counts()
        below = sorted(capability.narrower.all(), key=lambda child: child.sort_name)
        narrower = tuple(Counted(child, counts.get(child.pk, 0)) for child in below)
        counted = Counted(capability, counts.get(capability.pk, 0), narrower)
        return CapabilitySerializer(context={"making": self.making(request, fields)}).to_representation(counted)

    def _counts(self) -> dict[int, int]:
        """Public artifacts by capability: the numbers of the facets, from the same columns."""
        held = columns(self.state)
        return held.counts_of_many("capability", held.everything())
