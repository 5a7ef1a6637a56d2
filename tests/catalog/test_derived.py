"""Columns that follow from other rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog import derived
from catalog.changes import change
from catalog.digest import catalog_digest
from catalog.models import Artifact, ArtifactType, Fact, Offering, Price
from tests.factories import (
    make_artifact,
    make_capability,
    make_evidence,
    make_fact,
    make_identifier,
    make_lineage,
    make_offering,
    make_price,
    make_source,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
DAY = dt.timedelta(days=1)


def fresh(artifact: Artifact) -> Artifact:
    return Artifact.objects.get(pk=artifact.pk)


def disputed(artifact: Artifact) -> list[str]:
    return sorted(set(Fact.objects.disputed().filter(artifact=artifact).values_list("name", flat=True)))


# --- classes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", "permissive"),
        ("GPL-3.0-only", "copyleft"),
        ("LicenseRef-X", "restricted"),
        ("", "unknown"),
        ("a / b", "unknown"),
    ],
)
def test_licence_class(licence: str, expected: str) -> None:
    artifact = make_artifact(licence=licence)
    assert fresh(artifact).licence_class == expected
    artifact.licence = "Apache-2.0"
    artifact.save()
    assert fresh(artifact).licence_class == "permissive"


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [([], "unknown"), ([0], "free"), ([2], "paid"), ([0, 2], "free_and_paid"), ([1, 2], "paid"), ([0, 0], "free")],
)
def test_price_class_and_unknown_is_not_free(amounts: list[int], expected: str) -> None:
    assert derived.price_class_of(Decimal(amount) for amount in amounts) == expected
    artifact = make_artifact()
    for number, amount in enumerate(amounts):
        make_price(artifact=artifact, amount=amount, provider=f"P{number}")
    assert fresh(artifact).price_class == expected


@pytest.mark.parametrize(
    ("valid", "expected"),
    [
        ({"valid_from": TODAY}, "paid"),
        ({"valid_from": TODAY + DAY}, "unknown"),
        ({"valid_to": TODAY}, "unknown"),  # the first day on which it no longer held
        ({"valid_to": TODAY + DAY}, "paid"),
    ],
)
def test_only_a_current_price_counts(valid: dict[str, dt.date], expected: str) -> None:
    artifact = make_artifact()
    make_price(artifact=artifact, **valid)
    assert fresh(artifact).price_class == expected
    assert (fresh(artifact).headline_price is None) is (expected == "unknown")


def price(amount: str, meter: str = "input_tokens", per: int = 1_000_000, tier: str = "", pk: int = 1) -> Price:
    return Price(pk=pk, amount=Decimal(amount), meter=meter, per=per, tier=tier)


@pytest.mark.parametrize(
    ("prices", "headline"),
    [
        ([], None),
        ([price("2"), price("1")], "1"),  # the cheapest
        ([price("2"), price("1", per=1_000)], "2"),  # ... per unit
        ([price("9"), price("1", "output_tokens")], "9"),  # of the most telling meter
        ([price("9"), price("0", "download")], "9"),  # free weights do not hide what it costs to call
        ([price("0", "download")], "0"),
        ([price("9"), price("0")], "9"),  # a trial at nothing is not “from $0”
        ([price("9"), price("1", tier="batch")], "9"),  # nor is a price under a condition
        ([price("1", tier="batch")], "1"),
    ],
)
def test_headline_price(prices: list[Price], headline: str | None) -> None:
    found = derived.headline_of(prices)
    assert (str(found.amount) if found else None) == headline


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "headline"),
    [
        ([("0.50", "EUR"), ("2.00", "USD"), ("3.00", "USD")], "2.00"),
        ([("0.50", "EUR"), ("2.00", "USD")], "2.00"),
        ([("0.50", "EUR"), ("0.70", "EUR"), ("0.10", "USD")], "0.50"),
    ],
)
def test_amounts_of_different_currencies_are_not_compared(asked: list[tuple[str, str]], headline: str) -> None:
    artifact = make_artifact()
    prices = [
        make_price(artifact=artifact, provider=f"P{n}", amount=Decimal(amount), currency=currency)
        for n, (amount, currency) in enumerate(asked)
    ]
    found = derived.headline_of(prices)
    assert found is not None
    assert found.amount == Decimal(headline)


def test_between_equal_prices_the_headline_stays_the_same() -> None:
    assert derived.headline_of([price("1", pk=2), price("1", pk=1)]) == price("1", pk=1)


# --- types, counts, ids -----------------------------------------------------------------------------------------------


def test_types_are_gathered_from_all_offerings_and_go_with_them() -> None:
    artifact = make_artifact()
    make_offering(artifact=artifact, input_types=["text", "image"], output_types=["text"])
    other = make_offering(artifact=artifact, input_types=["text"], output_types=["code"])

    def types() -> set[tuple[str, str]]:
        return set(ArtifactType.objects.filter(artifact=artifact).values_list("direction", "data_type"))

    assert types() == {("input", "text"), ("input", "image"), ("output", "text"), ("output", "code")}
    assert fresh(artifact).offering_count == 2
    other.delete()
    assert types() == {("input", "text"), ("input", "image"), ("output", "text")}
    assert fresh(artifact).offering_count == 1


def test_identifiers_are_one_a_scheme() -> None:
    artifact = make_artifact()
    make_identifier(artifact=artifact, scheme="npm", value="@a/b")
    make_identifier(artifact=artifact, scheme="npm", value="@a/c")
    make_identifier(artifact=artifact, value="a/B")
    assert fresh(artifact).identifiers == {"huggingface": "a/B", "npm": "@a/b"}


def test_the_first_publication_is_remembered() -> None:
    artifact = make_artifact(lifecycle="draft", published_at=None)
    assert fresh(artifact).published_at is None
    artifact.lifecycle = "published"
    artifact.save()
    first = fresh(artifact).published_at
    assert first is not None
    artifact = fresh(artifact)
    artifact.lifecycle = "deprecated"
    artifact.save()
    assert fresh(artifact).published_at == first


# --- facts ------------------------------------------------------------------------------------------------------------


def test_the_stated_value_and_the_dispute_are_written_down() -> None:
    artifact = make_artifact()
    first = make_fact(artifact=artifact, value=32_768)
    second = make_fact(artifact=artifact, value=65_536)
    flags = dict(Fact.objects.filter(artifact=artifact).values_list("pk", "is_stated"))
    assert flags == {first.pk: True, second.pk: False}
    assert disputed(artifact) == ["context_window"]
    assert fresh(artifact).disputed_count == 1
    second.value = 32_000
    second.save()
    assert disputed(artifact) == []
    assert fresh(artifact).disputed_count == 0


def test_a_dispute_is_counted_once_however_many_values_it_has() -> None:
    artifact = make_artifact()
    for value in (1_000, 2_000, 3_000):
        make_fact(artifact=artifact, value=value)
    assert fresh(artifact).disputed_count == 1


def test_a_fact_that_the_registry_does_not_know_is_left_alone() -> None:
    artifact = make_artifact()
    make_fact(artifact=artifact, name="gone", value=1)
    make_fact(artifact=artifact, name="gone", value=2)
    assert disputed(artifact) == []


def test_a_contradiction_along_the_lineage_disputes_both_ends_and_is_counted_at_both() -> None:
    parent, child = make_artifact(), make_artifact(kind="finetune")
    make_fact(artifact=parent, value=65_536)
    make_fact(artifact=child, value=32_768)
    assert disputed(parent) == disputed(child) == []
    lineage = make_lineage(artifact=child, parent=parent)
    assert disputed(parent) == disputed(child) == ["context_window"]
    assert (fresh(parent).disputed_count, fresh(child).disputed_count) == (1, 1)
    lineage.delete()
    assert disputed(parent) == disputed(child) == []
    assert (fresh(parent).disputed_count, fresh(child).disputed_count) == (0, 0)


def test_a_later_change_at_one_end_reaches_the_count_at_the_other() -> None:
    parent, child = make_artifact(), make_artifact(kind="finetune")
    make_fact(artifact=parent, value=65_536)
    make_lineage(artifact=child, parent=parent)
    fact = make_fact(artifact=child, value=32_768)
    assert disputed(parent) == ["context_window"]
    assert fresh(parent).disputed_count == 1
    fact.value = 65_536
    fact.save()
    assert disputed(parent) == []
    assert fresh(parent).disputed_count == 0


@pytest.mark.parametrize(
    "lineage", [{"keeps_architecture": False}, {"relation": "trained_on"}, {"relation": "runs_on"}], ids=str
)
def test_a_lineage_that_keeps_no_architecture_disputes_nothing(lineage: dict[str, object]) -> None:
    parent, child = make_artifact(), make_artifact(kind="finetune")
    make_fact(artifact=parent, value=65_536)
    make_fact(artifact=child, value=32_768)
    make_lineage(artifact=child, parent=parent, **lineage)
    assert disputed(parent) == disputed(child) == []


def test_a_fact_that_is_not_architecture_is_not_inherited() -> None:
    parent, child = make_artifact(), make_artifact(kind="finetune")
    make_fact(artifact=parent, name="released", value="2024-01")
    make_fact(artifact=child, name="released", value="2025-01")
    make_lineage(artifact=child, parent=parent)
    assert disputed(parent) == disputed(child) == []


def test_the_dispute_goes_one_step_along_the_lineage_not_to_cousins() -> None:
    """Two fine-tunes that differ contradict their base, not each other's page by hearsay."""
    base, one, two = make_artifact(), make_artifact(kind="finetune"), make_artifact(kind="finetune")
    make_fact(artifact=one, value=65_536)
    make_fact(artifact=two, value=32_768)
    make_lineage(artifact=one, parent=base)
    make_lineage(artifact=two, parent=base)
    assert disputed(one) == disputed(two) == []


def test_a_settlement_ends_the_dispute_at_its_own_end() -> None:
    parent, child = make_artifact(), make_artifact(kind="finetune")
    make_fact(artifact=parent, value=65_536)
    fact = make_fact(artifact=child, value=32_768)
    make_lineage(artifact=child, parent=parent)
    fact.settled_at, fact.settled_reason = timezone.now(), "The card says so."
    fact.save()
    assert disputed(child) == []
    assert fresh(child).disputed_count == 0


# --- all together -----------------------------------------------------------------------------------------------------


def a_lively_artifact() -> Artifact:
    artifact = make_artifact(licence="MIT")
    make_offering(artifact=artifact)
    make_price(artifact=artifact)
    make_fact(artifact=artifact, value=1_000)
    make_fact(artifact=artifact, value=9_000)
    make_identifier(artifact=artifact)
    return artifact


def test_running_it_again_changes_nothing() -> None:
    artifact = a_lively_artifact()
    tables = (Artifact, ArtifactType, Fact)
    before = [list(model._default_manager.values()) for model in tables], catalog_digest()
    derived.refresh([artifact.pk], now=timezone.now())
    assert ([list(model._default_manager.values()) for model in tables], catalog_digest()) == before


def test_running_it_anew_over_emptied_columns_gives_the_same() -> None:
    artifact = a_lively_artifact()
    columns = ("licence_class", "price_class", "offering_count", "disputed_count", "identifiers", "headline_price_id")
    before = Artifact.objects.values_list(*columns).get(pk=artifact.pk)
    Artifact.objects.update(
        licence_class="unknown",
        price_class="unknown",
        offering_count=9,
        disputed_count=9,
        identifiers={},
        headline_price=None,
    )
    ArtifactType.objects.all().delete()
    Fact.objects.update(is_stated=False, is_disputed=False)
    derived.refresh([artifact.pk], now=timezone.now())
    assert Artifact.objects.values_list(*columns).get(pk=artifact.pk) == before
    assert ArtifactType.objects.count() == 2
    assert disputed(artifact) == ["context_window"]


def test_the_number_of_queries_does_not_grow_with_the_number_of_artifacts(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    source, capability = make_source(), make_capability()
    counted = []
    for size in (3, 30):
        with change():
            artifacts = [make_artifact(licence="MIT") for _ in range(size)]
            for artifact in artifacts:
                make_fact(artifact=artifact, source=source)
                make_offering(artifact=artifact, capability=capability)
        with django_assert_max_num_queries(60) as queries:
            derived.refresh([artifact.pk for artifact in artifacts], now=timezone.now())
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_ids_come_in_pieces_that_a_database_takes() -> None:
    assert list(derived.chunks([3, 1, 2, 5, 4], 2)) == [[1, 2], [3, 4], [5]]
    assert list(derived.chunks([])) == []


def test_an_offering_knows_whether_a_source_speaks_for_it() -> None:
    """From the first evidence to the last; also where it moves to another offering."""
    bare = make_offering()
    other = make_offering(artifact=bare.artifact)
    evidence = make_evidence(offering=bare)
    assert set(Offering.objects.without_evidence()) == {other}
    evidence.offering = other
    evidence.save()
    assert set(Offering.objects.without_evidence()) == {bare}
    evidence.delete()
    assert set(Offering.objects.without_evidence()) == {bare, other}
