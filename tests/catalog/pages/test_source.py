"""A source, and every statement that would fall with it."""

from __future__ import annotations

import pytest

from catalog.models import Source
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.markup import Page
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_fact, make_lineage, make_source

pytestmark = pytest.mark.django_db


def statements(page: Page) -> set[tuple[str, ...]]:
    return {
        tuple(cell.text for cell in row.children if not isinstance(cell, str))
        for row in page.main.one("tbody").all("tr")
    }


def test_it_lists_statements_of_every_sort(look: Look, shelves: Shelves) -> None:
    page = look("/sources/model-card/")
    assert statements(page) >= {
        ("Full", "Context window", "32\u202f768 tokens", "31 May 2026"),
        ("Full", "Architecture", "Mixture of experts", "not stated"),
        ("Full", "Price at OpenRouter", "$2.00 per 1M input tokens", "not stated"),
        ("Full", "MT-Bench", "8.3, score of 10", "11 Dec 2023"),
        ("Full", "Likes", "500", "1 May 2026"),
        ("Full", "Summarisation", "“It summarises.”", "31 May 2026"),
        ("Rival", "Summarisation", "“It summarises.”", "31 May 2026"),
    }
    # Two facts, three prices, one result, three readings, two pieces of evidence.
    assert page.main.one("h2").text == "What rests on it 11"


def test_it_says_what_it_is_and_where(look: Look, shelves: Shelves) -> None:
    page = look("/sources/model-card/")
    assert page.one("h1").text == "Model card"
    assert page.main.one(class_="kicker").text == "Source Documentation Acme"
    assert "https://acme.example/card" in page.main.hrefs()


def test_a_document_that_is_not_online_has_no_link(look: Look, shelves: Shelves) -> None:
    page = look("/sources/founding-documents/")
    assert [href for href in page.main.hrefs() if href.startswith("http")] == []
    assert statements(page) == {("Full", "Context window", "65\u202f536 tokens", "not stated")}


def test_statements_about_drafts_are_not_told(look: Look, db: None) -> None:
    source = make_source()
    make_fact(artifact=make_artifact(lifecycle="draft", published_at=None, name="Secret"), source=source)
    make_fact(artifact=make_artifact(name="Open"), source=source)
    page = look(source.get_absolute_url())
    assert "Open" in page.source
    assert "Secret" not in page.source


def test_a_source_of_a_lineage_alone_has_no_statements_but_a_page(look: Look, db: None) -> None:
    source = make_source()
    make_lineage(artifact=make_artifact(), parent=make_artifact(), source=source)
    assert "No value rests on this source" in look(source.get_absolute_url()).main.text


def test_a_long_list_is_cut_and_says_so(look: Look, db: None) -> None:
    source, artifact = make_source(), make_artifact()
    for number in range(150):
        make_fact(artifact=artifact, source=source, name=f"fact_{number}", value=number)
    page = look(source.get_absolute_url())
    assert len(statements(page)) == 100
    assert "The first 100 of 150 statements." in page.main.text


def test_every_source_has_a_page(look: Look, shelves: Shelves) -> None:
    for source in Source.objects.all():
        assert look(source.get_absolute_url()).one("h1").text == source.title
