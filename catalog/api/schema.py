"""How the API is described in OpenAPI: every operation names its errors, filters say what they take.

The description is made from the code by drf-spectacular; nothing of it is written beside it.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import status

from catalog.api.errors import ProblemSerializer

PROBLEM = "application/problem+json"
#: Answers every operation may give, and what each means here.
ALWAYS = {
    304: "Not modified: your copy is current.",
    400: "The request is not understood. `errors` says why, by parameter.",
    401: "The key is not known, or no longer valid.",
    406: "The answer is only there as application/json.",
    414: "The address is too long.",
    429: "Too many requests. `Retry-After` says how many seconds to wait.",
}
OF_ONE_THING = {
    301: "It has another slug now. `Location` has its address.",
    404: "There is no such thing.",
    410: "It was withdrawn. `detail` says why.",
}
#: What is sent may be too long, or of another type; and there is nothing that could have stayed the same.
OF_SENDING = {413: "The body is too long.", 415: "The body is of a type that is not read."}
#: What is one's own: a key has to be sent, be for it, and its person be the one.
OF_ONES_OWN = {403: "The key is not for this.", 404: "There is no such thing of yours."}
#: Lists may be gone too: a walk by rank whose generation is no longer kept.
OF_LISTS = {410: "The list this cursor belongs to is no longer kept. Begin again."}
EXAMPLE = {
    "type": "https://unfragile.example/docs/api/#error-invalid",
    "title": "The request is not understood",
    "status": 400,
    "detail": "Look at kind: Kind: there is no “modell”.",
    "errors": {"kind": ["Kind: there is no “modell”."]},
    "request_id": "0f6f0f7cf1c14d6b8e0c6a3a5a1f2b3c",
}
WITHOUT_BODY = frozenset({301, 304})
_ETAG = {"schema": {"type": "string"}, "description": "Send it back in `If-None-Match`."}
_HEADERS = {
    304: {"ETag": _ETAG},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
}


class ApiSchema(AutoSchema):
    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> Any:
        responses = super()._get_response_bodies(*args, **kwargs)
        component = self.resolve_serializer(ProblemSerializer, "response")
        is_sent, is_own = self.method == "POST", getattr(self.view, "is_own", False)
        # A view may say that no answer of it is kept, and what else it refuses.
        if self.method != "GET" or getattr(self.view, "never_kept", False):
            expected = {code: said for code, said in ALWAYS.items() if code != status.HTTP_304_NOT_MODIFIED}
            expected |= (OF_SENDING if is_sent else {}) | getattr(self.view, "refuses", {})
            expected |= OF_ONES_OWN if is_own else {}
        elif is_own:
            expected = ALWAYS | OF_ONES_OWN
        else:
            expected = {**ALWAYS, **(OF_LISTS if self._is_list_view() else OF_ONE_THING)}
        for code, description in expected.items():
            answer: dict[str, Any] = {"description": description}
            if code not in WITHOUT_BODY:
                answer["content"] = {
                    PROBLEM: {"schema": component.ref, **({"example": EXAMPLE} if code == 400 else {})}
                }
            if code in _HEADERS:
                answer["headers"] = _HEADERS[code]
            responses.setdefault(str(code), answer)
        success = responses.get(str(status.HTTP_200_OK))
        if success is not None and self.method == "GET":
            success.setdefault("headers", {})["ETag"] = _ETAG
        return dict(sorted(responses.items()))


def rows_or_tombstones(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """A row may hold as few fields as a tombstone, so that an entry can be taken for both: anyOf, not oneOf."""
    mixed = result.get("components", {}).get("schemas", {}).get("ArtifactRowOrTombstone")
    if mixed is not None and "oneOf" in mixed:
        mixed["anyOf"] = mixed.pop("oneOf")
    return result
