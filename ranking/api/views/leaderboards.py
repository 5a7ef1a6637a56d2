"""/api/v1/leaderboards/: who leads in each kind, ties as ties; on one shelf or for one capability where asked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog.api.addresses import Addresses
from catalog.api.answers import PublicView, conditional
from catalog.api.parameters import Parameters
from catalog.choices import Kind
from catalog.columns import columns
from catalog.models import Capability, Category
from ranking.api.shapes import LeaderboardsSerializer
from ranking.leaderboards import Board, Place, boards

SLUG = {"type": "string", "pattern": "^[a-z0-9-]{1,120}$"}


class LeaderboardsView(PublicView):
    http_method_names = ("get", "head", "options")

    @extend_schema(
        operation_id="leaderboards_list",
        summary="List leaderboards",
        description="The leaders of each kind by the lower end of their bands. Places that are tied share a number. "
        "Ranks of different kinds do not compare, so there is a board for each kind.",
        parameters=[
            OpenApiParameter("kind", {"type": "string", "enum": Kind.values}, description="Only this kind's."),
            OpenApiParameter("category", SLUG, description="Only artifacts on this shelf, by slug."),
            OpenApiParameter("capability", SLUG, description="Only artifacts that offer this capability, by slug."),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": settings.UNFRAGILE["API_MAX_PAGE_SIZE"], "default": 10},
                description="How many places of each board.",
            ),
        ],
        responses=LeaderboardsSerializer,
        tags=["ranks"],
    )
    @conditional
    def get(self, request: Request) -> Any:
        asked = Parameters(request.query_params, known=("kind", "category", "capability", "limit"))
        asked.refuse_blanks(("kind", "category", "capability"))
        kind = asked.choice("kind", Kind.values, "")
        size = asked.number("limit", lowest=1, highest=settings.UNFRAGILE["API_MAX_PAGE_SIZE"], default=10)
        held = columns(self.state)
        among = held.everything()
        for name, rows in (("category", Category.objects.all()), ("capability", Capability.objects.live())):
            slug = asked.text(name)
            if slug is None:
                continue
            pk = rows.values_list("pk", flat=True).filter(slug=slug).first()
            if pk is None:
                asked.refuse(name, f"There is no {name} “{slug}”.")
            else:
                among = among & held.having(name, pk)
        asked.check()
        self.holds_until(held.next_lapse(self.now))
        found = boards(self.state, among=among, kinds=[kind] if kind else None, size=size)
        addresses, number = Addresses(request), self.state.generation
        return {"next": None, "previous": None, "results": [_board(one, addresses, number) for one in found]}


def _board(board: Board, addresses: Addresses, number: int | None) -> dict[str, Any]:
    return {
        "kind": board.spec.kind.value,
        "label": board.spec.plural,
        "ranked": board.count,
        "places": [_place(place, addresses, number) for place in board.places],
    }


def _place(place: Place, addresses: Addresses, number: int | None) -> dict[str, Any]:
    row, standing = place.row, place.row.standing
    return {
        "place": place.number,
        "tied": not place.starts,
        "said": place.said,
        "artifact": {
            "slug": row.slug,
            "name": row.name,
            "kind": row.kind,
            "tagline": row.tagline,
            "url": addresses.artifact(row.slug),
            "rank": standing
            and {
                "score": standing.score,
                "low": standing.low,
                "high": standing.high,
                "percentile": standing.percentile,
                "coverage": standing.coverage,
                "generation": number,
            },
            "verified": row.is_proven,
        },
    }
