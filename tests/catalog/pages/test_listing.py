"""A list of artifacts as a page shows it: filtered, counted, sorted, one page at a time."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db.models import Count
from django.http import QueryDict
from django.utils import timezone

from catalog.changes import change
from catalog.columns import columns
from catalog.models import Artifact
from catalog.pages.listing import FACET_LENGTH, SORTS, Listing, listing, selection_of
from catalog.publishing import set_verified_until
from catalog.state import live_state
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_generation,
    make_offering,
    make_price,
    make_standing,
)
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


def shown(query: str = "", *, page_size: int = 50, **fixed: Any) -> Listing:
    return listing(selection_of(QueryDict(query)), live_state(), page_size=page_size, fixed=fixed)


def counts(page: Listing, name: str) -> dict[str, int]:
    return {option.value: option.count for facet in page.facets if facet.name == name for option in facet.options}


def names(page: Listing) -> list[str]:
    return [row.name for row in page.rows]


@pytest.fixture
@remembered
def shelf() -> None:
    with change():
        dice = random.Random(3)
        categories = [make_category(slug=f"c{n}") for n in range(3)]
        capabilities = [make_capability(slug=f"k{n}") for n in range(14)]
        for n in range(30):
            artifact = make_artifact(
                name=f"Artifact {n:02}",
                kind=dice.choice(["model", "dataset"]),
                licence=dice.choice(["MIT", ""]),
                lifecycle=dice.choice(["published", "published", "deprecated"]),
                categories=dice.sample(categories, dice.randrange(3)),
            )
            for capability in dice.sample(capabilities, dice.randrange(5)):
                make_offering(artifact=artifact, capability=capability, input_types=dice.sample(["text", "image"], 1))
            if dice.random() < 0.5:
                make_price(artifact=artifact)


# --- counts -----------------------------------------------------------------------------------------------------------


def in_sql(artifacts: Any, path: str) -> dict[str, int]:
    return dict(artifacts.exclude(**{path: None}).values_list(path).annotate(n=Count("pk", distinct=True)).order_by())


PATHS = {
    "kind": "kind",
    "category": "categories__slug",
    "capability": "offerings__capability__slug",
    "price": "price_class",
    "licence": "licence_class",
    "lifecycle": "lifecycle",
}


@pytest.mark.parametrize("name", list(PATHS))
def test_facet_counts_are_those_of_the_database(shelf: None, name: str) -> None:
    expected = in_sql(Artifact.objects.public(), PATHS[name])
    found = counts(shown(), name)
    assert found == {value: expected[value] for value in found}
    assert len(found) == min(len(expected), FACET_LENGTH)
    assert sorted(found.values(), reverse=True) == sorted(expected.values(), reverse=True)[:FACET_LENGTH]


@pytest.mark.parametrize("direction", ["input", "output"])
def test_type_counts_are_those_of_the_database(shelf: None, direction: str) -> None:
    make_offering(output_types=["code"])
    types = Artifact.objects.public().filter(types__direction=direction)
    expected = dict(types.values_list("types__data_type").annotate(n=Count("pk", distinct=True)).order_by())
    assert counts(shown(), direction) == expected


def test_a_widening_facet_counts_what_choosing_another_value_instead_would_give(shelf: None) -> None:
    everything = shown("licence=permissive")
    assert counts(shown("licence=permissive&kind=model"), "kind") == counts(everything, "kind")
    for kind, count in counts(everything, "kind").items():
        assert shown(f"licence=permissive&kind={kind}").total == count


def test_a_narrowing_facet_counts_what_choosing_a_value_as_well_would_give(shelf: None) -> None:
    page = shown("capability=k1")
    for slug, count in counts(page, "capability").items():
        assert shown(f"capability=k1&capability={slug}").total == count
    assert counts(page, "capability")["k1"] == page.total


def test_every_facet_keeps_its_promise(shelf: None) -> None:
    page = shown()
    for facet in page.facets:
        for option in facet.options:
            assert shown(f"{facet.name}={option.value}").total == option.count, (facet.name, option.value)


def test_a_chosen_value_is_shown_even_where_it_is_rare_or_absent(shelf: None) -> None:
    rare = min(counts(shown(), "capability").values())
    make_offering(capability=make_capability(slug="rare"))
    assert "rare" not in counts(shown(), "capability") or rare <= 1
    assert counts(shown("capability=rare"), "capability")["rare"] == 1
    assert counts(shown("price=free"), "price")["free"] == 0


def test_a_choice_of_one_is_no_choice() -> None:
    make_artifact(kind="model")
    assert "kind" not in [facet.name for facet in shown().facets]
    assert "kind" in [facet.name for facet in shown("kind=model").facets]


def test_the_verified_facet_appears_with_the_first_proof() -> None:
    artifact = make_artifact()
    make_artifact()
    assert counts(shown(), "verified") == {}
    set_verified_until(artifact, timezone.now() + timezone.timedelta(days=1))
    assert counts(shown(), "verified") == {"true": 1}
    assert shown("verified=true").total == 1
    assert shown("verified=false").total == 1


def test_a_fixed_filter_belongs_to_the_page_and_gives_no_facet_and_no_chip(shelf: None) -> None:
    page = shown("licence=permissive", kind=["model"])
    assert page.total == Artifact.objects.public().filter(kind="model", licence_class="permissive").count()
    assert "kind" not in [facet.name for facet in page.facets]
    assert [chip.text for chip in page.chips] == ["Permissive"]


# --- what a reader asked for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "values", "problem"),
    [
        ("kind=modle", {}, "Kind: there is no “modle”, so it was left out."),
        ("kind=model&kind=modle", {"kind": ["model"]}, "Kind: there is no “modle”, so it was left out."),
        ("kind=model,modle", {"kind": ["model"]}, "Kind: there is no “modle”, so it was left out."),
        ("category=nowhere", {}, "Category: there is no “nowhere”, so it was left out."),
        ("capability=%00x", {}, "Capability: there is no"),
        ("verified=perhaps", {}, "takes true or false, not “perhaps”. It was left out."),
        ("sort=beauty", {}, "Sort: there is no “beauty”; there are rank, name, new, changed."),
        ("page=zero", {}, "Page: “zero” is no page number."),
        ("page=0", {}, "Page: “0” is no page number."),
        ("page=-1", {}, "Page: “-1” is no page number."),
        ("page=９", {}, "Page: “９” is no page number."),
        (f"page={'9' * 30}", {}, "is no page number."),
        (f"q={'x' * 300}", {}, "It was left out."),
    ],
)
def test_a_bad_value_is_named_and_the_good_ones_beside_it_stay(
    query: str, values: dict[str, Any], problem: str
) -> None:
    make_artifact(kind="model")
    selection = selection_of(QueryDict(query))
    assert selection.values == values
    assert len(selection.problems) == 1
    assert problem in selection.problems[0]
    assert shown(query).total == 1


def test_what_is_empty_or_not_a_filter_is_no_problem() -> None:
    selection = selection_of(QueryDict("kind=&q=&verified=&sort=&utm_source=x"))
    assert (selection.values, selection.problems, selection.query()) == ({}, (), "?")


def test_the_query_has_one_form_however_it_was_asked_for() -> None:
    make_category(slug="c")
    one = selection_of(QueryDict("sort=name&licence=permissive&kind=model&kind=dataset&q=x&category=c"))
    other = selection_of(QueryDict("category=c&q=x&kind=model,dataset&licence=permissive&sort=name&page=1"))
    assert one.query() == other.query() == "?q=x&kind=model&kind=dataset&category=c&licence=permissive&sort=name"


def test_a_query_survives_being_read_back(shelf: None) -> None:
    for query in ("?q=a+b%26c%3Dd&kind=model", "?verified=false", "?capability=k1&capability=k2&page=3", "?q=%C3%A9"):
        assert selection_of(QueryDict(query[1:])).query(page=selection_of(QueryDict(query[1:])).page) == query


def test_chips_name_what_is_chosen_and_lead_to_the_list_without_it(shelf: None) -> None:
    page = shown("q=artifact&kind=model&kind=dataset&input=text&verified=false")
    assert [(chip.text, chip.remove_query) for chip in page.chips] == [
        ("“artifact”", "?kind=model&kind=dataset&input=text&verified=false"),
        ("Models", "?q=artifact&kind=dataset&input=text&verified=false"),
        ("Datasets", "?q=artifact&kind=model&input=text&verified=false"),
        ("Takes: Text", "?q=artifact&kind=model&kind=dataset&verified=false"),
        ("No proven owner", "?q=artifact&kind=model&kind=dataset&input=text"),
    ]


def test_hostile_text_stays_text_in_a_chip() -> None:
    (chip,) = shown("q=%22%3E%3Cscript%3E").chips
    assert chip.text == '“"><script>”'
    assert chip.remove_query == "?"


# --- pages and order --------------------------------------------------------------------------------------------------


def test_pages_hold_everything_once_and_end(shelf: None) -> None:
    total = Artifact.objects.public().count()
    query, seen, pages = "?", [], 0
    while query and pages < 99:
        page = shown(query[1:], page_size=7)
        seen += names(page)
        pages += 1
        query = page.next_query
    assert pages == page.pages == -(-total // 7)
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == total
    assert page.previous_query == f"?page={pages - 1}" or pages == 2


def test_the_page_after_the_last_is_the_last(shelf: None) -> None:
    page = shown("page=999999", page_size=7)
    assert page.selection.page == page.pages
    assert page.rows
    assert page.next_query == ""


def test_an_empty_list_has_one_empty_page() -> None:
    page = shown("q=nothing")
    assert (page.total, page.pages, page.rows, page.next_query, page.previous_query) == (0, 1, [], "", "")


def test_without_ranks_the_order_is_by_name_and_rank_is_not_offered(shelf: None) -> None:
    page = shown("sort=rank")
    assert page.sort == "name"
    assert "rank" not in dict(page.sorts)
    assert not page.has_ranks


def test_with_ranks_one_kind_goes_by_rank_and_a_mixed_list_by_the_place_within_the_kind() -> None:
    model, dataset = make_artifact(name="Model", kind="model"), make_artifact(name="Dataset", kind="dataset")
    other = make_artifact(name="Other", kind="model")
    unranked = make_artifact(name="A", kind="model")
    generation = make_generation()
    make_standing(generation=generation, artifact=model, low=60, score=70, high=80, percentile=50)
    make_standing(generation=generation, artifact=other, low=70, score=75, high=80, percentile=40)
    make_standing(generation=generation, artifact=dataset, low=10, score=20, high=30, percentile=99)
    assert names(shown()) == ["Dataset", "Model", "Other", "A"]
    assert names(shown("kind=model")) == ["Other", "Model", "A"]
    assert names(shown("", kind=["model"])) == ["Other", "Model", "A"]
    assert shown().rows[0].standing is not None
    assert unranked.name == names(shown())[-1]


@pytest.mark.parametrize(
    ("sort", "order"), [("new", "-published_at"), ("changed", "-facts_changed_at"), ("name", "sort_name")]
)
def test_other_orders_are_those_of_the_database(shelf: None, sort: str, order: str) -> None:
    expected = Artifact.objects.public().order_by(order, "sort_name", "id").values_list("name", flat=True)
    assert names(shown(f"sort={sort}")) == list(expected)
    assert sort in SORTS


def test_a_list_costs_the_same_few_queries_however_long_it_is(shelf: None, django_assert_num_queries: Any) -> None:
    shown()
    state = live_state()
    for size in (1, 30):
        columns(state).shown.clear()
        with django_assert_num_queries(1):
            listing(selection_of(QueryDict("kind=model")), state, page_size=size)
