"""What the catalog's tests share: a column stays right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Exists, OuterRef

from catalog.models import Evidence, Offering
from tests.loopback import Loopback


@pytest.fixture(autouse=True)
def evidence_is_noted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does to evidence, by form, import, merge, undo or restore: each offering knows of it after."""
    has_database = request.node.get_closest_marker("django_db") is not None
    if has_database:
        request.getfixturevalue("_django_db_helper")  # so that this ends before the database does
    yield
    if has_database:
        shown = Exists(Evidence.objects.filter(offering=OuterRef("pk")))
        told = Offering.objects.annotate(is_shown=shown).values_list("title", "is_shown", "has_evidence")
        assert [row for row in told if row[1] != row[2]] == []


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Loopback]:
    """Servers under public names, for what goes through the door to the network."""
    there = Loopback(tmp_path)
    yield there
    there.close()
