from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.catalog.pages.markup import Page
from tests.ranking.pages.evidence import World, make_world
from tests.remembered import remembered

Look = Callable[..., Page]


@pytest.fixture
@remembered
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def look(client: Client) -> Look:
    """Opens a page as an anonymous reader, who expects it to be there."""

    def look(address: str, *, status: int = 200) -> Page:
        response = client.get(address)
        assert response.status_code == status, address
        return Page(response)

    return look
