"""/api/v1/me/claims/: what one has claimed, or looks after."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog.api.addresses import Addresses
from catalog.api.paging import Key, Order, Segment, page_of
from catalog.api.views.listing import cursor_parameter, limit_parameter
from claims.api.own import OwnView
from claims.api.shapes import ClaimDetailSerializer, ClaimSerializer, claim_row, proof_row
from claims.choices import ProofState, Scope
from claims.models import Claim, Member
from claims.permissions import Verb, may, role_in, visible_to

CLAIM = OpenApiParameter(
    "pk", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, OpenApiParameter.PATH, description="Of the claim."
)
NEWEST_FIRST = Order("new", (Segment((Key("id", "whole", descending=True),)),))


class ClaimsView(OwnView):
    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.CLAIMS}

    @extend_schema(
        operation_id="my_claims",
        summary="Your claims",
        description="What you have claimed or look after, the newest first, with what has ended.",
        parameters=[limit_parameter(), cursor_parameter()],
        responses={200: ClaimSerializer(many=True)},
        tags=["me"],
    )
    def list(self, request: Request) -> Any:
        asked = self.parameters(request, "limit", "cursor")
        limit, cursor = self.limit(asked), self.cursor(asked, {"new": NEWEST_FIRST})
        asked.check()
        mine = visible_to(self.person)
        if self.only is not None:
            mine = mine.filter(pk=self.only)
        page = page_of(
            mine,
            NEWEST_FIRST,
            limit=limit,
            cursor=cursor,
            load=lambda pks: Claim.objects.filter(pk__in=pks).select_related("artifact"),
        )
        roles = dict(Member.objects.filter(user=self.person, claim__in=page.rows).values_list("claim", "role"))
        addresses = Addresses(request)
        rows = [claim_row(claim, roles.get(claim.pk), addresses) for claim in page.rows]
        return self.answer(self.page(request, rows, page.next, page.previous))

    @extend_schema(
        operation_id="my_claim",
        summary="One of your claims",
        description="Its state, what you may do with it now, and its proofs, without the word that is to be published.",
        parameters=[CLAIM],
        responses={200: ClaimDetailSerializer},
        tags=["me"],
    )
    def retrieve(self, request: Request, pk: int) -> Any:
        self.parameters(request).check()
        claim = self.claim_or_404(pk, Verb.SEE)
        return self.answer(
            {
                **claim_row(claim, role_in(claim, self.person.pk), Addresses(request)),
                "may": [verb for verb in Verb if may(self.person, verb, claim, now=self.now)],
                "proofs": [proof_row(proof) for proof in claim.proofs.exclude(state=ProofState.OVER)],
            }
        )
