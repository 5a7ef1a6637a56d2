"""/api/v1/validate/: what is wrong with a manifest. Nothing of it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.answers import PREFLIGHT, PublicView
from catalog.api.errors import TooLong
from catalog.api.parameters import Parameters
from catalog.importers.documents import MAX_BYTES
from catalog.manifest import CannotRead, validate
from catalog.vocabulary import spoken


class _Raw(BaseParser):
    """The body as it came; one byte more than is read, so that a longer one is noticed and not taken in."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, bytes]:
        body: bytes = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLong(MAX_BYTES)
        return {"body": body}


class YamlParser(_Raw):
    media_type = "application/yaml"


class TextParser(_Raw):
    media_type = "text/*"


class JsonParser(_Raw):
    """JSON is YAML."""

    media_type = "application/json"


class ManifestFindingSerializer(serializers.Serializer):
    line = serializers.IntegerField(help_text="From 1.")
    column = serializers.IntegerField(help_text="From 1.")
    path = serializers.CharField(help_text="Such as capabilities.0.title; empty for the file as a whole.")
    text = serializers.CharField(help_text="What is wrong, in a sentence.")


class ValidatedSerializer(serializers.Serializer):
    valid = serializers.BooleanField(help_text="Whether there are no errors.")
    errors = ManifestFindingSerializer(many=True, help_text="What has to be mended.")  # type: ignore[assignment]
    warnings = ManifestFindingSerializer(many=True, help_text="What readers will miss.")


class ValidateView(PublicView):
    http_method_names = ("post", "options")
    parser_classes = (YamlParser, TextParser, JsonParser)
    kept_answer = None  # type: ignore[assignment]  # no answer of it is kept

    @extend_schema(
        operation_id="validate_manifest",
        summary="Check a manifest",
        description="Errors and warnings of an unfragile.yml, by line and column. Nothing of it is kept.",
        request={"application/yaml": {"type": "object"}, "application/json": {"type": "object"}},
        responses={200: ValidatedSerializer},
        tags=["manifests"],
    )
    def post(self, request: Request) -> Response:
        Parameters(request.query_params, known=()).check()
        sent = request.data  # an empty body has no parser
        body = sent.get("body", b"") if isinstance(sent, dict) else b""
        try:
            found = validate(body, vocabulary=spoken())
        except CannotRead as error:
            where = f" Line {error.line}, column {error.column}." if error.line else ""
            raise ValidationError({"manifest": [f"{error}{where}"]}) from error
        data = {"valid": not found.errors, "errors": found.errors, "warnings": found.warnings}
        return Response(ValidatedSerializer(data).data)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        allowed = {
            **PREFLIGHT,
            "Access-Control-Allow-Methods": "POST, OPTIONS",
            "Access-Control-Allow-Headers": "Authorization, Accept, Content-Type",
        }
        response = HttpResponse(status=204, headers=allowed)
        del response["Content-Type"]
        return response
