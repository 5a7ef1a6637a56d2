"""What an API of ours refuses beyond DRF's own exceptions, and the shape in which every refusal is answered.

The composition root's exception handler turns all of them into application/problem+json.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers, status
from rest_framework.exceptions import APIException


class Gone(APIException):
    """It was here and will not come back. `members` are added to the problem."""

    status_code = status.HTTP_410_GONE
    default_detail = "It was withdrawn."
    default_code = "gone"

    def __init__(self, detail: str | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.members = members


class TooLong(APIException):
    """More was sent than so many bytes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_long"

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most:,} bytes are read.")


class ProblemSerializer(serializers.Serializer):
    """An error, as application/problem+json (RFC 9457)."""

    type = serializers.URLField(help_text="Where this kind of error is explained. Stable: compare it, not the title.")
    title = serializers.CharField(help_text="The kind of error in a few words.")
    status = serializers.IntegerField(help_text="The HTTP status, repeated.")
    detail = serializers.CharField(help_text="What happened this time, in a sentence.")
    errors = serializers.DictField(  # type: ignore[assignment]  # a declared field leaves the class
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong, by parameter or field. Only where the request itself is at fault.",
    )
    request_id = serializers.CharField(required=False, help_text="Name it when you write to us; also in X-Request-ID.")
    slug = serializers.CharField(required=False, help_text="Of what was withdrawn. Only with 410.")
    reason = serializers.CharField(required=False, help_text="Why it was withdrawn. Only with 410.")
