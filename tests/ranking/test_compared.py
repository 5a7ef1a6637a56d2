"""How often comparisons are looked at: counted by many threads at once, written once, shown from memory."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.desk import merging
from catalog.models import Artifact
from catalog.publishing import rename_slug, withdraw
from catalog.state import live_state
from catalog.views.caching import public_page
from ranking import compared, noting, queues
from ranking.compared import LEAST_VIEWS, also_compared, most_compared, without_note
from ranking.comparison_views import VIEWS, write_if_due
from ranking.models import ComparisonTally
from ranking.models.comparison import members_of
from ranking.views.counting import seen
from tests.cast import erin
from tests.factories import make_artifact

TODAY = dt.date(2026, 11, 20)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def pair() -> list[Artifact]:
    return [make_artifact(slug="egret", name="Egret"), make_artifact(slug="heron", name="Heron")]


def tally(*artifacts: Artifact, views: int = LEAST_VIEWS, ago: int = 0) -> None:
    ComparisonTally.objects.create(
        members=members_of(one.pk for one in artifacts),
        day=timezone.now().date() - dt.timedelta(days=ago),
        views=views,
    )


def views() -> dict[str, int]:
    return dict(ComparisonTally.objects.values_list("members", "views"))


# --- counting ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_views_are_written_by_artifacts_and_day() -> None:
    one, other = pair()
    for network in ("192.0.2.1", "192.0.2.2"):
        VIEWS.count("egret-vs-heron", network=network, day=TODAY)
    VIEWS.write()
    assert views() == {f"{one.pk}-{other.pk}": 2}


@pytest.mark.django_db
def test_a_network_counts_once_a_day_for_each_comparison() -> None:
    pair()
    for day in (TODAY, TODAY, TODAY + dt.timedelta(days=1)):
        VIEWS.count("egret-vs-heron", network="192.0.2.1", day=day)
    VIEWS.write()
    assert list(ComparisonTally.objects.order_by("day").values_list("views", flat=True)) == [1, 1]


@pytest.mark.django_db
def test_a_second_batch_adds_to_the_first_with_one_statement() -> None:
    one, other = pair()
    make_artifact(slug="stork")
    VIEWS.count("egret-vs-heron", network="a", day=TODAY)
    VIEWS.write()
    for network in "bcd":
        VIEWS.count("egret-vs-heron", network=network, day=TODAY)
        VIEWS.count("heron-vs-stork", network=network, day=TODAY)
    with CaptureQueriesContext(connection) as queries:
        VIEWS.write()
    assert len([query for query in queries if query["sql"].startswith("INSERT")]) == 1
    assert views()[f"{one.pk}-{other.pk}"] == 4


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["egret", "egret-vs-nobody", "a-vs-b-vs-c-vs-d-vs-e", "", "-vs-"])
def test_what_is_no_comparison_is_dropped(key: str) -> None:
    pair()
    VIEWS.count(key, network="a", day=TODAY)
    VIEWS.write()
    assert views() == {}


@pytest.mark.django_db
def test_what_cannot_be_written_is_kept_for_the_next_time(monkeypatch: Any) -> None:
    pair()
    VIEWS.count("egret-vs-heron", network="a", day=TODAY)

    def refuse(counted: object) -> None:
        raise OSError("The database is away.")

    with monkeypatch.context() as patch:
        patch.setattr(VIEWS, "_add", refuse)
        VIEWS.write()
    assert views() == {}
    VIEWS.write()
    assert list(views().values()) == [1]


@pytest.mark.django_db
def test_nothing_is_written_before_it_is_due(monkeypatch: Any) -> None:
    """One view waits; after half a minute, or when many comparisons are held, the next answer writes them."""
    pair()
    VIEWS.count("egret-vs-heron", network="a", day=TODAY)
    write_if_due()
    assert views() == {}
    monkeypatch.setattr(VIEWS, "_written_at", VIEWS._written_at - VIEWS.every)
    Client().get("/robots.txt")
    assert list(views().values()) == [1]
    monkeypatch.setattr(VIEWS, "most_held", 1)
    VIEWS.count("egret-vs-heron", network="b", day=TODAY)
    write_if_due()
    assert list(views().values()) == [2]


@pytest.mark.django_db(transaction=True)
def test_no_view_is_lost_or_counted_twice_while_many_threads_count_and_write() -> None:
    """Eight threads look at two comparisons 200 times each; every few looks one of them writes."""
    pair()
    make_artifact(slug="stork")
    failures: list[BaseException] = []

    def look(thread: int) -> None:
        try:
            for number in range(200):
                for key in ("egret-vs-heron", "heron-vs-stork"):
                    VIEWS.count(key, network=f"{thread}.{number}", day=TODAY)
                if number % 40 == thread:
                    VIEWS.write()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    VIEWS.write()
    assert failures == []
    assert sorted(views().values()) == [1_600, 1_600]


@pytest.mark.postgres  # SQLite's database in memory knows no waiting, as one in a file does
@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_add_up() -> None:
    """What separate processes hold is told apart here by calling the write of each with counts of its own."""
    one, other = pair()
    third = make_artifact(slug="stork")
    barrier = threading.Barrier(6)
    failures: list[BaseException] = []

    def process() -> None:
        barrier.wait()
        try:
            for _ in range(10):
                VIEWS._add({("egret-vs-heron", TODAY): 3, ("heron-vs-stork", TODAY): 2})
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=process) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert views() == {members_of([one.pk, other.pk]): 180, members_of([other.pk, third.pk]): 120}


@pytest.mark.django_db
def test_what_nothing_reads_any_more_is_thrown_away() -> None:
    one, other = pair()
    tally(one, other, ago=500)
    tally(one, other, ago=10)
    VIEWS.throw_away_old(now=timezone.now())
    VIEWS.throw_away_old(now=timezone.now())
    assert ComparisonTally.objects.count() == 1


# --- who counts -------------------------------------------------------------------------------------------------------


@public_page(seen=seen)
def comparison(request: Any) -> HttpResponse:
    return HttpResponse("A comparison.", status=404 if "gone" in request.path else 200)


def counted() -> int:
    return sum(VIEWS._counts.values())


def ask(path: str = "/compare/egret-vs-heron/", *, agent: str = BROWSER, method: str = "get", **more: Any) -> Any:
    return getattr(RequestFactory(), method)(path, HTTP_USER_AGENT=agent, **more)


@pytest.mark.django_db
def test_a_page_that_is_made_is_a_view() -> None:
    assert comparison(ask()).status_code == 200
    assert counted() == 1


@pytest.mark.django_db
def test_a_kept_page_and_an_unchanged_one_are_views_too() -> None:
    made = comparison(ask(REMOTE_ADDR="192.0.2.1"))
    kept = comparison.kept_answer(ask(REMOTE_ADDR="192.0.2.2"))  # type: ignore[attr-defined]
    same = comparison.kept_answer(  # type: ignore[attr-defined]
        ask(REMOTE_ADDR="192.0.2.3", HTTP_IF_NONE_MATCH=made["ETag"])
    )
    assert (kept.status_code, same.status_code, counted()) == (200, 304, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "request_",
    [
        ask(method="head"),
        ask(agent=""),
        ask(agent="Mozilla/5.0 (compatible; Googlebot/2.1)"),
        ask(agent="curl/8.5.0"),
        ask(agent="python-requests/2.32"),
        ask("/compare/gone-vs-heron/"),
        ask("/compare/"),
        ask("/artifacts/egret/"),
    ],
    ids=["head", "silent", "robot", "curl", "library", "not-found", "picker", "another-page"],
)
def test_what_is_no_view(request_: Any) -> None:
    comparison(request_)
    assert counted() == 0


# --- what is shown ----------------------------------------------------------------------------------------------------


def headings(slugs: list[str]) -> list[str]:
    return [often.heading for often in also_compared(slugs, live_state())]


@pytest.mark.django_db
def test_people_also_compare_the_most_viewed_first() -> None:
    """Other comparisons with one of these in them; neither this one nor those of others."""
    one, other = pair()
    stork, crane = make_artifact(slug="stork", name="Stork"), make_artifact(slug="crane", name="Crane")
    tally(one, other, views=90)
    tally(one, stork, views=5)
    tally(other, stork, views=4)
    tally(other, stork, views=4, ago=80)
    tally(stork, crane, views=50)
    assert headings(["heron", "egret"]) == ["Heron against Stork", "Egret against Stork"]
    assert [often.key for often in most_compared(live_state())][:2] == ["egret-vs-heron", "crane-vs-stork"]


@pytest.mark.django_db
def test_too_few_views_and_old_ones_say_nothing() -> None:
    one, _ = pair()
    stork, crane = make_artifact(slug="stork"), make_artifact(slug="crane")
    tally(one, stork, views=LEAST_VIEWS - 1)
    tally(one, crane, views=50, ago=91)
    assert headings(["heron", "egret"]) == []


@pytest.mark.django_db
def test_what_is_withdrawn_goes_at_once_and_what_is_merged_counts_as_one() -> None:
    one, _ = pair()
    stork, crane = make_artifact(slug="stork", name="Stork"), make_artifact(slug="crane", name="Crane")
    tally(one, stork, views=2)
    tally(one, crane, views=2)
    merging.merge(crane, into=stork, why="One bird.")
    assert headings(["egret"]) == ["Egret against Stork"]
    withdraw(stork, reason="It is gone.")
    assert headings(["egret"]) == []


@pytest.mark.django_db
def test_suggestions_cost_a_page_no_query_and_are_read_again_after_an_answer(monkeypatch: Any) -> None:
    one, _ = pair()
    stork = make_artifact(slug="stork", name="Stork")
    state = live_state()
    assert also_compared(["egret"], state) == []
    tally(one, stork)
    with CaptureQueriesContext(connection) as queries:
        assert also_compared(["egret"], state) == []
    assert len(queries) == 0
    write_if_due()
    assert also_compared(["egret"], state) == []
    monkeypatch.setattr(compared, "EVERY", 0.0)
    write_if_due()
    assert len(also_compared(["egret"], state)) == 1


@pytest.mark.django_db
def test_the_desk_lists_what_is_compared_often_and_has_no_note(client: Client) -> None:
    """By the views of thirty days; a draft is a note begun, and a renamed artifact is still the same."""
    one, other = pair()
    stork = make_artifact(slug="stork", name="Stork")
    tally(one, stork, views=7)
    tally(one, other, views=5)
    tally(other, stork, views=99, ago=31)
    now = timezone.now()
    assert [often.key for often in without_note(now=now, limit=9)] == ["egret-vs-stork", "egret-vs-heron"]
    noting.write([one, stork], title="", text="Both will do.", by=erin())
    rename_slug(one, "white-egret")
    assert [often.key for often in without_note(now=now, limit=9)] == ["heron-vs-white-egret"]
    queue = queues.QUEUES["unnoted"]
    assert queue.count(erin(), now) == 1
    item = queue.items(erin(), now)[0]
    assert (item.what, item.detail) == ("Heron against Egret", "5 views in 30 days")
    merging.merge(stork, into=make_artifact(slug="grey-stork"), why="One bird.")
    tally(one, Artifact.objects.get(slug="grey-stork"), views=40)
    assert [often.key for often in without_note(now=now, limit=9)] == ["heron-vs-white-egret"]
