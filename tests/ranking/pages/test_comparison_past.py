"""/compare/<key>/?at=: what was seen on a past day, what has changed since, and a sentence where nothing is kept."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Fact
from ranking import sheets
from tests.catalog.api.test_artifact_detail import make_full

pytestmark = pytest.mark.django_db
PAGE = "/compare/one-vs-two/"


@pytest.fixture
def today() -> dt.date:
    make_full("one")
    make_full("two")
    now = timezone.now()
    sheets.keep(now=now)
    return now.date()


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def test_it_shows_what_was_said_then_and_what_is_said_now(client: Client, today: dt.date) -> None:
    Fact.objects.filter(name="context_window").update(value=4_096, is_disputed=False)
    text = text_of(client, f"{PAGE}?at={today}")
    assert "As it was seen on" in text
    assert "This has changed since" in text
    assert "4\u202f096 tokens now" in text
    assert '<meta name="robots" content="noindex">' in text


def test_forgetting_ones_wishes_stays_on_the_day_and_today_keeps_them(client: Client, today: dt.date) -> None:
    text = text_of(client, f"{PAGE}?at={today}&w_price=40&calls=7")
    assert f'<a href="{PAGE}?at={today}">Forget all this</a>' in text
    assert f'<a href="{PAGE}?calls=7&amp;w_price=40">Compare them as they are today</a>' in text


def test_nothing_has_changed_where_nothing_has(client: Client, today: dt.date) -> None:
    assert "Nothing of it has changed since." in text_of(client, f"{PAGE}?at={today}")


def test_the_page_of_today_says_nothing_of_the_past(client: Client, today: dt.date) -> None:
    assert "As it was seen on" not in text_of(client, PAGE)
    assert "As it was seen on" not in text_of(client, f"{PAGE}?at=")


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("yesterday", "A day is written as 2026-01-31."),
        ("2999-01-01", "has not come yet"),
        ("2020-01-01", "Nothing was kept of 1 January 2020. Facts are kept from"),
    ],
)
def test_a_day_of_which_there_is_nothing_is_a_plain_sentence(
    client: Client, today: dt.date, at: str, said: str
) -> None:
    """And today's comparison below it."""
    text = text_of(client, f"{PAGE}?at={at}")
    assert said in text
    assert "This is the comparison of today." in text
    assert "As it was seen on" not in text


def test_the_page_answers_in_the_form_that_is_liked_better(client: Client, today: dt.date) -> None:
    """A kept page is not handed to whoever likes Markdown better, nor the other way round."""
    assert "<!doctype html>" in text_of(client, PAGE).lower()
    response = client.get(PAGE, headers={"Accept": "text/markdown"})
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert client.get(PAGE, headers={"Accept": "application/json"}).json()["key"] == "one-vs-two"
    assert client.get(PAGE)["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("query", ["", "&w_quality=3&input_tokens=4&capability=code&licence=permissive"])
@pytest.mark.parametrize("at", ["today", "2020-01-01"])
def test_looking_back_takes_ten_queries_at_most(client: Client, today: dt.date, at: str, query: str) -> None:
    """What a process holds was read before, and the database was asked what it can."""
    text_of(client, PAGE)
    text_of(client, f"{PAGE}?at={today}&calls=1")
    with CaptureQueriesContext(connection) as asked:
        text_of(client, f"{PAGE}?at={today if at == 'today' else at}{query}")
    assert len(asked) <= 10
