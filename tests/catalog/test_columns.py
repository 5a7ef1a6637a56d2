"""Columns in memory: brought up to date from what changed, they equal a fresh load."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from catalog import columns as module
from catalog import publishing, vocabulary
from catalog.columns import Columns, columns
from catalog.models import Artifact, Capability, CatalogState, Offering
from catalog.state import State, live_state
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_generation,
    make_offering,
    make_price,
    make_standing,
)

pytestmark = pytest.mark.django_db


def contents(held: Columns) -> dict[str, Any]:
    """What the columns say, by artifact, whatever the order in which they hold it."""
    said: dict[str, Any] = {"categories": held.categories, "capabilities": held.capabilities, "state": held.state}
    for position, pk in enumerate(held.ids.tolist()):
        said[pk] = (
            held.names[position],
            held.texts[position],
            held.publisher_names.get(int(held.publishers[position])),
            {name: values[position] for name, values in held.single.items()},
            {
                name: held.codes_of(name, pk) if name == "capability" else sorted(held.codes_of(name, pk) or [])
                for name in held.many
            },
            {name: None if np.isnan(values[position]) else values[position] for name, values in held.times.items()},
            None if np.isnan(held.low[position]) else held.low[position],
            None if np.isnan(held.percentile[position]) else held.percentile[position],
        )
    return said


def fresh() -> Columns:
    return module._load(live_state())


def test_only_public_artifacts_are_held() -> None:
    shown = [make_artifact(), make_artifact(lifecycle="deprecated")]
    for lifecycle in ("draft", "in_review"):
        make_artifact(lifecycle=lifecycle)
    make_artifact(lifecycle="withdrawn", withdrawn_reason="Gone.")
    assert set(columns(live_state()).ids.tolist()) == {artifact.pk for artifact in shown}


def test_an_empty_catalog() -> None:
    held = columns(live_state())
    assert len(held) == 0
    assert held.page(held.everything(), "name", 0, 10) == []
    assert held.counts("kind", held.everything()) == {}
    assert held.counts_of_many("capability", held.everything()) == {}


def test_the_same_state_is_answered_from_memory(django_assert_num_queries: Any) -> None:
    make_artifact()
    state = live_state()
    held = columns(state)
    with django_assert_num_queries(0):
        assert columns(state) is held


def test_a_change_is_read_without_reading_everything_again(
    django_assert_max_num_queries: Any, monkeypatch: Any
) -> None:
    first = make_artifact(name="Alpha")
    make_artifact(name="Beta")
    columns(live_state())
    first.name = "Gamma"
    first.save()
    state = live_state()
    monkeypatch.setattr(module, "_load", lambda state: pytest.fail("everything was read again"))
    assert contents(columns(state))[first.pk][0] == "gamma"


EDITS: list[Any] = [
    lambda dice, rows: make_artifact(name=dice.choice("abc"), kind=dice.choice(["model", "dataset"])),
    lambda dice, rows: rename(dice.choice(rows), dice),
    lambda dice, rows: publishing.deprecate(rows[0]) if rows[0].lifecycle in ("published", "deprecated") else None,
    lambda dice, rows: publishing.withdraw(dice.choice(rows), reason="Gone."),
    lambda dice, rows: make_offering(
        artifact=dice.choice(rows), position=dice.randrange(3), output_types=dice.sample(["text", "3d"], 1)
    ),
    lambda dice, rows: Offering.objects.order_by("?").first().delete() if Offering.objects.exists() else None,
    lambda dice, rows: make_price(artifact=dice.choice(rows), amount=dice.choice(["0", "2"])),
    lambda dice, rows: dice.choice(rows).categories.set([make_category()]),
    lambda dice, rows: dice.choice(rows).categories.clear(),
    lambda dice, rows: merge_two(dice),
    lambda dice, rows: make_standing(artifact=dice.choice(rows), low=dice.randrange(50)),
    lambda dice, rows: publishing.set_verified_until(dice.choice(rows), timezone.now()),
    lambda dice, rows: dice.choice(rows).delete(),
    lambda dice, rows: CatalogState.objects.filter(pk=1).update(related_version=dice.randrange(100)),
]


def rename(artifact: Artifact, dice: random.Random) -> None:
    artifact.name = dice.choice(["Älpha", "beta", "Gamma", "gamma"])
    artifact.licence = dice.choice(["MIT", ""])
    artifact.save()


def merge_two(dice: random.Random) -> None:
    live = list(Capability.objects.live())
    if len(live) > 1:
        one, other = dice.sample(live, 2)
        vocabulary.merge(one, into=other, why="x")


@pytest.mark.parametrize("seed", range(8))
def test_brought_up_to_date_after_any_edits_they_equal_a_fresh_load(seed: int, monkeypatch: Any) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(module, "_RELOAD_SHARE", 9.0)  # never read everything again because much has changed
    for n in range(5):
        make_offering(artifact=make_artifact(name=f"Artifact {n}"), position=n)
    columns(live_state())
    for _ in range(12):
        for _ in range(dice.randrange(1, 4)):
            rows = list(Artifact.objects.order_by("pk"))
            if rows:
                dice.choice(EDITS)(dice, rows)
        held = columns(live_state())
        assert contents(held) == contents(fresh())
        for sort in ("name", "rank", "place", "new", "changed"):
            assert held.page(held.everything(), sort, 0, 99) == fresh().page(fresh().everything(), sort, 0, 99)


def test_a_deleted_artifact_is_gone() -> None:
    kept, gone = make_artifact(), make_artifact()
    columns(live_state())
    gone.delete()
    assert columns(live_state()).ids.tolist() == [kept.pk]


def test_a_newer_generation_changes_the_order_without_a_change_of_facts() -> None:
    first, second = make_artifact(name="A"), make_artifact(name="B")
    assert columns(live_state()).page(columns(live_state()).everything(), "rank", 0, 9) == [first.pk, second.pk]
    generation = make_generation()
    make_standing(generation=generation, artifact=second, low=40, score=50, high=60, percentile=90)
    make_standing(generation=generation, artifact=first, low=30, score=50, high=60, percentile=None)
    held = columns(live_state())
    assert held.page(held.everything(), "rank", 0, 9) == [second.pk, first.pk]
    assert held.page(held.everything(), "place", 0, 9) == [second.pk, first.pk]
    newer = make_generation()
    make_standing(generation=newer, artifact=first, low=45, score=50, high=60)
    held = columns(live_state())
    assert held.page(held.everything(), "rank", 0, 9) == [first.pk, second.pk]
    assert np.isnan(held.low[held.ids.tolist().index(second.pk)])


def test_a_kind_too_small_for_percentiles_is_ordered_by_the_place_among_its_own() -> None:
    generation = make_generation()

    def ranked(name: str, kind: str, low: float, percentile: float | None = None) -> None:
        artifact = make_artifact(name=name, kind=kind)
        make_standing(generation=generation, artifact=artifact, low=low, score=low, high=low, percentile=percentile)

    for name, low, percentile in (("m top", 20, 90.0), ("m mid", 15, 55.0), ("m end", 10, 10.0), ("m late", 12, None)):
        ranked(name, "model", low, percentile)
    for name, low in (("a low", 60), ("z high", 90), ("tie one", 70), ("tie two", 70)):
        ranked(name, "dataset", low)
    ranked("alone", "agent", 1)
    make_artifact(name="a unranked", kind="agent")
    held = columns(live_state())
    places = dict(zip(held.names.tolist(), held.place.tolist(), strict=True))
    assert places["z high"] == 87.5
    assert places["tie one"] == places["tie two"] == 50
    assert places["a low"] == 12.5
    assert places["m late"] == 37.5, "came after the percentiles were made: where its band would stand"
    assert np.isnan(places["a unranked"])
    assert [held.names[at] for at in held.order("place")][:-1] == [
        "m top", "z high", "m mid", "alone", "tie one", "tie two", "m late", "a low", "m end"
    ]  # fmt: skip
    assert np.isnan(held.percentile).sum() == 7, "and nobody gets a percentile"


def test_a_version_that_went_back_is_another_database() -> None:
    for _ in range(3):
        make_artifact()
    columns(live_state())
    Artifact.objects.all().delete()
    artifact = make_artifact()
    CatalogState.objects.filter(pk=1).update(version=1)
    held = columns(live_state())
    assert held.state.version == 1
    assert held.ids.tolist() == [artifact.pk]


def test_who_asks_late_gets_no_older_copy_than_is_held() -> None:
    make_artifact()
    earlier = live_state()
    columns(earlier)
    artifact = make_artifact()
    columns(live_state())
    assert artifact.pk in columns(earlier).ids
    assert columns(State(version=earlier.version, generation_id=None)).state == live_state()


def test_names_sort_without_case_and_accents_and_ties_by_age() -> None:
    names = ["zeta", "Älpha", "alpha", "Beta", "alpha"]
    rows = [make_artifact(name=name) for name in names]
    held = columns(live_state())
    shown = held.page(held.everything(), "name", 0, 9)
    assert shown == [rows[i].pk for i in (1, 2, 4, 3, 0)]
    assert shown == list(Artifact.objects.order_by("sort_name", "id").values_list("pk", flat=True))


def test_codes_of_an_artifact_come_most_telling_first() -> None:
    artifact = make_artifact()
    later, first = make_capability(), make_capability()
    make_offering(artifact=artifact, capability=later, position=2)
    make_offering(artifact=artifact, capability=first, position=1)
    held = columns(live_state())
    assert held.codes_of("capability", artifact.pk) == [first.pk, later.pk]
    assert held.codes_of("capability", 0) is None


def test_the_first_of_each_kind_are_those_that_a_page_of_that_kind_begins_with() -> None:
    """At most as many as asked for, and a kind without any of the mask's rows has none."""
    for kind in ("model", "model", "model", "dataset", "mcp"):
        make_artifact(kind=kind)
    hidden = make_artifact(kind="agent")
    held = fresh()
    mask = ~held.with_ids([hidden.pk])
    pages = {kind: held.page(mask & held.where("kind", [kind]), "new", 0, 2) for kind in ("model", "dataset", "mcp")}
    assert held.first_of_each("kind", mask, "new", 2) == {**pages, "agent": []}
    assert len(pages["model"]) == 2


def test_counts_are_the_same_with_and_without_a_filter_that_lets_everything_through() -> None:
    capability = make_capability()
    ids = [make_offering(capability=capability).artifact_id for _ in range(3)]
    held = fresh()
    assert held.counts_of_many("capability", held.everything()) == {capability.pk: 3}
    assert held.counts_of_many("capability", held.with_ids(ids[:2])) == {capability.pk: 2}


@pytest.mark.parametrize("seed", range(6))
def test_codes_of_few_rows_and_the_most_common_are_those_of_a_count_one_by_one(seed: int) -> None:
    """Few rows are gathered one after the other, many out of all pairs: the same either way."""
    dice = random.Random(seed)
    capabilities = [make_capability() for _ in range(6)]
    for _ in range(12):
        artifact = make_artifact()
        for capability in dice.sample(capabilities, k=dice.randint(0, 5)):
            make_offering(artifact=artifact, capability=capability)
    held = columns(live_state())
    for most in (0, 1, 2, 7, 12):
        ids = dice.sample(held.ids.tolist(), k=most)
        counted: dict[int, int] = {}
        for pk in ids:
            for code in held.codes_of("capability", pk) or ():
                counted[code] = counted.get(code, 0) + 1
        mask = held.with_ids(ids)
        assert held.counts_of_many("capability", mask) == counted
        terms = dict.fromkeys(capability.pk for capability in capabilities[1:])
        known = {code: rows for code, rows in counted.items() if code in terms}
        least = min(sorted(known.values(), reverse=True)[:3], default=0)
        also = capabilities[dice.randrange(6)].pk
        wanted = {code: rows for code, rows in known.items() if rows >= least or code == also}
        assert held.most_common("capability", mask, terms, 3, [also]) == wanted
