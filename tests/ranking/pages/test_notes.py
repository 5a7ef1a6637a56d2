"""Featured comparisons on the front page and on those of kinds, and what a comparison's page is given to draw."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Artifact
from catalog.state import live_state
from ranking import noting
from ranking.comparing import artifacts_for, comparison_of
from ranking.comparison import Preferences, Table
from ranking.models import ComparisonTally
from ranking.models.comparison import members_of
from tests.cast import erin
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> list[Artifact]:
    return [make_artifact(slug="egret", name="Egret <b>"), make_artifact(slug="heron", name="Heron", kind="dataset")]


def published(artifacts: list[Artifact], **said: Any) -> None:
    note = noting.write(artifacts, **{"title": "", "text": "The first is *older*.", "by": erin(), **said})
    noting.publish(note, by=erin())


def table() -> Table:
    state = live_state()
    meant = artifacts_for(["egret", "heron"], state)
    return comparison_of(meant.artifacts, state, preferences=Preferences(), today=timezone.now().date())


def drawn(tag: str) -> str:
    request: Any = RequestFactory().get("/compare/egret-vs-heron/")
    request.state = live_state()
    context = Context({"request": request, "table": table()})
    return Template("{% load notes %}{% " + tag + " %}").render(context).strip()


@pytest.mark.parametrize("tag", ["comparison_note table", "also_compared table", "featured_comparisons"])
def test_where_there_is_nothing_nothing_is_drawn(pair: list[Artifact], tag: str) -> None:
    assert drawn(tag) == ""


def test_a_note_is_drawn_with_author_and_date(pair: list[Artifact]) -> None:
    published(pair, title="Which <bird>?", text="The first is *older*. <script>x</script> [so](https://example.org/)")
    page = drawn("comparison_note table")
    assert "<em>older</em>" in page
    assert "Which &lt;bird&gt;?" in page
    assert "<script>" not in page
    assert "erin" in page
    assert f'datetime="{timezone.now().date()}"' in page


def test_what_people_also_compare_leads_there(pair: list[Artifact]) -> None:
    stork = make_artifact(slug="stork", name="Stork")
    members = members_of([pair[0].pk, stork.pk])
    ComparisonTally.objects.create(members=members, day=timezone.now().date(), views=3)
    page = drawn("also_compared table")
    assert 'href="/compare/egret-vs-stork/"' in page
    assert "Egret &lt;b&gt;" in page


def test_the_address_of_a_report_names_the_cell() -> None:
    drawn_ = Template("{% load notes %}{% report_cell 'a-vs-b' 'price.input_tokens' 'b' %}").render(Context())
    assert drawn_ == "/report/?about=%2Fcompare%2Fa-vs-b%2F&amp;row=price.input_tokens&amp;of=b"


def test_featured_comparisons_stand_on_the_front_page_and_with_their_kinds(
    client: Client, pair: list[Artifact]
) -> None:
    addresses = ("/", "/kinds/model/", "/kinds/dataset/")
    for address in addresses:
        assert "Compared by our editors" not in client.get(address).content.decode()
    published(pair, is_featured=True, title="Which bird?")
    for address in addresses:
        page = client.get(address).content.decode()
        assert '<a href="/compare/egret-vs-heron/"><bdi>Which bird?</bdi></a>' in page
    assert "Which bird?" not in client.get("/kinds/repo/").content.decode()


def test_tags_cost_a_page_no_query_once_they_are_warm(pair: list[Artifact]) -> None:
    published(pair, is_featured=True)
    tags = ("comparison_note table", "also_compared table", "featured_comparisons")
    request: Any = RequestFactory().get("/compare/egret-vs-heron/")
    request.state = live_state()
    context = Context({"request": request, "table": table()})
    template = Template("{% load notes %}" + "".join("{% " + tag + " %}" for tag in tags))
    template.render(context)
    with CaptureQueriesContext(connection) as queries:
        template.render(context)
    assert len(queries) == 0
