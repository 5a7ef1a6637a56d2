"""What the tests of pages share: a catalog with something in every part, and a reader who looks at pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.catalog.pages.markup import Page
from tests.catalog.pages.shelves import Shelves, addresses, make_shelves
from tests.remembered import remembered

Look = Callable[..., Page]


@pytest.fixture
@remembered
def shelves(db: None) -> Shelves:
    return make_shelves()


@pytest.fixture
def where(shelves: Shelves) -> dict[str, str]:
    """The address of one page of each sort."""
    return addresses(shelves)


@pytest.fixture
def look(client: Client) -> Look:
    """Opens a page as an anonymous reader, who expects it to be there."""

    def look(address: str, *, status: int = 200) -> Page:
        response = client.get(address)
        assert response.status_code == status, address
        return Page(response)

    return look
