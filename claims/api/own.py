"""What every endpoint below /api/v1/me/ does around its own work: asks for a key and its scope, finds the claim or says
that there is none, and tags its answers, which nobody but the caller may keep.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from catalog.api.answers import PREFLIGHT
from catalog.api.paging import CursorPaging
from catalog.api.views.listing import CatalogViewSet
from claims import repeats
from claims.api.authentication import Presented
from claims.choices import Scope
from claims.models import Claim
from claims.permissions import Verb, may

PRIVATE = "private, max-age=0, must-revalidate"


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class NotTaken(APIException):
    """The request is understood, and cannot be taken."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "not_taken"


class OwnView(CatalogViewSet):
    """`scopes` says by method what the key has to be for."""

    permission_classes: Any = (IsAuthenticated,)
    pagination_class = CursorPaging
    kept_answer = None  # type: ignore[assignment]  # nothing of it is kept for others
    is_own = True
    scopes: ClassVar[dict[str, Scope]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.now = timezone.now()
        needed = self.scopes.get("GET" if request.method == "HEAD" else str(request.method))
        if needed and not self.presented.has(needed):
            raise PermissionDenied(f"This takes a key for {needed}.")

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        allowed = {
            **PREFLIGHT,
            "Access-Control-Allow-Methods": ", ".join(self.allowed_methods),
            "Access-Control-Allow-Headers": "Authorization, Accept, If-None-Match, Content-Type, Idempotency-Key",
        }
        response = HttpResponse(status=204, headers=allowed)
        del response["Content-Type"]
        return response

    @property
    def presented(self) -> Presented:
        return cast("Presented", self.request.auth)

    @property
    def person(self) -> User:
        return cast("User", self.request.user)

    @property
    def only(self) -> int | None:
        """The claim that the key was made for; None for all of its person's."""
        return self.presented.key.claim_id

    def claim_or_404(self, pk: int, verb: Verb) -> Claim:
        """As on the pages: somebody else's claim is not there, whatever is asked of it."""
        claim = Claim.objects.select_related("artifact").filter(pk=pk).first()
        if (
            claim is None
            or (self.only is not None and self.only != claim.pk)
            or not may(self.person, Verb.SEE, claim, now=self.now)
            or not may(self.person, verb, claim, now=self.now)
        ):
            raise NotFound("There is no such claim of yours.")
        return claim

    def answer(self, data: Any) -> HttpResponse | HttpResponseNotModified:
        body = rendered(data)
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": PRIVATE}
        asked = parse_etags(self.request.headers.get("If-None-Match", ""))
        if "*" in asked or tag in [one.removeprefix("W/") for one in asked]:
            return HttpResponseNotModified(headers=headers)
        return HttpResponse(body, content_type="application/json", headers=headers)

    def once(self, do: Callable[[dict[str, Any]], tuple[int, Any]]) -> HttpResponse:
        """What a POST makes, made once for its Idempotency-Key. `do` takes the body, and gives status and answer."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key or len(key) > repeats.LONGEST or not (key.isascii() and key.isprintable()):
            said = f"Send one with every request that makes something: 1 to {repeats.LONGEST} printable characters."
            raise ValidationError({"Idempotency-Key": [said]})
        sent = self.request.data
        if not isinstance(sent, dict):
            raise ValidationError({"body": ["Send a JSON object."]})

        def made() -> repeats.Answer:
            code, data = do(sent)
            return repeats.Answer(code, rendered(data))

        asked = json.dumps([self.request.method, self.request.path, sent], sort_keys=True)
        digest = hashlib.sha256(asked.encode()).hexdigest()
        try:
            answer = repeats.once(self.person, key, digest, made, now=self.now)
        except repeats.StillRunning as error:
            raise Conflict("The same request is being worked on. Ask again in a moment.") from error
        except repeats.AnotherRequest as error:
            raise NotTaken("This Idempotency-Key was used for another request. Draw a new one.") from error
        return private(answer.body, answer.status)


def private(body: str, code: int = 200) -> HttpResponse:
    return HttpResponse(body, status=code, content_type="application/json", headers={"Cache-Control": "no-store"})


def rendered(data: Any) -> str:
    text: bytes = JSONRenderer().render(data)
    return text.decode()
