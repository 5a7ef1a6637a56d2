"""Absolute addresses of pages and endpoints, made once per request and kind instead of once per row."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse
from rest_framework.request import Request

_PLACE = "0"


@lru_cache(maxsize=64)
def _parts(name: str) -> tuple[str, str]:
    """What stands before and after the one argument of this address."""
    before, _, after = reverse(name, args=[_PLACE]).rpartition(_PLACE)
    return before, after


class Addresses:
    def __init__(self, request: Request) -> None:
        self.root = request.build_absolute_uri("/").rstrip("/")

    def of(self, name: str, argument: str) -> str:
        before, after = _parts(name)
        return f"{self.root}{before}{argument}{after}"

    def absolute(self, path: str) -> str:
        """An address of ours made absolute; one of elsewhere stays."""
        return f"{self.root}{path}" if path.startswith("/") else path

    def artifact(self, slug: str) -> str:
        return self.of("catalog:artifact-detail", slug)

    def capability(self, slug: str) -> str:
        return self.of("catalog:capability-detail", slug)

    def category(self, slug: str) -> str:
        return self.of("catalog:category-detail", slug)

    def kind(self, kind: str) -> str:
        return self.of("catalog:kind-detail", kind)

    def source(self, slug: str) -> str:
        return self.of("catalog:source-detail", slug)

    def artifacts_with(self, parameter: str, value: str) -> str:
        """The API's list of artifacts, narrowed by one filter."""
        return f"{self.root}{reverse('api:artifact-list')}?{parameter}={value}"
