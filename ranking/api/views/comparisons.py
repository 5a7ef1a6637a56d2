"""/api/v1/comparisons/ by slugs and by key, and the files of a comparison: /compare/<key>.json, .csv, .md, .png."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.http import HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from catalog.api.answers import PublicView, Written, conditional
from catalog.api.errors import Gone
from catalog.api.parameters import Parameters
from catalog.api.views.listing import SLUG, fields_parameter
from catalog.models import Artifact
from ranking.api.comparison_shapes import ComparisonSerializer
from ranking.api.views.ranks import day_in
from ranking.comparing import Meant, artifacts_for, comparison_of
from ranking.comparing_past import CannotLookBack, comparison_at
from ranking.comparison.document import PARTS, Edition, document_of
from ranking.comparison.image import png_of
from ranking.comparison.key import CannotCompare, checked, key_of, slugs_in
from ranking.comparison.markdown import markdown_of
from ranking.comparison.preferences import Preferences
from ranking.comparison.rows import csv_of
from ranking.forms import LICENCES, MOST, PARAMETERS, WEIGHTS, preferences_in

SEVERAL = ("capability", "licence")
SLUG_OF_ONE = {"type": "string", "pattern": f"^{SLUG}$"}
AMOUNT = {"type": "integer", "minimum": 0, "maximum": MOST}
SHARE = {"type": "number", "minimum": 0, "maximum": 100}
ASKED = [
    OpenApiParameter("input_tokens", AMOUNT, description="A month's input tokens: adds a row with its price."),
    OpenApiParameter("output_tokens", AMOUNT, description="A month's output tokens."),
    OpenApiParameter("calls", AMOUNT, description="A month's calls."),
    *(
        OpenApiParameter(
            parameter, SHARE, description=f"The weight of {name}. With a weight, `weighed` has the outcome."
        )
        for parameter, name in WEIGHTS.items()
    ),
    OpenApiParameter(
        "capability",
        {"type": "array", "items": SLUG_OF_ONE},
        explode=False,
        description="What it has to do, by slug; what nobody has shown to do it is ruled out in `weighed`.",
    ),
    OpenApiParameter(
        "licence",
        {"type": "array", "items": {"type": "string", "enum": [value for value, _ in LICENCES]}},
        explode=False,
        description="Licence classes that will do.",
    ),
    OpenApiParameter(
        "at",
        {"type": "string", "format": "date"},
        description="A day in the past: from what was written down weekly by then, with the `changes` since.",
    ),
    fields_parameter(ComparisonSerializer, "key,verdict"),
]
SHAPE = "Facts, capabilities and verdict as on the page. Cells stand in the order of `artifacts`."


class _Comparing(PublicView):
    http_method_names = ("get", "head", "options")

    def edition(
        self, request: Request, asked: Parameters, artifacts: Sequence[Artifact], preferences: Preferences
    ) -> Edition:
        """Today's, or that of the day `at`. What is wrong with the parameters is raised here."""
        at = day_in(asked) if "at" in request.query_params else None
        asked.check()
        for artifact in artifacts:
            self.holds_until(artifact.verified_until)
        root, today = request.build_absolute_uri("/").rstrip("/"), self.now.date()
        if at is None:
            return Edition(comparison_of(artifacts, self.state, preferences=preferences, today=today), root)
        try:
            past = comparison_at(artifacts, on=at, preferences=preferences, state=self.state, today=today)
        except CannotLookBack as error:
            raise ValidationError({"at": [str(error)]}) from error
        return Edition(past.table, root, past.changes)

    def document(self, request: Request, asked: Parameters, artifacts: Sequence[Artifact]) -> dict[str, Any]:
        """As the API answers: every parameter is understood, or refused."""
        fields = asked.names("fields", tuple(PARTS))
        asked.refuse_blanks(name for name in PARAMETERS if name in request.query_params)
        preferences = _preferences(request, asked)
        return document_of(self.edition(request, asked, artifacts, preferences), fields)


class ComparisonsView(_Comparing):
    @extend_schema(
        operation_id="comparisons_make",
        summary="Compare artifacts",
        description=f"Two to four artifacts by slug, in any order. {SHAPE}",
        parameters=[
            OpenApiParameter(
                "artifacts",
                {"type": "array", "minItems": 2, "maxItems": 4, "uniqueItems": True, "items": SLUG_OF_ONE},
                required=True,
                explode=False,
                description="Slugs, separated by commas.",
            ),
            *ASKED,
        ],
        responses=ComparisonSerializer,
        tags=["comparisons"],
    )
    @conditional
    def get(self, request: Request) -> Any:
        known = ("artifacts", "at", "fields", *PARAMETERS)
        asked = Parameters(request.query_params, known=known, repeatable=("artifacts", *SEVERAL))
        meant = self._meant(request, asked)
        if meant is None:
            raise ValidationError(dict(asked.errors))
        if meant.moved:
            return _sent_on(request, "api:comparison", _present(meant), leaving_out="artifacts")
        return self.document(request, asked, meant.artifacts)

    def _meant(self, request: Request, asked: Parameters) -> Meant | None:
        given = [slug.strip() for text in request.query_params.getlist("artifacts") for slug in text.split(",")]
        if not any(given):
            asked.refuse("artifacts", "Name two to four artifacts by their slugs, separated by commas.")
            return None
        try:
            slugs = checked(given)
        except CannotCompare as error:
            asked.refuse("artifacts", str(error))
            return None
        if malformed := [slug for slug in slugs if not re.fullmatch(SLUG, slug)]:
            asked.refuse("artifacts", f"“{malformed[0][:60]}” is no slug; slugs are those that lists give.")
            return None
        meant = artifacts_for(slugs, self.state)
        for slug in meant.unknown:
            asked.refuse("artifacts", f"There is no artifact “{slug}”. Leave it out, or look for it in the list.")
        for artifact in meant.withdrawn:
            asked.refuse("artifacts", f"“{artifact.slug}” was withdrawn. Leave it out.")
        if not asked.errors and len(_present(meant)) < 2:
            asked.refuse("artifacts", "These are names of one artifact. Choose another one to set beside it.")
        return None if "artifacts" in asked.errors else meant


class _OfKey(_Comparing):
    #: Where one is sent whose key is another's old one.
    address: ClassVar[str]

    def artifacts(self, request: Request, key: str, *rest: str) -> tuple[Artifact, ...] | HttpResponseBase:
        """Those of the key, or the way to the key they have now."""
        if not re.fullmatch(r"[A-Za-z0-9-]+", key):
            raise NotFound("There is no such comparison. Its key is slugs with -vs- between them.")
        try:
            slugs = slugs_in(key)
            meant = artifacts_for(slugs, self.state)
            checked([meant.moved.get(slug, slug) for slug in slugs])
        except CannotCompare as error:
            raise ValidationError({"key": [str(error)]}) from error
        if meant.unknown:
            raise NotFound(f"There is no artifact “{meant.unknown[0][:120]}”. Look for it in the list of artifacts.")
        if meant.withdrawn:
            gone = meant.withdrawn[0]
            raise Gone(
                f"“{gone.slug}” was withdrawn and cannot be compared any more: {gone.withdrawn_reason}",
                slug=gone.slug,
                reason=gone.withdrawn_reason,
            )
        present = _present(meant)
        if key_of(present) != key:
            return _sent_on(request, self.address, present, *rest)
        return meant.artifacts


class ComparisonView(_OfKey):
    address = "api:comparison"

    @extend_schema(
        operation_id="comparisons_retrieve",
        summary="Get a comparison",
        description=f"By its key: slugs by the alphabet, with -vs- between them; another order is sent on. {SHAPE}",
        parameters=[
            OpenApiParameter(
                "key",
                {"type": "string", "pattern": f"^{SLUG}(-vs-{SLUG}){{1,3}}$"},
                OpenApiParameter.PATH,
                description="Such as mixtral-8x7b-vs-the-stack-v2.",
            ),
            *ASKED,
        ],
        responses=ComparisonSerializer,
        tags=["comparisons"],
    )
    @conditional
    def get(self, request: Request, key: str) -> Any:
        asked = Parameters(request.query_params, known=("at", "fields", *PARAMETERS), repeatable=SEVERAL)
        artifacts = self.artifacts(request, key)
        return artifacts if isinstance(artifacts, HttpResponseBase) else self.document(request, asked, artifacts)


class AnyForm(BaseContentNegotiation):
    """A file is what its name says, whatever a browser says it likes."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        first = next(iter(renderers))
        return first, first.media_type


WRITERS: dict[str, tuple[str, Callable[[Edition], str | bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv_of),
    "md": ("text/markdown; charset=utf-8", markdown_of),
    "png": ("image/png", png_of),
}
SUFFIXES = ("json", *WRITERS)


@extend_schema(exclude=True)
class ComparisonFileView(_OfKey):
    """What the page's address reads, the file reads; the page's own switches mean nothing here."""

    address = "ranking:comparison-file"
    content_negotiation_class = AnyForm

    @conditional
    def get(self, request: Request, key: str, suffix: str) -> Any:
        artifacts = self.artifacts(request, key, suffix)
        if isinstance(artifacts, HttpResponseBase):
            return artifacts
        known = {"at", "fields", *PARAMETERS}
        query = request.query_params.copy()
        for name in list(query):
            if name not in known or not any(query.getlist(name)):
                del query[name]
        asked = Parameters(query, known=known, repeatable=SEVERAL)
        fields = asked.names("fields", tuple(PARTS)) if suffix == "json" else None
        edition = self.edition(request, asked, artifacts, _preferences(request, asked))
        if suffix == "json":
            return document_of(edition, fields)
        content_type, write = WRITERS[suffix]
        body = write(edition)
        return Written(body if isinstance(body, bytes) else body.encode(), content_type)


def _preferences(request: Request, asked: Parameters) -> Preferences:
    """What is wrong with them is noted in `asked`."""
    query = request.query_params.copy()
    for name in SEVERAL:
        query.setlist(name, [part.strip() for text in query.getlist(name) for part in text.split(",") if part.strip()])
    preferences, errors = preferences_in(query)
    for name, messages in errors.items():
        for parameter in [name] if name in PARAMETERS else [it for it in WEIGHTS if it in query]:
            asked.refuse(parameter, *messages)
    return preferences


def _present(meant: Meant) -> list[str]:
    """Slugs of today, each once."""
    return sorted({*(artifact.slug for artifact in meant.artifacts), *meant.moved.values()})


def _sent_on(
    request: Request, address: str, slugs: Sequence[str], *rest: str, leaving_out: str = ""
) -> HttpResponsePermanentRedirect:
    query = request.query_params.copy()
    query.pop(leaving_out, None)
    target = reverse(address, args=[key_of(slugs), *rest])
    return HttpResponsePermanentRedirect(f"{target}?{query.urlencode()}" if query else target)
