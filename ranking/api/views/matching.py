"""/api/v1/search, /api/v1/resolve and /api/v1/feedback: intents answered, and what became of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.addresses import Addresses
from catalog.api.answers import PREFLIGHT, PublicView
from catalog.api.parameters import Parameters
from catalog.api.serializers.artifact import ArtifactRowSerializer
from catalog.api.serializers.shape import Making
from catalog.api.views.artifacts import numbered
from catalog.api.views.listing import shaped
from catalog.choices import Kind
from catalog.models import Artifact, Identifier
from catalog.state import live_state
from ranking.api.match_shapes import (
    FeedbackSerializer,
    FoundSerializer,
    ResolvedSerializer,
    ResolveSerializer,
    TakenSerializer,
    refuse_unknown,
)
from ranking.graph import recording
from ranking.invocation import invocation_of
from ranking.models import Act, Door
from ranking.searching import FILTERS, LIMIT, LONGEST, MOST, Found, Hit, search
from ranking.views.readers import reader_of


class NotServed(APIException):
    """The request is understood, and cannot be taken."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "not_taken"


class _Asking(PublicView):
    """Every answer is somebody's own: it has their token in it, so nobody keeps it."""

    kept_answer = None  # type: ignore[assignment]
    never_kept = True
    methods: ClassVar[str] = "GET, HEAD, OPTIONS"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        allowed = {
            **PREFLIGHT,
            "Access-Control-Allow-Methods": self.methods,
            "Access-Control-Allow-Headers": "Authorization, Accept, Content-Type",
        }
        response = HttpResponse(status=204, headers=allowed)
        del response["Content-Type"]
        return response

    def found(self, request: Request, text: str, *, door: str, facets: Sequence[str], limit: int) -> Found:
        return search(
            text,
            state=live_state(),
            reader=reader_of(request, programs_count=True),
            door=door,
            now=timezone.now(),
            facets=facets,
            limit=limit,
            is_recorded=request.method != "HEAD",  # which nobody reads
        )

    def matches(self, request: Request, hits: Sequence[Hit]) -> list[dict[str, Any]]:
        """One query for all of them."""
        generation = live_state().generation_id
        wanted = Artifact.objects.for_rows(generation).filter(pk__in=[hit.row.id for hit in hits])
        artifacts = {one.pk: one for one in numbered(wanted, generation)}
        hits = [hit for hit in hits if hit.row.id in artifacts]
        making = Making(Addresses(request), timezone.now(), None)
        rows = shaped(ArtifactRowSerializer, [artifacts[hit.row.id] for hit in hits], making)
        return [
            {
                "artifact": row,
                "capability": {"slug": hit.capability_slug, "name": hit.capability_name}
                if hit.capability_slug
                else None,
                "score": hit.score,
                "why": list(hit.why),
                "fits": list(hit.fits),
                "clashes": list(hit.clashes),
            }
            for hit, row in zip(hits, rows, strict=True)
        ]


def _understood(found: Found) -> list[dict[str, Any]]:
    return [{"facet": wish.facet, "words": wish.words, "met": wish.is_met} for wish in found.wishes]


class SearchView(_Asking):
    http_method_names = ("get", "head", "options")

    @extend_schema(
        operation_id="search",
        summary="Search by intent",
        description=(
            "What serves a need in plain words, and why. Each answer is recorded, without a name, and carries a token"
            " with which one choice and one outcome can be reported for a day."
        ),
        parameters=[
            OpenApiParameter(
                "q",
                {"type": "string", "minLength": 1},
                required=True,
                description=f"The need. What is beyond {LONGEST} characters is not read.",
            ),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, description="Answers."
            ),
            *(
                OpenApiParameter(
                    name, {"type": "string", "enum": list(values)}, description=f"Only {name} of this sort."
                )
                for name, values in FILTERS.items()
            ),
        ],
        responses=FoundSerializer,
        tags=["matching"],
    )
    def get(self, request: Request) -> Response:
        asked = Parameters(request.query_params, known=("q", "limit", *FILTERS))
        text = asked.text("q")
        limit = asked.number("limit", lowest=1, highest=MOST, default=LIMIT)
        facets = [f"{name}:{value}" for name, values in FILTERS.items() if (value := asked.choice(name, values, ""))]
        if text is None and "q" not in asked.errors:
            asked.refuse("q", "Say what you need done.")
        asked.check()
        found = self.found(request, text or "", door=Door.API, facets=facets, limit=limit)
        return Response(
            {
                "query": found.query,
                "intent": {"slug": found.intent.slug, "name": found.intent.name} if found.intent else None,
                "answered": found.answered,
                "confidence": found.confidence,
                "token": found.token,
                "understood": _understood(found),
                "matches": self.matches(request, found.hits),
                "near": self.matches(request, found.near),
            }
        )


class ResolveView(_Asking):
    http_method_names = ("post", "options")
    methods = "POST, OPTIONS"

    @extend_schema(
        operation_id="resolve",
        summary="Resolve an intent",
        description="The one artifact that serves a need best, how it is taken into use, and what else would do.",
        request=ResolveSerializer,
        responses={200: ResolvedSerializer},
        tags=["matching"],
    )
    def post(self, request: Request) -> Response:
        Parameters(request.query_params, known=()).check()
        asked = _read(ResolveSerializer, request)
        facets = [f"kind:{asked['kind']}"] if "kind" in asked else []
        for name, values in asked.get("constraints", {}).items():
            facets += [f"{name}:{value}" for value in (values if isinstance(values, list) else [values])]
        found = self.found(request, asked["intent"], door=Door.RESOLVE, facets=facets, limit=asked["limit"])
        matches = self.matches(request, found.hits)
        best = matches[0] if matches else None
        if best is not None:
            best = {**best, "invocation": self.invocation(found.hits[0])}
        return Response(
            {
                "intent": found.query,
                "answered": found.answered,
                "confidence": found.confidence,
                "token": found.token,
                "understood": _understood(found),
                "best": best,
                "alternatives": matches[1:],
                "near": self.matches(request, found.near),
            }
        )

    def invocation(self, hit: Hit) -> dict[str, str] | None:
        ids = dict(Identifier.objects.filter(artifact=hit.row.id).order_by("-pk").values_list("scheme", "value"))
        found = invocation_of(Kind(hit.row.kind), ids)
        return {"text": found.text, "scheme": found.scheme} if found else None


class FeedbackView(_Asking):
    http_method_names = ("post", "options")
    refuses: ClassVar[dict[int, str]] = {422: "The token is not one of ours, or the artifact was not served with it."}
    methods = "POST, OPTIONS"

    @extend_schema(
        operation_id="feedback",
        summary="Report a choice or an outcome",
        description=(
            "What was chosen of an answer, or whether it worked. A token is good for one of each; the same again is"
            " taken and changes nothing. The answer does not tell how much it counts."
        ),
        request=FeedbackSerializer,
        responses={202: TakenSerializer},
        tags=["matching"],
    )
    def post(self, request: Request) -> Response:
        Parameters(request.query_params, known=()).check()
        asked = _read(FeedbackSerializer, request)
        acts = [(Act.CHOICE, None)] if asked.get("choice") else []
        if "outcome" in asked:
            acts.append((Act.OUTCOME, asked["outcome"] == "worked"))
        if not acts:
            raise ValidationError({"choice": ["Say that it was chosen, or give an outcome: worked or failed."]})
        artifact = Artifact.objects.public().filter(slug=asked["artifact"]).values_list("pk", flat=True).first()
        if artifact is None:
            raise NotServed("There is no such artifact.")
        for act, worked in acts:
            try:
                recording.accept(
                    asked["token"],
                    act=act,
                    artifact=artifact,
                    worked=worked,
                    comment=asked.get("comment", ""),
                    reader=reader_of(request, programs_count=True, asks_person=True),
                    now=timezone.now(),
                )
            except recording.CannotAccept as error:
                raise NotServed(str(error)) from error
        return Response({"status": "taken"}, status=status.HTTP_202_ACCEPTED)


def _read(shape: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """What was sent, checked."""
    sent = request.data
    if not isinstance(sent, dict):
        raise ValidationError({"body": ["Send a JSON object."]})
    form = shape(data=sent)
    refuse_unknown(form, sent)
    form.is_valid(raise_exception=True)
    data: dict[str, Any] = form.validated_data
    return data
