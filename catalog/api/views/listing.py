"""What the lists have in common: reading `limit`, `cursor` and `fields`, and answering with one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import GenericViewSet

from catalog.api.addresses import Addresses
from catalog.api.answers import PublicView
from catalog.api.paging import CannotRead, Cursor, CursorPaging, Order
from catalog.api.parameters import Parameters
from catalog.api.serializers.shape import Making, Shape

PAGING = ("limit", "cursor", "fields")
SLUG = r"[a-z0-9-]{1,120}"


def limit_parameter() -> OpenApiParameter:
    sizes = settings.UNFRAGILE
    schema = {"type": "integer", "minimum": 1, "maximum": sizes["API_MAX_PAGE_SIZE"], "default": sizes["API_PAGE_SIZE"]}
    return OpenApiParameter("limit", schema, description="How many results a page holds.")


def cursor_parameter() -> OpenApiParameter:
    schema = {"type": "string", "minLength": 1, "maxLength": 800, "pattern": r"^[A-Za-z0-9_-]+$"}
    return OpenApiParameter(
        "cursor", schema, description="Where a page begins. Take it from `next` or `previous`; it is opaque."
    )


def fields_parameter(shape: type[Shape], example: str) -> OpenApiParameter:
    schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(shape.made_by)}}
    return OpenApiParameter(
        "fields", schema, explode=False, description=f"Only these fields, separated by commas, such as `{example}`."
    )


class CatalogViewSet(PublicView, GenericViewSet):
    """Read-only. `shape` serializes a row of the list, `pagination_class` only describes it."""

    http_method_names = ("get", "head", "options")
    lookup_field = "slug"
    lookup_value_regex = SLUG
    pagination_class = CursorPaging
    filter_backends: Any = ()

    def parameters(self, request: Request, *names: str, repeatable: Collection[str] = ()) -> Parameters:
        return Parameters(request.query_params, known=names, repeatable=repeatable)

    def limit(self, asked: Parameters) -> int:
        sizes = settings.UNFRAGILE
        return asked.number("limit", lowest=1, highest=sizes["API_MAX_PAGE_SIZE"], default=sizes["API_PAGE_SIZE"])

    def cursor(self, asked: Parameters, orders: Mapping[str, Order], wanted: str | None = None) -> Cursor | None:
        """`wanted` is the order the list is asked for; a cursor of another one does not fit."""
        given = asked.text("cursor")
        if given is None:
            return None
        try:
            cursor = Cursor.from_text(given, orders.get)
        except CannotRead as error:
            asked.refuse("cursor", str(error))
            return None
        if wanted is not None and cursor.order != wanted:
            asked.refuse("cursor", "This cursor belongs to the list in another order.")
            return None
        return cursor

    def making(self, request: Request, fields: frozenset[str] | None) -> Making:
        return Making(Addresses(request), self.now, fields)

    def page(
        self,
        request: Request,
        results: list[dict[str, Any]],
        next: Cursor | None = None,
        previous: Cursor | None = None,
    ) -> dict[str, Any]:
        address = request.build_absolute_uri()
        return {
            "next": replace_query_param(address, "cursor", next.to_text()) if next else None,
            "previous": replace_query_param(address, "cursor", previous.to_text()) if previous else None,
            "results": results,
        }


def moved_to(request: Request, name: str, slug: str) -> HttpResponsePermanentRedirect:
    """The same question to the address that the thing has now."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(reverse(name, args=[slug]) + (f"?{query}" if query else ""))


def shaped(shape: type[Shape], things: list[Any], making: Making) -> list[dict[str, Any]]:
    """Rows of one shape. One serializer makes them all."""
    serializer = shape(context={"making": making})
    return [serializer.to_representation(thing) for thing in things]
