"""/api/v1/comparisons/ and the files of a comparison: fixed shape, every bad question answered with what to do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone

from catalog.models import Artifact, BenchmarkResult, Fact
from catalog.publishing import rename_slug, withdraw
from catalog.views.caching import public_page
from ranking import generations, sheets, snapshots
from ranking.api.comparison_shapes import ComparisonSerializer
from ranking.comparison.document import PARTS
from ranking.comparison.key import key_of
from ranking.models import Breakdown
from ranking.views.comparison_files import file_asked_for, or_file
from tests.catalog.api.test_artifact_detail import make_full
from tests.catalog.api.test_shapes import differences
from tests.factories import make_artifact, make_result
from tests.ranking.conftest import NOW, make_ranked
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
API = "/api/v1/comparisons/"
KEY = "one-vs-two"


@pytest.fixture(autouse=True)
@remembered
def rows() -> None:
    make_full("one", 2)
    make_full("two")
    make_result(artifact=Artifact.objects.get(slug="one"))


def answer(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def problem(client: Client, address: str, status: int) -> dict[str, Any]:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), response.content
    found: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= set(found)
    return found


@pytest.mark.parametrize(
    "address",
    [f"{API}?artifacts=two,one", f"{API}?artifacts=one&artifacts=two", f"{API}{KEY}/", f"/compare/{KEY}.json"],
)
def test_one_comparison_has_one_answer(client: Client, address: str) -> None:
    """By whatever address, as it is declared."""
    it = answer(client, address)
    assert it["key"] == KEY
    assert [row["slug"] for row in it["artifacts"]] == ["one", "two"]
    assert differences(ComparisonSerializer(), it) == []


def test_every_declared_field_is_made_and_the_other_way_round() -> None:
    assert list(ComparisonSerializer().fields) == list(ComparisonSerializer.made_by) == list(PARTS)


def test_only_the_fields_that_are_asked_for(client: Client) -> None:
    assert set(answer(client, f"{API}{KEY}/?fields=key,verdict")) == {"key", "verdict"}


def test_a_workload_adds_its_price(client: Client) -> None:
    rows = answer(client, f"{API}{KEY}/?input_tokens=2000000")["facts"]
    assert next(row for row in rows if row["name"] == "price.workload")["cells"][0]["value"]["amount"] == 8.0 / 2


def test_what_was_asked_is_repeated(client: Client) -> None:
    query = "calls=3&w_quality=40&licence=permissive,copyleft&capability=code"
    assert answer(client, f"{API}{KEY}/?{query}")["preferences"] == {
        "input_tokens": 0, "output_tokens": 0, "calls": 3, "weights": {"quality": 40.0}, "capability": ["code"],
        "licence": ["permissive", "copyleft"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "artifacts"),
        ("artifacts=", "artifacts"),
        ("artifacts=one", "artifacts"),
        ("artifacts=one,one", "artifacts"),
        ("artifacts=one,two,three,four,five", "artifacts"),
        ("artifacts=one,nowhere", "artifacts"),
        ("artifacts=one,%00", "artifacts"),
        ("artifacts=one,gone", "artifacts"),
        ("artifacts=one,draft", "artifacts"),
        ("artifacts=one,two&input_tokens=-1", "input_tokens"),
        ("artifacts=one,two&input_tokens=", "input_tokens"),
        ("artifacts=one,two&output_tokens=9e99", "output_tokens"),
        ("artifacts=one,two&w_quality=NaN", "w_quality"),
        ("artifacts=one,two&w_quality=0", "w_quality"),
        ("artifacts=one,two&w_quality=101", "w_quality"),
        ("artifacts=one,two&licence=free", "licence"),
        ("artifacts=one,two&capability=%3Cscript%3E", "capability"),
        ("artifacts=one,two&fields=key,colour", "fields"),
        ("artifacts=one,two&colour=red", "colour"),
        ("artifacts=one,two&at=yesterday", "at"),
        ("artifacts=one,two&at=2999-01-01", "at"),
        ("artifacts=one,two&at=2020-01-01", "at"),
        ("artifacts=" + "x" * 5000, "artifacts"),
    ],
)
def test_a_bad_question_is_told_what_is_wrong_by_field(client: Client, query: str, field: str) -> None:
    withdraw(make_artifact(slug="gone"), reason="Gone.")
    make_artifact(slug="draft", lifecycle="draft", published_at=None)
    for slug in ("three", "four", "five"):
        make_artifact(slug=slug)
    assert list(problem(client, f"{API}?{query}", 400)["errors"]) == [field]


FILES = [f"/compare/{{}}.{suffix}" for suffix in ("json", "csv", "md", "png")]


@pytest.mark.parametrize("address", [f"{API}{{}}/", *FILES])
def test_other_orders_and_old_names_lead_to_the_key_of_today(client: Client, address: str) -> None:
    """With what was asked."""
    moved = client.get(address.format("two-vs-one") + "?calls=3")
    assert (moved.status_code, moved["Location"]) == (301, address.format(KEY) + "?calls=3")
    rename_slug(Artifact.objects.get(slug="two"), "zwei")
    moved = client.get(address.format(KEY))
    assert (moved.status_code, moved["Location"]) == (301, address.format("one-vs-zwei"))
    assert client.get(address.format("one-vs-zwei")).status_code == 200


@pytest.mark.parametrize("address", [f"{API}{{}}/", *FILES])
def test_keys_that_are_no_comparison(client: Client, address: str) -> None:
    withdraw(make_artifact(slug="gone"), reason="Its maker asked for it.")
    assert "same artifact" in problem(client, address.format("one-vs-one"), 400)["detail"]
    assert "two to four" in problem(client, address.format("one"), 400)["detail"]
    assert "two to four" in problem(client, address.format("a-vs-b-vs-c-vs-d-vs-e"), 400)["detail"]
    assert "“nowhere”" in problem(client, address.format("nowhere-vs-one"), 404)["detail"]
    it = problem(client, address.format("gone-vs-one"), 410)
    assert (it["slug"], it["reason"]) == ("gone", "Its maker asked for it.")
    rename_slug(Artifact.objects.get(slug="two"), "zwei")
    assert "same artifact" in problem(client, address.format("two-vs-zwei"), 400)["detail"]


def test_a_question_by_an_old_name_is_sent_on(client: Client) -> None:
    rename_slug(Artifact.objects.get(slug="two"), "zwei")
    moved = client.get(f"{API}?artifacts=one,two&calls=3")
    assert (moved.status_code, moved["Location"]) == (301, f"{API}one-vs-zwei/?calls=3")


TYPES = {
    "json": "application/json", "csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8",
    "png": "image/png",
}  # fmt: skip


@pytest.mark.parametrize("suffix", TYPES)
def test_a_file_is_what_its_name_says_whatever_a_browser_likes(client: Client, suffix: str) -> None:
    address = f"/compare/{KEY}.{suffix}"
    first = client.get(address, headers={"Accept": "text/html,image/webp;q=0.8"})
    assert (first.status_code, first["Content-Type"]) == (200, TYPES[suffix])
    kept = client.get(address)
    assert (kept["Content-Type"], kept.content) == (TYPES[suffix], first.content)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("suffix", TYPES)
def test_files_read_what_the_page_reads_and_nothing_else(client: Client, suffix: str) -> None:
    """A link from the page carries empty fields and the page's own switches along."""
    address = f"/compare/{KEY}.{suffix}"
    assert client.get(f"{address}?input_tokens=&only=differences&utm_source=x").status_code == 200
    assert list(problem(client, f"{address}?input_tokens=-1", 400)["errors"]) == ["input_tokens"]


@pytest.mark.parametrize("address", [f"{API}{KEY}/", f"/compare/{KEY}.md"])
def test_a_new_generation_or_an_edit_makes_a_new_answer(client: Client, address: str) -> None:
    tags = {client.get(address)["ETag"]}
    make_ranked()
    generations.build(now=NOW)
    tags.add(client.get(address)["ETag"])
    Fact.objects.first().delete()  # type: ignore[union-attr]
    tags.add(client.get(address)["ETag"])
    assert len(tags) == 3


@pytest.mark.parametrize("address", [f"{API}{KEY}/", *(f"/compare/{KEY}.{suffix}" for suffix in TYPES)])
def test_a_comparison_costs_nine_queries_however_much_is_known(
    client: Client, address: str, django_assert_num_queries: Any
) -> None:
    client.get(address)
    for count in (0, 3):
        for _ in range(count):
            make_result(artifact=Artifact.objects.get(slug="one"))
        make_full(f"more-{count}", 3)
        cache.clear()
        with django_assert_num_queries(9):
            assert client.get(address).status_code == 200


def test_a_past_comparison_costs_ten(client: Client, django_assert_num_queries: Any) -> None:
    at = _kept()
    client.get(f"{API}{KEY}/?at={at}")
    cache.clear()
    with django_assert_num_queries(10):
        answer(client, f"{API}{KEY}/?at={at}")


def _kept() -> str:
    now = timezone.now()
    generations.build(now=now)
    snapshots.take(now=now)
    sheets.keep(now=now)
    return now.date().isoformat()


def test_how_often_each_was_shown_and_chosen_is_in_the_table(client: Client) -> None:
    """As the live generation counted it; never shown is unknown, and nothing of it is a change of a past day."""
    at = _kept()
    counted = {
        "shown": 1_240,
        "chosen": 30.4,
        "worked": 2.0,
        "failed": 1.0,
        "is_sample": False,
        "intents": [],
        "links": [],
    }
    told = Breakdown.objects.get(artifact__slug="one")
    Breakdown.objects.filter(pk=told.pk).update(body={**told.body, "matched": counted})
    it = answer(client, f"{API}{KEY}/")
    rows = {row["name"]: [(cell["value"], cell["state"]) for cell in row["cells"]] for row in it["facts"]}
    assert rows["shown"] == [(1_240, "known"), (None, "unknown")]
    assert rows["chosen"] == [(30, "known"), (None, "unknown")]
    (finding,) = [found["text"] for found in it["verdict"]["findings"] if found["rule"] == "chosen"]
    assert finding.startswith("Chosen when it was shown for an intent: ")
    assert finding.endswith(" in 30 of 1\u202f240 cases.")
    page = client.get(f"/compare/{KEY}/").content.decode()
    assert 'href="/artifacts/one/#matched"' in page
    assert answer(client, f"{API}{KEY}/?at={at}")["changes"]["rows"] == []


def test_a_past_day_answers_with_what_has_changed_since(client: Client) -> None:
    at = _kept()
    BenchmarkResult.objects.update(score="9.10")
    it = answer(client, f"{API}{KEY}/?at={at}")
    assert it["at"] == at
    assert [(row["artifact"], row["then"], row["now"]) for row in it["changes"]["rows"]] == [("one", "8.3", "9.1")]
    assert differences(ComparisonSerializer(), it) == []
    assert f"?at={at}" in it["citation"]
    assert b"This has changed since" in client.get(f"/compare/{KEY}.md?at={at}").content
    assert client.get(f"/compare/{KEY}.png?at={at}").status_code == 200
    assert answer(client, f"{API}{KEY}/")["changes"] is None


def test_a_day_before_all_records_is_told_from_when_on_there_are_any(client: Client) -> None:
    ranked = make_ranked(2, now=timezone.now())
    _kept()
    response = client.get(f"{API}{key_of([it.slug for it in ranked])}/?at=2020-01-01")
    assert response.status_code == 400
    (told,) = response.json()["errors"]["at"]
    assert told.startswith("Nothing was kept of 1 January 2020. Ranks are kept from ")
    assert "Facts are kept from " in told


# --- the page's own address ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", None),
        ("*/*", None),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None),
        ("text/html, application/json;q=0.5", None),
        ("application/json, text/html;q=0.5", "json"),
        ("application/json", "json"),
        ("Application/JSON", "json"),
        ("text/markdown, */*;q=0.1", "md"),
        ("text/csv", "csv"),
        ("image/png", None),
    ],
)
def test_who_likes_another_form_better_is_given_it(accept: str, expected: str | None) -> None:
    assert file_asked_for(RequestFactory().get("/", headers={"Accept": accept})) == expected


def test_a_page_that_is_kept_is_not_taken_for_another_form(client: Client) -> None:
    from django.http import HttpResponse

    @or_file
    @public_page()
    def page(request: Any, key: str) -> HttpResponse:
        return HttpResponse("a page")

    def asked(accept: str, key: str = KEY) -> Any:
        return page(RequestFactory().get(f"/compare/{key}/", headers={"Accept": accept}), key=key)

    assert asked("text/html").content == b"a page"
    made = asked("text/markdown")
    assert (made["Content-Type"], made["Content-Location"]) == (TYPES["md"], f"/compare/{KEY}.md")
    assert asked("application/json")["Content-Type"] == "application/json"
    assert asked("text/html").content == b"a page"
    for accept in ("text/html", "text/markdown"):
        assert "Accept" in asked(accept)["Vary"]
    tags = {asked(accept)["ETag"] for accept in ("text/html", "text/markdown", "application/json")}
    assert len(tags) == 3
    assert asked("application/json", "two-vs-one")["Location"] == f"/compare/{KEY}.json"
    assert asked("application/json", "one-vs-\x00").status_code == 404
    kept: Any = page.kept_answer  # type: ignore[attr-defined]
    assert kept(RequestFactory().get(f"/compare/{KEY}/", headers={"Accept": "text/markdown"})) is None
    assert kept(RequestFactory().get(f"/compare/{KEY}/")).content == b"a page"


def test_an_absurdly_long_question_is_refused(client: Client) -> None:
    assert client.get(f"/compare/{'-vs-'.join(map(str, range(900)))}.json").status_code == 400
    assert client.get(f"{API}{KEY}/?{urlencode({'capability': 'x' * 7000})}").status_code == 400
    assert client.get(f"{API}{KEY}/?{urlencode({'capability': 'x' * 9000})}").status_code == 414
