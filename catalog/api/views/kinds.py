"""/api/v1/kinds/: the closed list of kinds, what each is, and which facts it has. It fits one page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from catalog.api import examples
from catalog.api.answers import conditional
from catalog.api.serializers.vocabulary import Counted, KindSerializer
from catalog.api.views.listing import CatalogViewSet, fields_parameter, shaped
from catalog.columns import columns
from catalog.kinds import KINDS


@extend_schema_view(
    list=extend_schema(
        operation_id="kinds_list",
        summary="List kinds",
        description="The kinds of artifacts, how many there are of each, and which facts they have. Always one page.",
        parameters=[fields_parameter(KindSerializer, "kind,label,count")],
        responses=KindSerializer(many=True),
        examples=examples.example(examples.KIND),
        tags=["vocabulary"],
    ),
)
class KindViewSet(CatalogViewSet):
    serializer_class = KindSerializer

    @conditional
    def list(self, request: Request) -> Any:
        asked = self.parameters(request, "fields")
        fields = asked.names("fields", tuple(KindSerializer.made_by))
        asked.check()
        held = columns(self.state)
        counts = held.counts("kind", held.everything())
        counted = [Counted(spec, counts.get(kind, 0)) for kind, spec in KINDS.items()]
        return self.page(request, shaped(KindSerializer, counted, self.making(request, fields)))
