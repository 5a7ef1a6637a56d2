"""/api/v1/me/claims/<pk>/proposals/: what one has proposed for a listing; more of it, and taking it back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, Throttled, ValidationError
from rest_framework.request import Request

from catalog.api.paging import page_of
from catalog.api.views.listing import cursor_parameter, limit_parameter
from catalog.choices import ProposalState
from catalog.models import Proposal
from catalog.storable import is_unstorable
from claims import listing
from claims.api.claims import CLAIM, NEWEST_FIRST
from claims.api.own import Conflict, OwnView, private, rendered
from claims.choices import Scope
from claims.permissions import Verb
from claims.repeats import LONGEST
from claims.suggestions import proposals_of

SECTIONS = ("listing", "facts", "offerings", "contrasts", "prices")
PROPOSAL = OpenApiParameter(
    "proposal", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}, OpenApiParameter.PATH, description="Its id."
)
ONCE = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Drawn by you for this request. Sent again within a day, it is answered as it was, and not done again.",
)


class ProposeSerializer(serializers.Serializer):
    section = serializers.ChoiceField(choices=SECTIONS, help_text="Of the listing.")
    fields = serializers.DictField(  # type: ignore[assignment]  # a declared field leaves the class
        required=False, help_text="By name what they shall be; as on the page."
    )
    row = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The offering, contrast or price; none: a new one."
    )
    remove = serializers.BooleanField(required=False, help_text="Take the row away.")
    why = serializers.CharField(required=False, allow_blank=True, max_length=1_000, help_text="For the editor.")
    source = serializers.CharField(  # type: ignore[assignment]  # likewise
        required=False, allow_blank=True, max_length=500, help_text="Where it can be checked: a link."
    )


class ProposalSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    subject = serializers.CharField(help_text="What of the listing.")
    state = serializers.ChoiceField(choices=ProposalState.choices)
    before = serializers.DictField(help_text="The fields as they stood then.")
    after = serializers.DictField(help_text="As proposed; empty where a row would be taken away.")
    why = serializers.CharField(help_text="What was said for it.")
    note = serializers.CharField(help_text="What the editor answered.")
    answers = serializers.DictField(help_text="By field, where they were answered one by one: is_accepted and note.")
    proposed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class SubmittedSerializer(serializers.Serializer):
    at_once = serializers.ListField(child=serializers.CharField(), help_text="What stands already, in words.")
    proposed = ProposalSerializer(many=True, help_text="What waits for an editor: one for each row.")


def proposal_row(it: Proposal) -> dict[str, Any]:
    return {
        "id": it.pk,
        "subject": it.subject,
        "state": it.state,
        "before": it.before,
        "after": it.after,
        "why": it.why,
        "note": it.note,
        "answers": it.answers or {},
        "proposed_at": it.proposed_at,
        "decided_at": it.decided_at,
    }


class ProposalsView(OwnView):
    scopes: ClassVar[dict[str, Scope]] = {"GET": Scope.CLAIMS, "POST": Scope.PROPOSALS, "DELETE": Scope.PROPOSALS}
    http_method_names: Any = ("get", "head", "post", "delete", "options")
    refuses: ClassVar[dict[int, str]] = {
        409: "It is being worked on, or an editor was first.",
        422: "The Idempotency-Key was used for another request.",
    }

    @extend_schema(
        operation_id="my_proposals",
        summary="Your proposals",
        description="What those who look after the listing have proposed, the newest first, and what became of it.",
        parameters=[CLAIM, limit_parameter(), cursor_parameter()],
        responses={200: ProposalSerializer(many=True)},
        tags=["me"],
    )
    def list(self, request: Request, pk: int) -> Any:
        asked = self.parameters(request, "limit", "cursor")
        limit, cursor = self.limit(asked), self.cursor(asked, {"new": NEWEST_FIRST})
        asked.check()
        claim = self.claim_or_404(pk, Verb.EDIT)
        page = page_of(
            proposals_of(claim).order_by(),
            NEWEST_FIRST,
            limit=limit,
            cursor=cursor,
            load=lambda pks: Proposal.objects.filter(pk__in=pks),
        )
        return self.answer(self.page(request, [proposal_row(one) for one in page.rows], page.next, page.previous))

    @extend_schema(
        operation_id="propose",
        summary="Propose a change",
        description=(
            "What the page of the listing takes: fields that an owner may touch, of one section at a time. Small safe"
            " ones stand at once, the rest waits for an editor. All of it is taken, or nothing."
        ),
        parameters=[CLAIM, ONCE],
        request=ProposeSerializer,
        responses={201: SubmittedSerializer},
        tags=["me"],
    )
    def create(self, request: Request, pk: int) -> HttpResponse:
        self.parameters(request).check()
        claim = self.claim_or_404(pk, Verb.EDIT)

        def do(sent: dict[str, Any]) -> tuple[int, Any]:
            asked = _read(sent)
            try:
                done = listing.submit(
                    claim,
                    asked["section"],
                    asked.get("fields", {}),
                    by=self.person,
                    now=self.now,
                    row=asked.get("row"),
                    remove=asked.get("remove", False),
                    why=asked.get("why", ""),
                    source=asked.get("source", ""),
                )
            except listing.CannotPropose as refused:
                if refused.retry_after:
                    raise Throttled(refused.retry_after, " ".join(refused.errors.values())) from refused
                raise ValidationError({name or "request": [said] for name, said in refused.errors.items()}) from refused
            return 201, {"at_once": list(done.at_once), "proposed": [proposal_row(one) for one in done.proposed]}

        return self.once(do)

    @extend_schema(
        operation_id="withdraw_proposal",
        summary="Withdraw a proposal",
        description="Takes back what no editor has answered yet.",
        parameters=[CLAIM, PROPOSAL],
        responses={200: ProposalSerializer},
        tags=["me"],
    )
    def destroy(self, request: Request, pk: int, proposal: int) -> HttpResponse:
        self.parameters(request).check()
        claim = self.claim_or_404(pk, Verb.EDIT)
        mine = proposals_of(claim).filter(pk=proposal)
        if not mine.exists():
            raise NotFound("There is no such proposal of yours.")
        try:
            listing.withdraw(claim, proposal, by=self.person, now=self.now)
        except listing.CannotPropose as refused:
            raise Conflict(str(refused)) from refused
        return private(rendered(proposal_row(mine.get())))


def _read(sent: dict[str, Any]) -> dict[str, Any]:
    form = ProposeSerializer(data=sent)
    unknown = {name[:60]: ["There is no such field."] for name in sent if name not in form.get_fields()}
    if unknown:
        raise ValidationError(unknown)
    if is_unstorable(sent):
        raise ValidationError({"body": ["It holds a character that cannot be kept."]})
    form.is_valid(raise_exception=True)
    data: dict[str, Any] = form.validated_data
    return data
