"""The filters: their SQL form and their mask over columns select the same artifacts, whatever is asked for."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import publishing
from catalog.changes import change
from catalog.choices import DataType, Kind, LicenceClass, PriceClass
from catalog.columns import columns
from catalog.filters import MAX_VALUES, ArtifactFilterSet
from catalog.models import Artifact, Capability, Category, Synonym
from catalog.state import live_state
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_category,
    make_offering,
    make_price,
    make_publisher,
)

pytestmark = pytest.mark.django_db
WORDS = ["heron", "Égret", "CRANE", "stork-like", "ibis"]


@pytest.fixture
def aviary() -> list[Artifact]:
    """Forty artifacts that differ in everything one can filter by."""
    with change():  # one step instead of four hundred
        dice = random.Random(7)
        categories = [make_category(slug=f"c{n}") for n in range(3)]
        capabilities = [make_capability(slug=f"k{n}", name=f"{word} watching") for n, word in enumerate(WORDS)]
        for capability, word in zip(capabilities, reversed(WORDS), strict=True):
            Synonym.objects.create(capability=capability, text=f"{word}-spotting")
        publishers = [None, *(make_publisher(name=f"{word} Society") for word in WORDS)]
        artifacts = []
        for n in range(40):
            lifecycle = dice.choice(["published"] * 5 + ["deprecated", "draft", "in_review", "withdrawn"])
            artifact = make_artifact(
                name=f"{dice.choice(WORDS)} {n}",
                kind=dice.choice(["model", "dataset", "mcp"]),
                tagline=f"About the {dice.choice(WORDS)} and more",
                licence=dice.choice(["MIT", "GPL-3.0-only", "LicenseRef-X", ""]),
                publisher=dice.choice(publishers),
                lifecycle=lifecycle,
                withdrawn_reason="Gone." if lifecycle == "withdrawn" else "",
                categories=dice.sample(categories, dice.randrange(3)),
            )
            for position, capability in enumerate(dice.sample(capabilities, dice.randrange(4))):
                make_offering(
                    artifact=artifact,
                    capability=capability,
                    position=position,
                    input_types=dice.sample(["text", "image", "3d"], dice.randrange(3)),
                    output_types=dice.sample(["text", "code"], dice.randrange(3)),
                )
            for number, amount in enumerate(dice.choice([(), ("0",), ("2",), ("0", "2")])):
                make_price(artifact=artifact, amount=amount, provider=f"P{number}")
            if dice.random() < 0.3:
                make_alias(artifact=artifact, slug=f"once-{dice.choice(['heron', 'ibis'])}-{n}")
            days = dice.choice([None, None, -1, 1])
            publishing.set_verified_until(artifact, days and timezone.now() + dt.timedelta(days=days))
            artifacts.append(artifact)
    return artifacts


def by_sql(params: dict[str, list[str]]) -> set[int]:
    query = QueryDict(mutable=True)
    for name, values in params.items():
        query.setlist(name, values)
    filters = ArtifactFilterSet(query, queryset=Artifact.objects.public())
    assert filters.is_valid(), filters.errors
    return set(filters.qs.values_list("pk", flat=True))


def by_mask(params: dict[str, list[str]]) -> set[int]:
    held = columns(live_state())
    mask = held.everything()
    for name, values in params.items():
        declared = ArtifactFilterSet.base_filters[name]
        value = declared.field.clean(values if name not in ("q", "verified") else values[-1])
        if value not in (None, "", []):
            mask &= declared.mask(held, value)
    return set(held.ids[mask].tolist())


def some(values: list[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most)


selections = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(
            [*WORDS, "egret", "HERON watch", "society crane", "spotting", "once-ibis", "nothing", "%", "_", "'", ""]
        ).map(lambda q: [q]),
        "kind": some(["model", "dataset", "mcp", "agent"]),
        "category": some(["c0", "c1", "c2"]),
        "capability": some(["k0", "k1", "k2", "k3"], 2),
        "price": some(PriceClass.values),
        "licence": some(LicenceClass.values),
        "input": some(["text", "image", "3d", "video"], 2),
        "output": some(["text", "code"], 2),
        "verified": st.sampled_from(["true", "false", "1", "0", ""]).map(lambda v: [v]),
        "lifecycle": some(["published", "deprecated"], 2),
    },
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(selections)
def test_sql_and_mask_select_the_same(aviary: list[Artifact], params: dict[str, list[str]]) -> None:
    assert by_mask(params) == by_sql(params)


def test_a_text_is_found_under_new_words_at_once() -> None:
    publisher = make_publisher(name="Old Press")
    capability = make_capability(name="Bird watching")
    artifact = make_artifact(name="Plain", tagline="Words", publisher=publisher)
    make_offering(artifact=artifact, capability=capability)
    assert by_mask({"q": ["heron"]}) == set()
    publisher.name = "Heron Press"
    publisher.save()
    assert by_mask({"q": ["heron"]}) == {artifact.pk}
    Synonym.objects.create(capability=capability, text="twitching")
    assert by_mask({"q": ["twitch"]}) == {artifact.pk}
    make_alias(artifact=artifact, slug="once-a-crane")
    assert by_mask({"q": ["crane press"]}) == {artifact.pk}


def test_a_text_is_found_within_one_field_and_not_across_two() -> None:
    make_artifact(name="Ab", tagline="cd", slug="x")
    assert by_mask({"q": ["bcd"]}) == by_sql({"q": ["bcd"]}) == set()


@pytest.mark.parametrize("name", list(ArtifactFilterSet.base_filters))
def test_every_filter_narrows_by_itself_in_both_forms(aviary: list[Artifact], name: str) -> None:
    value = {
        "q": "heron",
        "kind": "model",
        "category": "c1",
        "capability": "k1",
        "price": "paid",
        "licence": "unknown",
        "input": "image",
        "output": "code",
        "verified": "true",
        "lifecycle": "deprecated",
    }[name]
    found = by_sql({name: [value]})
    assert found == by_mask({name: [value]})
    assert 0 < len(found) < Artifact.objects.public().count()


def test_values_of_one_filter_widen_and_those_of_a_collection_narrow(aviary: list[Artifact]) -> None:
    assert by_sql({"kind": ["model", "mcp"]}) == by_sql({"kind": ["model"]}) | by_sql({"kind": ["mcp"]})
    assert by_sql({"category": ["c0", "c1"]}) == by_sql({"category": ["c0"]}) | by_sql({"category": ["c1"]})
    for name, one, other in (("capability", "k0", "k1"), ("input", "text", "image"), ("output", "text", "code")):
        assert by_sql({name: [one, other]}) == by_sql({name: [one]}) & by_sql({name: [other]})


def test_a_comma_is_as_good_as_a_repetition(aviary: list[Artifact]) -> None:
    assert by_sql({"kind": ["model,mcp"]}) == by_sql({"kind": ["model", "mcp"]})


def test_not_verified_is_everything_else_lapsed_ones_too(aviary: list[Artifact]) -> None:
    proven, others = by_sql({"verified": ["true"]}), by_sql({"verified": ["false"]})
    assert proven
    assert not proven & others
    assert proven | others == set(Artifact.objects.public().values_list("pk", flat=True))
    lapsed = set(Artifact.objects.public().filter(verified_until__lt=timezone.now()).values_list("pk", flat=True))
    assert lapsed
    assert lapsed <= others


def test_a_merged_capability_is_unknown_under_its_old_slug() -> None:
    from catalog.vocabulary import merge

    old, into = make_capability(slug="old"), make_capability(slug="into")
    make_offering(capability=old)
    merge(old, into=into, why="x")
    assert len(by_sql({"capability": ["into"]})) == 1
    assert not ArtifactFilterSet(QueryDict("capability=old")).is_valid()


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("kind=modle", "kind", "Kind: there is no “modle”."),
        ("kind=model,modle", "kind", "there is no “modle”"),
        ("category=nowhere", "category", "Category: there is no “nowhere”."),
        ("capability=nothing", "capability", "Capability: there is no “nothing”."),
        ("capability=%00", "capability", "Capability: there is no"),
        ("price=cheap", "price", "Price: there is no “cheap”."),
        ("licence=MIT", "licence", "Licence: there is no “MIT”."),
        ("input=smell", "input", "Takes: there is no “smell”."),
        ("output=smell", "output", "Gives: there is no “smell”."),
        ("verified=perhaps", "verified", "takes true or false, not “perhaps”"),
        ("lifecycle=draft", "lifecycle", "there is no “draft”"),
        (f"q={'x' * 201}", "q", "200"),
    ],
)
def test_a_bad_value_is_named(query: str, name: str, words: str) -> None:
    filters = ArtifactFilterSet(QueryDict(query), queryset=Artifact.objects.public())
    assert not filters.is_valid()
    assert list(filters.errors) == [name]
    assert words in str(filters.errors[name].data[0].message % (filters.errors[name].data[0].params or {}))


def test_a_bad_value_is_cut_in_the_message() -> None:
    filters = ArtifactFilterSet(QueryDict(f"kind={'x' * 5_000}"))
    assert len(str(filters.errors["kind"])) < 300


def test_no_more_values_are_used_than_anybody_needs() -> None:
    field = ArtifactFilterSet.base_filters["category"].field
    for n in range(MAX_VALUES + 5):
        make_category(slug=f"s{n}")
    good, _bad = field.partition([f"s{n}" for n in range(MAX_VALUES + 5)])
    assert len(good) <= MAX_VALUES
    assert "s0" in good


@given(st.text(max_size=200))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_any_filter_is_answered(text: str) -> None:
    for name in ArtifactFilterSet.base_filters:
        query = QueryDict(mutable=True)
        query[name] = text
        filters = ArtifactFilterSet(query, queryset=Artifact.objects.public())
        if filters.is_valid():
            list(filters.qs[:1])


def test_choices_are_the_words_of_the_catalog() -> None:
    declared = {
        name: {value for value, _ in f.extra["choices"]}
        for name, f in ArtifactFilterSet.base_filters.items()
        if "choices" in f.extra
    }
    assert declared == {
        "kind": set(Kind.values),
        "price": set(PriceClass.values),
        "licence": set(LicenceClass.values),
        "input": set(DataType.values),
        "output": set(DataType.values),
        "lifecycle": {"published", "deprecated"},
    }
    assert Category.objects.count() == Capability.objects.count() == 0
