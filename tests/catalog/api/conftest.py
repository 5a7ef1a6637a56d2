"""What the API's tests share: a client, answers as data, ranks, and a way to ask without limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact, CatalogState, Generation, Standing

Get = Callable[..., dict[str, Any]]


@pytest.fixture
def get(client: Client) -> Get:
    """get("/api/v1/kinds/") -> the answer as data. Anything but 200 fails."""

    def asked(address: str, **headers: str) -> dict[str, Any]:
        response = client.get(address, headers=headers or None)
        assert response.status_code == 200, response.content
        answer: dict[str, Any] = response.json()
        return answer

    return asked


@pytest.fixture
def unlimited(settings: Any) -> None:
    """For walks of more than a minute's worth of requests."""
    settings.REST_FRAMEWORK = {**site.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}}


def slugs(answer: dict[str, Any]) -> list[str]:
    return [row["slug"] for row in answer["results"]]


def walk(get: Get, address: str, link: str = "next") -> list[list[dict[str, Any]]]:
    """All pages from this address on."""
    pages = []
    following: str | None = address
    while following:
        answer = get(following)
        pages.append(answer["results"])
        following = answer[link]
        assert len(pages) < 500
    return pages


def make_generation(number: int, *, live: bool = True) -> Generation:
    generation = Generation.objects.create(number=number, formula_version="1", built_at=timezone.now())
    if live:
        CatalogState.objects.update_or_create(pk=1, defaults={"live_generation": generation})
    return generation


def make_standing(
    generation: Generation, artifact: Artifact, score: float, percentile: float | None = None
) -> Standing:
    return Standing.objects.create(
        generation=generation,
        artifact=artifact,
        score=score,
        low=max(score - 5, 0),
        high=min(score + 5, 100),
        percentile=percentile,
        coverage=0.5,
        adoption=60.0,
    )


def ago(**duration: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(**duration)
