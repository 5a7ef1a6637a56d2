"""/api/v1/categories/: the shelves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from catalog.api import examples
from catalog.api.answers import conditional
from catalog.api.paging import ID, Key, Order, Segment, page_of
from catalog.api.serializers.vocabulary import CategorySerializer, Counted
from catalog.api.views.listing import (
    PAGING,
    CatalogViewSet,
    cursor_parameter,
    fields_parameter,
    limit_parameter,
    shaped,
)
from catalog.columns import columns
from catalog.models import Category

BY_NAME = Order("name", (Segment((Key("name", "text"), ID)),))


@extend_schema_view(
    list=extend_schema(
        operation_id="categories_list",
        summary="List categories",
        description="The shelves by name, each with the number of artifacts on it.",
        parameters=[limit_parameter(), cursor_parameter(), fields_parameter(CategorySerializer, "slug,name")],
        responses=CategorySerializer(many=True),
        examples=examples.example(examples.CATEGORY),
        tags=["vocabulary"],
    ),
)
class CategoryViewSet(CatalogViewSet):
    queryset = Category.objects.all()
    serializer_class = CategorySerializer

    @conditional
    def list(self, request: Request) -> Any:
        asked = self.parameters(request, *PAGING)
        fields = asked.names("fields", tuple(CategorySerializer.made_by))
        limit = self.limit(asked)
        cursor = self.cursor(asked, {"name": BY_NAME})
        asked.check()
        found = page_of(
            Category.objects.all(),
            BY_NAME,
            limit=limit,
            cursor=cursor,
            load=lambda ids: Category.objects.filter(pk__in=ids),
        )
        held = columns(self.state)
        counts = held.counts_of_many("category", held.everything())
        counted = [Counted(category, counts.get(category.pk, 0)) for category in found.rows]
        rows = shaped(CategorySerializer, counted, self.making(request, fields))
        return self.page(request, rows, found.next, found.previous)
