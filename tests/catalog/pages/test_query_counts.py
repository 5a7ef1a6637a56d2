"""How many queries each page costs: the same however much there is, at most twelve, and as committed.

The figures stand in tests/query_counts.json. When one changes on purpose, run this file with WRITE_QUERY_COUNTS=1 and
commit the difference: reviewers see what a page costs now.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.columns import columns
from catalog.state import live_state
from tests.catalog.pages.shelves import PAGES, addresses, make_shelves
from tests.claims.test_numbers import held
from tests.factories import make_generation, make_standing

pytestmark = pytest.mark.django_db
FILE = Path(__file__).resolve().parents[2] / "query_counts.json"
MOST = 12
#: What is measured beside the plain pages.
OTHERS = {
    "artifact-list, filtered": "/artifacts/?kind=model&capability=summarisation&licence=permissive&q=full",
    "artifact-list, nothing found": "/artifacts/?q=no+such+words+anywhere",
    "artifact-detail, little known": "/artifacts/sparse/",
    "artifact-detail, old address": "/artifacts/full-v1/",
    "artifact-detail, withdrawn": "/artifacts/withdrawn/",
    "artifact-detail, unknown": "/artifacts/nothing/",
    "ranking:comparison, asked for a month": "/compare/full-vs-rival/?input_tokens=1000000&w_price=50",
    "ranking:comparison, the other way round": "/compare/rival-vs-full/",
    "ranking:comparison, unknown": "/compare/full-vs-nothing/",
    "ranking:comparison-picker": "/compare/?with=full",
    "feed": "/feeds/new.xml",
    "sitemap": "/sitemap.xml",
    "sitemap-section": "/sitemap-artifacts.xml",
}  # fmt: skip


def counts(more: int) -> dict[str, int]:
    """Queries per page with `more` rows of everything: nothing kept, columns and formula in memory as in use."""
    shelves = make_shelves(more=more)
    generation = make_generation()
    make_standing(generation=generation, artifact=shelves.full)
    # Whose it is takes a query, too.
    held(shelves.full, since=timezone.now() - dt.timedelta(days=60))
    shelves.full.verified_until = timezone.now() + dt.timedelta(days=60)
    shelves.full.save()
    where = {**{name: addresses(shelves)[name] for name in PAGES}, **OTHERS}
    client = Client()
    client.get("/artifacts/")
    client.get("/")
    client.get(OTHERS["artifact-list, nothing found"])
    client.get("/leaderboards/")  # from then on a generation's formula is known
    client.get("/compare/full-vs-rival/")  # and what editors and readers say of comparisons
    found = {}
    for name, address in where.items():
        cache.clear()
        columns(live_state()).shown.clear()  # rows in memory would cost nothing
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[name] = len(queries)
    return found


@pytest.fixture(scope="module", autouse=True)
def written_on_request() -> Iterator[None]:
    yield
    if os.environ.get("WRITE_QUERY_COUNTS") == "1" and _measured:
        FILE.write_text(json.dumps(_measured, indent=2) + "\n")


_measured: dict[str, int] = {}


def test_the_count_of_each_page_is_the_committed_one_and_within_bounds() -> None:
    found = counts(more=1)
    _measured.update(found)
    if os.environ.get("WRITE_QUERY_COUNTS") != "1":
        assert found == json.loads(FILE.read_text())
    assert {name: count for name, count in found.items() if count > MOST} == {}


def test_the_count_does_not_grow_with_what_there_is() -> None:
    if os.environ.get("WRITE_QUERY_COUNTS") != "1":
        assert counts(more=9) == json.loads(FILE.read_text())


def test_the_first_page_after_an_edit_stays_within_bounds() -> None:
    """The columns in memory are brought up to date by whoever asks first."""
    shelves = make_shelves(more=5)
    client = Client()
    client.get("/artifacts/")
    for name, address in addresses(shelves).items():
        shelves.full.tagline = f"Changed for {name}"
        shelves.full.save()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        # The page's own, and the thirteen at most that fetch what changed.
        assert len(queries) <= MOST + 13, name
