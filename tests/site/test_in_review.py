"""What an import brought and no editor has published: no page, file, feed, answer, comparison or rank tells of it.

Walks every public address there is, out of the site's own table: whatever is added later is walked as well.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from catalog.choices import Lifecycle
from catalog.desk import offered, workflow
from catalog.models import Artifact, Standing
from catalog.relating import relate
from ranking import generations
from tests.cast import erin
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_evidence,
    make_lineage,
    make_offering,
    make_price,
    make_reading,
    make_source,
)
from tests.ranking.conftest import NOW, add_history

pytestmark = pytest.mark.django_db
SLUG, NAME, WORDS = "held-back-mcp", "Quokka Zephyr", "Zephyrous quokkas"
#: Addresses that take something else than a slug of an artifact, and what they are asked with.
OTHERS = {"<slug:kind>": "mcp", "<section>": "artifacts", "<format>": "json", "<suffix>": "json"}
NEVER = ("admin/", "healthz", "readyz")


def _patterns(entries: list[Any], below: str = "") -> Iterator[str]:
    for entry in entries:
        here = below + str(entry.pattern)
        if not isinstance(entry.pattern, RoutePattern):  # as a pattern of an expression: the API's and some files'
            here = below + re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", str(entry.pattern)).strip("^$").replace("\\", "")
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns, here)
        else:
            yield here


ROUTES = sorted({route for route in _patterns(get_resolver().url_patterns) if not route.startswith(NEVER)})


@pytest.fixture
def held() -> Artifact:
    """Ready to be published, with evidence for a rank better than the other's, and tied to it in every way."""
    source = make_source()
    shelf, capability = make_category(), make_capability()
    shown = make_artifact(slug="shown-mcp", kind="mcp", name="Shown")
    held = make_artifact(
        slug=SLUG, kind="mcp", name=NAME, tagline=f"{WORDS} search.", homepage="https://quokka.example"
    )
    Artifact.objects.filter(pk=held.pk).update(lifecycle=Lifecycle.IN_REVIEW)
    for artifact in (shown, held):
        artifact.categories.add(shelf)
        make_evidence(offering=make_offering(artifact=artifact, capability=capability), source=source)
        make_price(artifact=artifact, source=source)
        add_history(artifact, source, stars=50_000 if artifact == held else 500)
    make_lineage(artifact=held, parent=shown, source=source)
    make_reading(artifact=held, source=source)
    Artifact.objects.filter(pk=held.pk).update(published_at=None)
    relate()
    generations.build(now=NOW)
    return held


def asked(route: str) -> Iterator[str]:
    """The route with each of its arguments filled in; a comparison with and without its neighbour."""
    address = route
    for argument, value in OTHERS.items():
        address = address.replace(argument, value)
    keys = [f"{SLUG}-vs-shown-mcp", SLUG] if "compar" in route else [SLUG]
    for key in keys:
        yield "/" + re.sub(r"<[^>]+>", lambda _, key=key: key, address)  # type: ignore[misc]


QUERIES = ({}, {"q": NAME}, {"kind": "mcp"}, {"with": SLUG}, {"artifact": SLUG})


def test_no_address_tells_of_it(held: Artifact, client: Client) -> None:
    """Neither asked plainly, nor for its words, nor under its own slug, which nobody is told exists."""
    walked = [address for route in ROUTES for address in asked(route)]
    for address, query in itertools.product(walked, QUERIES):
        answer = client.get(address, query, follow=True)
        text = (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")
        repeated = {NAME} if "q" in query else set()  # what was asked for, a page may say
        if SLUG in address or SLUG in query.values():
            repeated.add(SLUG)
        told = {NAME, WORDS, SLUG} - repeated
        assert not [word for word in told if word in text], (address, query)
    assert len(walked) > 40


def test_its_evidence_counts_in_nobodys_rank(held: Artifact) -> None:
    """What it will have once it is published is worked out; the ranks of others are what they would be without it."""

    def standing() -> tuple[object, ...]:
        columns = ("score", "low", "high", "percentile", "coverage")
        rows = Standing.objects.filter(artifact__slug="shown-mcp").order_by("-generation")
        return rows.values_list(*columns)[0]

    before = standing()
    Artifact.objects.filter(pk=held.pk).delete()
    generations.build(now=NOW)
    assert standing() == before


def test_published_it_is_told_of(held: Artifact, client: Client) -> None:
    """Else the walk above could pass for no reason."""
    workflow.publish(held, by=erin(), note="Looked through.")
    generations.build(now=NOW)
    told = [route for route in ROUTES if "<" not in route and NAME in client.get(f"/{route}").content.decode()]
    assert {"artifacts/", "api/v1/artifacts/", "feeds/new.xml", "leaderboards/"} <= set(told)
    assert client.get(f"/artifacts/{SLUG}/").status_code == 200
    assert SLUG in client.get("/sitemap-artifacts.xml").content.decode()


def test_its_proposed_offerings_are_nowhere_either(held: Artifact, client: Client) -> None:
    """Nor those of a public artifact, until an editor has accepted them."""
    make_capability(key="search.quokka", slug="quokka-search", name="Quokka search")
    shown = Artifact.objects.get(slug="shown-mcp")
    offered.take_apart(shown, "# Shown\n- Quokka search: finds them\n", words=offered.vocabulary())
    assert shown.proposals.count() == 1
    for address in ("/artifacts/shown-mcp/", "/api/v1/artifacts/shown-mcp/", "/artifacts/?q=quokka"):
        assert "finds them" not in client.get(address).content.decode()
